"""From the draft to the submission: the plan it carries out or why it stands in none, the dossier, the days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Self
from uuid import UUID

from caytre.contracts.agreements.agreement import DossierItem, ProcedureRef
from caytre.contracts.delegations import (
    DelegationDrafted,
    DelegationRevised,
    DelegationsDeadline,
    DelegationSubmitted,
    TripPaperReceived,
)
from caytre.contracts.message import Document, ExternalRef
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.papers import issued
from caytre.core.places import established
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.delegations.model.itinerary import MOST_MEMBERS, Itinerary, with_names
from caytre.delegations.model.life import NothingToChange, clock, procedure_on
from caytre.delegations.model.partners import KnownPartner
from caytre.delegations.model.people import ensure_identified
from caytre.delegations.model.plan import AnnualPlan, ensure_place
from caytre.reference import procedures
from caytre.reference.procedures import Procedure

PROCEDURE, DOSSIER = "DELEGATION_OUTGOING", "TRIP"
#: What puts a trip into the annual plan, or says why it stands in none.
PLANNING = frozenset({"plan", "out_of_plan"})
#: What touches conflicts and approval: days, places, hosts, people, the place in the plan.
WEIGHTY = frozenset({"departs_on", "returns_on", "stops", "members", "people"}) | PLANNING


class PapersMissing(Refusal):
    en = "The dossier of the delegation lacks: {items}."
    vi = "Hồ sơ cử đoàn còn thiếu: {items}."


class NoSuchPaper(Refusal):
    en = "The dossier of the delegation has no item {item}."
    vi = "Hồ sơ cử đoàn không có thành phần {item}."


class OutOfPlanUnjustified(Refusal):
    en = (
        "The delegation stands in no approved annual plan: name its item, or say why it is needed, who directed it, "
        "and the paper that says so."
    )
    vi = (
        "Đoàn không nằm trong kế hoạch năm đã được phê duyệt: hãy nêu mục trong kế hoạch, hoặc nêu lý do, "
        "người chỉ đạo và văn bản chỉ đạo."
    )


class TripIncomplete(Refusal):
    en = "The delegation still lacks: {missing}."
    vi = "Hồ sơ đoàn còn thiếu: {missing}."


class DepartsInThePast(Refusal):
    en = "The delegation would have departed on {departs_on}; today is {today}."
    vi = "Ngày đi {departs_on} đã qua; hôm nay là {today}."


class Preparing(Itinerary):
    """The draft and its dossier."""

    #: What may be edited.
    AMENDABLE: ClassVar[frozenset[str]] = frozenset(
        {
            "title",
            "channel",
            "purposes",
            "fields",
            "objectives",
            "departs_on",
            "returns_on",
            "stops",
            "members",
            "people",
            "business",
            "budget_source",
            "budget",
            "diaspora_meeting",
            "plan",
            "out_of_plan",
            "organisation",
            "contact",
            "agreement_ids",
            "confidential_note",
        }
    )

    @classmethod
    def draft(
        cls,
        *,
        id: UUID,
        locality: str,
        also: Sequence[str] = (),
        partners: Mapping[UUID, KnownPartner] = MappingProxyType({}),
        external_refs: tuple[ExternalRef, ...] = (),
        at: datetime,
        **particulars: Any,
    ) -> tuple[Self, DelegationDrafted]:
        """Begin a delegation of a locality, perhaps with others (`also`).

        Raises LocalityNotKnown, LocalityNotInBeing, PartnerUnknown, what an itinerary refuses, StateSecretNotAdmitted.
        """
        places = [established(text, day_of(at)).id for text in (locality, *also)]
        procedure = procedure_on(PROCEDURE, at)
        delegation = cls(
            id=id,
            status="DRAFT",
            locality=places[0],
            localities=tuple(dict.fromkeys(places)),
            procedure=ProcedureRef(code=procedure.code, version=procedure.version),
            dossier=_dossier(procedure),
            external_refs=external_refs,
            **particulars,
        )
        delegation.stops = with_names(delegation.stops, partners)
        delegation.ensure_itinerary()
        admit(delegation)
        return delegation, DelegationDrafted(**delegation.summary())

    def summary(self) -> dict[str, Any]:
        """What every message about the trip as a whole repeats."""
        head = self.head
        return {
            "countries": self.countries,
            "departs_on": self.departs_on,
            "returns_on": self.returns_on,
            "hosts": self.host_ids,
            "head_rank": head.rank if head else None,
            "size": len(self.members),
            "in_plan": self.plan is not None,
        }

    def pinned(self) -> Procedure:
        """The procedure it runs under; one from a register runs under the first."""
        pin = self.procedure
        return procedures.by_version(pin.code, pin.version) if pin else procedures.by_version(PROCEDURE, 1)

    def repin(self, procedure: Procedure) -> None:
        """Go on under this procedure: its papers, with what was handed in under the same codes."""
        before = {item.code: item for item in self.dossier}
        self.procedure = ProcedureRef(code=procedure.code, version=procedure.version)
        self.dossier = tuple(
            item.model_copy(update={"received_at": known.received_at, "document": known.document})
            if (known := before.get(item.code))
            else item
            for item in _dossier(procedure)
        )

    def revise(
        self, changes: Mapping[str, Any], *, partners: Mapping[UUID, KnownPartner] = MappingProxyType({})
    ) -> DelegationRevised:
        """Edit the draft. Raises NotAtThisStage, NothingToChange, PartnerUnknown, what an itinerary refuses."""
        self.ensure("DRAFT", "POSTPONED")
        changed = self.take_changes(changes, partners)
        return DelegationRevised(fields=changed, revision=self.revision)

    def take_changes(self, changes: Mapping[str, Any], partners: Mapping[UUID, KnownPartner]) -> tuple[str, ...]:
        """Set what differs and check the whole again; the names of what changed."""
        admit(*changes.values())
        asked = dict(changes)
        if "stops" in asked:
            asked["stops"] = with_names(asked["stops"], partners)
        changed = tuple(field for field in sorted(asked) if getattr(self, field) != asked[field])
        if not changed:
            raise NothingToChange
        for field in changed:
            setattr(self, field, asked[field])
        if "plan" in changed and self.plan:
            self.out_of_plan = None
        if "out_of_plan" in changed and self.out_of_plan:
            self.plan = None
        self.ensure_itinerary()
        if WEIGHTY & set(changed):
            self.revision += 1
        return changed

    def receive_paper(self, *, item: str, document: Document | None, at: datetime) -> TripPaperReceived:
        """Put a paper into the dossier. Raises NotAtThisStage, NoSuchPaper, DocumentFromTheFuture."""
        self.ensure("DRAFT", "POSTPONED", "SUBMITTED", "UNDER_REVIEW", "COORDINATING", "AMENDING")
        if not any(known.code == item for known in self.dossier):
            raise NoSuchPaper(item=item)
        if document:
            admit(issued(document, day_of(at)))
        received = {"received_at": at, "document": document}
        self.dossier = tuple(
            known.model_copy(update=received) if known.code == item else known for known in self.dossier
        )
        return TripPaperReceived(item=item)

    def submit(self, *, plan: AnnualPlan | None, at: datetime) -> DelegationSubmitted:
        """Hand the dossier in; `plan` is the annual plan that the delegation names.

        Raises NotAtThisStage, TripIncomplete, DepartsInThePast, PapersMissing, OutOfPlanUnjustified, PlanNotInForce,
        NotThere, ItemNotOpen, ItemCarried, Invalid.
        """
        self.ensure("DRAFT", "POSTPONED")
        self._ensure_whole(at)
        self.ensure_papers()
        self.ensure_planned(plan)
        self.status, self.step = "SUBMITTED", "INTAKE"
        self.round += 1
        self.submitted_at, self.setback, self.ruling = at, None, None
        intake = clock(
            self.pinned(),
            DelegationsDeadline.DEL_INTAKE,
            anchor=day_of(at),
            answerable=self.locality,
            round=self.round,
        )
        return DelegationSubmitted(**self.summary(), revision=self.revision, round=self.round, deadlines=(intake,))

    def _ensure_whole(self, at: datetime) -> None:
        missing = [
            Words(vi, en)
            for present, vi, en in (
                (self.trip, "ngày đi và ngày về", "the days of departure and return"),
                (self.stops, "nước và chặng đến", "countries and stops"),
                (self.head, "trưởng đoàn", "a head"),
                (self.objectives, "mục tiêu", "objectives"),
                (self.contact, "đầu mối liên hệ", "the office to speak to"),
                (self.budget_source, "nguồn kinh phí", "the source of the budget"),
            )
            if not present
        ]
        if missing:
            raise TripIncomplete(
                missing=Words(", ".join(word.vi for word in missing), ", ".join(word.en for word in missing))
            )
        if self.trip and self.trip[0] < day_of(at):
            raise DepartsInThePast(pointer="/departs_on", departs_on=self.trip[0], today=day_of(at))
        if len(self.members) > MOST_MEMBERS:
            raise Invalid(
                pointer="/members",
                reason=Words(
                    f"đoàn có quá {MOST_MEMBERS} thành viên", f"the delegation has more than {MOST_MEMBERS} members"
                ),
            )
        ensure_identified(self.people, self.members)

    def ensure_papers(self) -> None:
        """Raises PapersMissing."""
        # The notice of the Organisation Commission is for cadres that the Standing Board manages.
        managed = any(member.managed for member in self.members)
        missing = [
            item.code
            for item in self.dossier
            if item.received_at is None and (item.required or (managed and item.code == "ORGANISATION_NOTICE"))
        ]
        if missing:
            raise PapersMissing(items=", ".join(missing))

    def ensure_planned(self, plan: AnnualPlan | None) -> None:
        """Raises OutOfPlanUnjustified, and for the plan it names NotThere, PlanNotInForce, ItemNotOpen, ItemCarried."""
        if self.plan is not None:
            ensure_place(self.plan, plan, self, "OUT")
        elif self.out_of_plan is None:
            raise OutOfPlanUnjustified(pointer="/plan")


def _dossier(procedure: Procedure) -> tuple[DossierItem, ...]:
    return tuple(
        DossierItem(dossier=DOSSIER, code=item.code, required=item.required)
        for item in procedure.dossier(DOSSIER).items
    )
