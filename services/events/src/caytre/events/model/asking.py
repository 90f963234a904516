"""Asking agencies about the permission of an event; each has its own clock and replies for itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from caytre.contracts.events import EventDeadline, EventOpinionGiven, OpinionsRequested, Permission, PermissionOpinion
from caytre.contracts.message import Document
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.papers import issued
from caytre.core.refusals import Refusal
from caytre.events.model.clocks import deadline, settled
from caytre.events.model.planning import Planning
from caytre.reference import conferences
from caytre.reference.conferences import PRIME_MINISTER


class AgenciesAlreadyAsked(Refusal):
    en = "All of these agencies have been asked already."
    vi = "Tất cả các cơ quan này đã được lấy ý kiến."


class AgencyNotAsked(Refusal):
    en = "{agency} is not asked about this event."
    vi = "{agency} không được lấy ý kiến về sự kiện này."


class AgencyHasReplied(Refusal):
    en = "{agency} has replied already."
    vi = "{agency} đã trả lời."


class ReceivedInTheFuture(Refusal):
    status = 422
    en = "The agencies cannot have received the request on {day}: it lies after today or before the application."
    vi = "Cơ quan không thể nhận văn bản vào ngày {day}: ngày này sau hôm nay hoặc trước khi gửi hồ sơ."


class PermissionNotRequired(Refusal):
    en = "This event needs no permission under Decision 06/2020/QĐ-TTg."
    vi = "Sự kiện này không phải xin phép theo Quyết định 06/2020/QĐ-TTg."


class Asking(Planning):
    """The opinions on an application."""

    def request_opinions(
        self, *, agencies: Sequence[str], received_on: date | None = None, at: datetime
    ) -> OpinionsRequested:
        """Ask agencies; each has its own clock from the day it received the request.

        For the Prime Minister the agencies the law names are asked with the others. Raises NotPossibleInStatus,
        AgenciesAlreadyAsked, ReceivedInTheFuture.
        """
        self.ensure("PERMISSION_APPLIED", "PERMISSION_UNDER_OPINION")
        permission, today = self.the_permission(), day_of(at)
        received = received_on or today
        applied = day_of(permission.applied_at or at)
        if not applied <= received <= today:
            raise ReceivedInTheFuture(pointer="/received_on", day=received)
        known = {opinion.agency for opinion in permission.opinions}
        wanted = tuple(dict.fromkeys((*self.mandatory(), *agencies)))
        fresh = tuple(agency for agency in wanted if agency not in known)
        if not fresh:
            raise AgenciesAlreadyAsked
        asked = tuple(PermissionOpinion(agency=agency, received_on=received) for agency in fresh)
        self.status = "PERMISSION_UNDER_OPINION"
        self._permission(status="under_opinion", opinions=(*permission.opinions, *asked))
        limit = conferences.by_version(permission.rules_version).time_limit(EventDeadline.EVT_OPINION)
        return OpinionsRequested(
            agencies=fresh,
            deadlines=tuple(
                deadline(limit, anchor=received, answerable=agency, discriminator=agency, round=permission.round)
                for agency in fresh
            ),
        )

    def give_opinion(
        self, *, agency: str, answer: str, text: str | None, document: Document, at: datetime
    ) -> EventOpinionGiven:
        """The written reply of an agency; a late one counts too.

        Raises NotPossibleInStatus, AgencyNotAsked, AgencyHasReplied, DocumentFromTheFuture, DocumentTooOld.
        """
        self.ensure("PERMISSION_UNDER_OPINION")
        permission = self.the_permission()
        opinion = next((each for each in permission.opinions if each.agency == agency), None)
        if opinion is None:
            raise AgencyNotAsked(agency=agency)
        if opinion.answer is not None:
            raise AgencyHasReplied(agency=agency)
        admit(issued(document, day_of(at), since=opinion.received_on), text)
        self._opinion(agency, answer=answer, text=text, document=document, answered_at=at)
        return EventOpinionGiven(
            agency=agency,
            answer=answer,
            settles=(settled(EventDeadline.EVT_OPINION, agency, permission.round),),
        )

    def mandatory(self) -> tuple[str, ...]:
        """The agencies that the law has asked for this authority."""
        permission = self.the_permission()
        if permission.authority != PRIME_MINISTER:
            return ()
        return conferences.by_version(permission.rules_version).competence(permission.authority).asks

    def the_permission(self) -> Permission:
        """The permission of a planned event. Raises PermissionNotRequired for one that was only recorded."""
        if self.permission is None:
            raise PermissionNotRequired
        return self.permission

    def _permission(self, **changes: Any) -> None:
        self.permission = self.the_permission().model_copy(update=changes)

    def _opinion(self, agency: str, **changes: Any) -> None:
        self._permission(
            opinions=tuple(
                opinion.model_copy(update=changes) if opinion.agency == agency else opinion
                for opinion in self.the_permission().opinions
            )
        )
