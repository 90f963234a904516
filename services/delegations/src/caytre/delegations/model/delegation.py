"""The outgoing delegation: its rules stand beside this file, one thing each, in the order of its life.

`itinerary` where it goes and with whom, `preparing` draft and dossier, `superseding` later versions of its procedure,
`reviewing` search for conflicts and decision, `travelling` trip, report and end; here those that a register or a
publication brings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Self
from uuid import UUID

from caytre.contracts.delegations import DelegationRecorded, Setback, TripReport
from caytre.contracts.message import ExternalRef, Provenance
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.places import historical, responsible
from caytre.core.refusals import Refusal
from caytre.delegations.model.itinerary import with_names
from caytre.delegations.model.life import ensure_source
from caytre.delegations.model.partners import KnownPartner
from caytre.delegations.model.travelling import Travelling
from caytre.reference.dates import FuzzyDate


class TripNotOver(Refusal):
    status = 422
    en = "The entry says {status}, but the trip begins on {departs_on} at the earliest; enter it as a draft."
    vi = "Dữ liệu ghi {status} nhưng chuyến đi sớm nhất là {departs_on}; hãy nhập dưới dạng dự thảo."


class TripStillOn(Refusal):
    status = 422
    en = "The entry says {status}, but the trip ends on {returns_on} at the earliest: it is under way (DEPARTED)."
    vi = "Dữ liệu ghi {status} nhưng chuyến đi sớm nhất đến {returns_on} mới kết thúc: đoàn đang đi (DEPARTED)."


class TripUndated(Refusal):
    status = 422
    en = "The entry says {status} and not even roughly when the trip was."
    vi = "Dữ liệu ghi {status} nhưng không cho biết thời gian chuyến đi, dù chỉ khoảng chừng."


class Delegation(Travelling):
    """A delegation of a locality that goes abroad."""

    @classmethod
    def record(
        cls,
        *,
        id: UUID,
        localities: Sequence[str],
        status: str,
        partners: Mapping[UUID, KnownPartner] = MappingProxyType({}),
        provenance: Provenance,
        external_refs: tuple[ExternalRef, ...] = (),
        report: TripReport | None = None,
        reason: str | None = None,
        at: datetime,
        **particulars: Any,
    ) -> tuple[Self, DelegationRecorded]:
        """Take a trip over that a register shows as over, given up or under way; what it leaves open stays open.

        What is still ahead is a matter of acts here, and so is the rest of one that is under way.

        `localities` are those of the time, followed to the one responsible today. Raises LocalityNotKnown,
        TripUndated, TripNotOver, TripStillOn, NoSourceGiven, PartnerUnknown, what an itinerary refuses,
        StateSecretNotAdmitted.
        """
        when = particulars.get("departs_on") or particulars.get("returns_on")
        if when is None:
            raise TripUndated(pointer="/departs_on", status=status)
        stated = FuzzyDate.model_validate(when.model_dump())
        then = [historical(text, stated) for text in localities]
        now = [responsible(unit, day_of(at)) for unit in then]
        delegation = cls(
            id=id,
            status=status,
            locality=then[0].id,
            localities=tuple(dict.fromkeys(unit.id for unit in (*then, *now))),
            provenance=provenance,
            external_refs=external_refs,
            report=report,
            setback=Setback(reason=reason, on=day_of(at)) if reason else None,
            **particulars,
        )
        delegation.stops = with_names(delegation.stops, partners)
        delegation.ensure_itinerary()
        ensure_source(provenance)
        if stated.earliest > day_of(at):
            raise TripNotOver(pointer="/departs_on", status=status, departs_on=stated.earliest)
        back = status in {"RETURNED", "REPORTED", "CLOSED"}
        if back and delegation.returns_on and delegation.returns_on.earliest > day_of(at):
            raise TripStillOn(pointer="/returns_on", status=status, returns_on=delegation.returns_on.earliest)
        if report:
            delegation.ensure_report(report.results, report.invitations, delegation.invitee_names)
        if delegation.departs_on and status not in {"CANCELLED", "REJECTED"}:
            delegation.departed_on = delegation.departs_on.exact
            delegation.returned_on = delegation.returns_on.exact if back and delegation.returns_on else None
        admit(delegation)
        return delegation, DelegationRecorded(**delegation.summary(), status=status, origin=provenance.origin)
