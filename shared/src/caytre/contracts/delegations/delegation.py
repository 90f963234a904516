"""The public state of an outgoing delegation: from the draft through review, trip and report to its closing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from caytre.contracts.agreements.agreement import DossierItem, LaterProcedure, ProcedureRef
from caytre.contracts.agreements.dates import StatedDate
from caytre.contracts.delegations.plan import Money
from caytre.contracts.lineage import Link
from caytre.contracts.message import Document, Provenance, Shape, State, open_enum

DelegationStatus = Annotated[
    str,
    open_enum(
        "DRAFT",
        "SUBMITTED",
        "UNDER_REVIEW",
        "COORDINATING",
        "APPROVED",
        "REJECTED",
        "AMENDING",
        "DEPARTED",
        "RETURNED",
        "REPORTED",
        "CLOSED",
        "POSTPONED",
        "CANCELLED",
    ),
]
Step = Annotated[str, open_enum("INTAKE", "REVIEW", "AUTHORITY", "RETURN", "")]
Post = Annotated[
    str,
    open_enum(
        "party_secretary", "deputy_secretary", "pc_chair", "pc_vice_chair", "council_president", "director", "other"
    ),
]
Role = Annotated[str, open_enum("head", "deputy_head", "member", "interpreter", "support", "business")]
Severity = Annotated[str, open_enum("BLOCK", "COORDINATE", "INFO", "WARN")]


class Host(Shape):
    """A foreign partner that receives the delegation, as it was named then; a person's name stays out."""

    partner_id: UUID
    name: str | None = None


class Stop(Shape):
    """One place of the trip, both days included. `mission` is the representation abroad that looks after it.

    A trip of history may have stops without days.
    """

    country: str
    city: str | None = None
    arrives: date | None = None
    leaves: date | None = None
    mission: str | None = None
    hosts: tuple[Host, ...] = ()


class Member(Shape):
    """Who travels, by office; the person behind the number is kept encrypted and is on no topic.

    `locality` is where the `post` is held; of a delegation of several localities the first one when it is left out.
    """

    number: int
    role: Role = "member"
    rank: str | None = None
    post: Post = "other"
    locality: str | None = None
    managed: bool = False


class PlanPlace(Shape):
    """The item of the annual plan that a record carries out."""

    plan_id: UUID
    item_id: UUID


class OutOfPlan(Shape):
    """Why a delegation stands in no plan, the body or office that directed it, and the paper that says so."""

    reason: str
    directed_by: str
    document: Document


class Objective(Shape):
    """What the trip is for, and the outcome that is expected."""

    number: int
    text: str
    expected: str | None = None


class PolicyFinding(Shape):
    """A rule of the operator's policy that the trip does not keep; it warns and stops nothing."""

    code: str
    severity: Severity = "WARN"
    vi: str
    en: str


class Scan(Shape):
    """The last search for conflicts with other delegations: which revision of the trip it looked at, what it found."""

    revision: int
    scanned_at: datetime
    found: int = 0
    blocking: int = 0
    coordinate: int = 0


class Ruling(Shape):
    """What the competent authority decided on which revision of the trip."""

    outcome: Annotated[str, open_enum("approved", "rejected")]
    authority: str
    revision: int
    decided_at: datetime
    document: Document
    reason: str | None = None


class Result(Shape):
    """What came of one objective."""

    objective: int
    achieved: Annotated[str, open_enum("yes", "partly", "no")]
    text: str


class Commitment(Shape):
    """Something promised on the way; it becomes a follow-up of its owner, an agency, unless declined with a reason."""

    number: int
    text: str
    owner: str
    due_on: date | None = None
    declined: str | None = None


class InvitationExtended(Shape):
    """An invitation spoken or handed over on the way. Who was invited is said by office; the name is encrypted."""

    number: int
    invitee: str
    organisation: str | None = None
    country: str
    partner_id: UUID | None = None
    form: Annotated[str, open_enum("oral", "written")]
    purpose: str
    extended_on: StatedDate | None = None


class TripReport(Shape):
    """The report on the trip: results per objective, people met, promises, invitations, and where it comes from."""

    filed_at: datetime
    document: Document | None = None
    results: tuple[Result, ...] = ()
    contacts: int = 0
    diaspora_contacts: int = 0
    commitments: tuple[Commitment, ...] = ()
    invitations: tuple[InvitationExtended, ...] = ()
    accepted_at: datetime | None = None
    provenance: Provenance = Provenance()


class Setback(Shape):
    """Why and when a record was given up, put off or sent back."""

    reason: str
    on: date
    document: Document | None = None


class DelegationState(State):
    """A delegation of a locality that goes abroad.

    `revision` counts what matters for conflicts and approval: days, stops, hosts, head and members. `round` counts how
    often it went to the authority. `agreement_ids` are agreements that it serves.
    """

    PRIVATE: ClassVar[bool] = True

    status: DelegationStatus
    direction: str = "OUT"
    step: Step = ""
    round: int = 0
    revision: int = 1
    locality: str
    organisation: str | None = None
    contact: str | None = None
    title: str
    channel: Annotated[str, open_enum("party", "state", "people")] = "state"
    purposes: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    objectives: tuple[Objective, ...] = ()
    departs_on: StatedDate | None = None
    returns_on: StatedDate | None = None
    stops: tuple[Stop, ...] = ()
    members: tuple[Member, ...] = ()
    business: tuple[str, ...] = ()
    budget_source: str | None = None
    budget: Money | None = None
    diaspora_meeting: bool = False
    plan: PlanPlace | None = None
    out_of_plan: OutOfPlan | None = None
    procedure: ProcedureRef | None = None
    procedure_superseded: LaterProcedure | None = None
    dossier: tuple[DossierItem, ...] = ()
    policy_findings: tuple[PolicyFinding, ...] = ()
    scan: Scan | None = None
    ruling: Ruling | None = None
    recommendation: str | None = None
    submitted_at: datetime | None = None
    departure_expected: bool = False
    return_expected: bool = False
    departed_on: date | None = None
    returned_on: date | None = None
    report: TripReport | None = None
    report_overdue: bool = False
    flagged_hosts: tuple[UUID, ...] = ()
    setback: Setback | None = None
    agreement_ids: tuple[UUID, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries of the trip, in the order of the stops."""
        return tuple(dict.fromkeys(stop.country for stop in self.stops))
