"""What the agreements service says about foreign partners."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from caytre.contracts.message import Document, Message, Shape, State, open_enum

PartnerType = Annotated[
    str,
    open_enum(
        "foreign_locality",
        "government_body",
        "parliament",
        "international_organisation",
        "business_association",
        "company",
        "ngo",
        "university",
        "individual",
        "other",
    ),
]
PartnerStatus = Annotated[str, open_enum("ACTIVE", "MERGED")]
VerificationStatus = Annotated[str, open_enum("REQUESTED", "IN_PROGRESS", "VERIFIED", "REJECTED", "EXPIRED", "REVOKED")]
EvidenceKind = Annotated[str, open_enum("mission_check", "registry_extract", "screening_result", "document", "other")]


class Names(Shape):
    """The names of an organisation; empty for a natural person, whose name is on no topic."""

    vi: str | None = None
    en: str | None = None
    native: str | None = None

    def known(self) -> tuple[str, ...]:
        """The names that are given, Vietnamese first."""
        return tuple(name for name in (self.vi, self.en, self.native) if name)


class Identifier(Shape):
    """A number under which a registry abroad knows the partner."""

    scheme: str
    id: str


class Evidence(Shape):
    """What a verification rests on."""

    kind: EvidenceKind
    summary: str
    obtained_on: date | None = None
    document: Document | None = None


class Verification(Shape):
    """The last verification case; `round` counts the requests of this partner."""

    round: int
    status: VerificationStatus
    requested_at: datetime
    requested_by: str | None = None
    reason: str | None = None
    verifier: str
    evidence: tuple[Evidence, ...] = ()
    decided_at: datetime | None = None
    document: Document | None = None


class CountryChange(Shape):
    """The correction of a partner's country (ISO 3166-1 alpha-2), and what it rests on."""

    before: str | None = None
    after: str | None = None
    reason: str
    evidence: tuple[Evidence, ...] = ()
    changed_at: datetime


class PartnerState(State):
    """A foreign partner: who it is and until which day the ministry vouches for it.

    `verified_until` is what counts: it outlives the request for a renewal and ends with expiry, rejection or
    revocation. A merged partner keeps its id and points to the one that stands for both. Only an international
    organisation can be without a `country` (ISO 3166-1 alpha-2).
    """

    status: PartnerStatus = "ACTIVE"
    type: PartnerType
    names: Names = Names()
    aliases: tuple[str, ...] = ()
    country: str | None = None
    country_changes: tuple[CountryChange, ...] = ()
    subdivision: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    verification: Verification | None = None
    verified_until: date | None = None
    verified_round: int = 0
    distinct_from: tuple[UUID, ...] = ()
    distinct_reason: str | None = None
    merged_into: UUID | None = None
    merged: tuple[UUID, ...] = ()


_ID = "01980000-0000-7000-8000-000000000001"
_OTHER = "01980000-0000-7000-8000-000000000002"


class PartnerRegistered(Message):
    """An officer has entered a foreign partner in the register."""

    TYPE = "caytre.partner.registered.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"partner_type": "foreign_locality", "country": "KR"}

    partner_type: PartnerType
    country: str | None = None


class PartnerRecorded(Message):
    """A partner has come in with imported, sourced or illustrative records."""

    TYPE = "caytre.partner.recorded.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"partner_type": "university", "country": "JP", "origin": "imported"}

    partner_type: PartnerType
    country: str | None = None
    origin: str


class PartnerAmended(Message):
    """Particulars of a partner have been corrected; `fields` names them."""

    TYPE = "caytre.partner.amended.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"fields": ["names", "subdivision"]}

    fields: tuple[str, ...]


class PartnerAliasAdded(Message):
    """Another name of the partner is known now, or the names and the id of a merged duplicate."""

    TYPE = "caytre.partner.alias_added.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"merged": _OTHER}

    merged: UUID | None = None


class PartnerMerged(Message):
    """This partner is a duplicate of `into`; both ids stay readable."""

    TYPE = "caytre.partner.merged.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"into": _ID, "reason": "the same city under two spellings"}

    into: UUID
    reason: str


class PartnerCountryCorrected(Message):
    """The partner belongs to another country. A verification ends and is asked for anew. Carries PARTNER_VERIFY."""

    TYPE = "caytre.partner.country_corrected.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "before": "KR",
        "after": "JP",
        "reason": "the registry of the other country shows it",
        "settles": [{"code": "PARTNER_REVIEW"}, {"code": "PARTNER_EXPIRY"}],
        "deadlines": [
            {
                "code": "PARTNER_VERIFY",
                "round": 2,
                "anchor": "2026-03-02",
                "n": 10,
                "unit": "WORKING",
                "answerable": "MOFA",
            }
        ],
    }

    before: str | None = None
    after: str | None = None
    reason: str


class PartnerWithdrawn(Message):
    """The partner's sensitivity was raised: its public state ends, published history stays as it is."""

    TYPE = "caytre.partner.withdrawn.v1"
    TOMBSTONE: ClassVar[bool] = True
    EXAMPLE: ClassVar[dict[str, object]] = {}


class PartnerVerificationRequested(Message):
    """A locality asks the ministry or a mission to verify the partner. Carries PARTNER_VERIFY."""

    TYPE = "caytre.partner.verification_requested.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "round": 1,
        "verifier": "MOFA",
        "deadlines": [
            {"code": "PARTNER_VERIFY", "anchor": "2026-03-02", "n": 10, "unit": "WORKING", "answerable": "MOFA"}
        ],
    }

    round: int
    verifier: str


class PartnerVerificationStarted(Message):
    """The verifier has taken up the request."""

    TYPE = "caytre.partner.verification_started.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"round": 1, "verifier": "MOFA"}

    round: int
    verifier: str


class PartnerVerified(Message):
    """The verifier vouches for the partner until a day. Settles PARTNER_VERIFY, carries _REVIEW and _EXPIRY."""

    TYPE = "caytre.partner.verified.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "round": 1,
        "verifier": "MOFA",
        "valid_until": "2028-03-09",
        "evidence_kinds": ["registry_extract"],
        "settles": [{"code": "PARTNER_VERIFY"}],
    }

    round: int
    verifier: str
    valid_until: date
    evidence_kinds: tuple[EvidenceKind, ...] = ()


class PartnerRejected(Message):
    """The verifier does not vouch for the partner."""

    TYPE = "caytre.partner.rejected.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "round": 1,
        "verifier": "MOFA",
        "reason": "no such organisation in the registry",
        "settles": [{"code": "PARTNER_VERIFY"}],
    }

    round: int
    verifier: str
    reason: str


class PartnerVerificationExpired(Message):
    """The verification ended because its time ran out."""

    TYPE = "caytre.partner.verification_expired.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"round": 1, "valid_until": "2028-03-09"}

    round: int
    valid_until: date


class PartnerRevoked(Message):
    """The ministry takes its verification back; nothing may be approved or signed with this partner."""

    TYPE = "caytre.partner.revoked.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"round": 1, "reason": "licence withdrawn by its registry"}

    round: int
    reason: str


PARTNER_MESSAGES: tuple[type[Message], ...] = (
    PartnerRegistered,
    PartnerRecorded,
    PartnerAmended,
    PartnerAliasAdded,
    PartnerMerged,
    PartnerCountryCorrected,
    PartnerWithdrawn,
    PartnerVerificationRequested,
    PartnerVerificationStarted,
    PartnerVerified,
    PartnerRejected,
    PartnerVerificationExpired,
    PartnerRevoked,
)
