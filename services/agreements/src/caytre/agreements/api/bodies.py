"""What requests may say: strict, bounded, in one place. Contracts tolerate what they do not know; requests do not."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from caytre.contracts import agreements as contract
from caytre.contracts import message
from caytre.core.days import Day
from caytre.core.text_types import Text
from caytre.reference.filters import OneOf

T = TypeVar("T", bound=BaseModel)

Title = Annotated[str, Text(500)]
Short = Annotated[str, Text(200)]
Reason = Annotated[str, Text(2000, lines=True)]
Long = Annotated[str, Text(20_000, lines=True)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$")]
Agency = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9_.@-]{0,63}$", examples=["MOFA"])]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["KR"])]
LanguageTag = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$", examples=["vi"])]
Authority = Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{1,63}$", examples=["PC_CHAIR"])]
LocalityId = Annotated[str, Field(pattern=r"^VN-[PX]-\d{4}-[A-Z0-9]{2,3}$", examples=["VN-P-2025-33"])]
Sensitivity = Literal["public", "internal", "restricted"]
#: To look for; a request says nothing of its own origin.
Origin = Annotated[str, OneOf(message.known_values(message.Origin))]
PartnerType = Literal[
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
]
SignatoryType = Literal["PROVINCE_PC", "PROVINCE_PCOUNCIL", "DEPARTMENT", "BORDER_COMMUNE", "ORG_PROVINCIAL"]
AgreementForm = Literal["agreement", "mou", "letter_of_intent", "minutes", "joint_statement", "other"]
Channel = Literal["party", "state", "people"]


class Body(BaseModel):
    """A request body: unknown members are refused, so that a misspelt one is not lost in silence."""

    model_config = ConfigDict(extra="forbid")

    def __init_subclass__(cls, *, example: dict[str, Any] | None = None, **options: Any) -> None:
        """An `example` is shown in the documentation."""
        if example is not None:
            cls.model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})
        super().__init_subclass__(**options)

    def to(self, kind: type[T]) -> T:
        """The value of the contract that this body stands for."""
        return kind.model_validate(self.model_dump())

    def given(self) -> dict[str, Any]:
        """The members the request names, as Python values."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class DocumentBody(Body):
    """A written act, quoted as official papers are."""

    number: Short
    symbol: Short | None = None
    issued_on: Day | None = None
    issuer: Short | None = None

    def value(self) -> message.Document:
        """The document."""
        return self.to(message.Document)


def document_of(body: DocumentBody | None) -> message.Document | None:
    """The document, if one was named."""
    return body.value() if body else None


class ExternalRefBody(Body):
    """The identity of the record in another system."""

    system: Code
    id: Short


class NamesBody(Body):
    """Names of a partner; at least one."""

    vi: Title | None = None
    en: Title | None = None
    native: Title | None = None


class IdentifierBody(Body):
    """A number in a registry abroad."""

    scheme: Code
    id: Short


class ContactBody(Body):
    """A person at the partner; kept encrypted."""

    name: Short
    office: Short | None = None
    email: Annotated[str, Text(254)] | None = None
    phone: Annotated[str, Text(40)] | None = None


class EvidenceBody(Body):
    """What a verification rests on."""

    kind: Literal["mission_check", "registry_extract", "screening_result", "document", "other"]
    summary: Reason
    obtained_on: Day | None = None
    document: DocumentBody | None = None


class ReducedBody(Body):
    """The ground of the reduced procedure and the paper that shows it."""

    ground: Authority
    evidence: DocumentBody


class RenewalBody(Body):
    """What the text says about its own renewal."""

    kind: Literal["automatic", "notice", "none"]
    notice_days: Annotated[StrictInt, Field(ge=0, le=3650)] | None = None


class SignedTextBody(Body):
    """A signed text: digest, length in bytes, media type (RFC 6838), language (RFC 5646)."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size: Annotated[StrictInt, Field(gt=0, le=2**40)]
    media_type: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,100}$")]
    language: LanguageTag
    translation: StrictBool = False


class ReasonBody(Body):
    """Why, and the paper that says so."""

    reason: Reason
    document: DocumentBody | None = None


class PaperBody(Body):
    """The written act."""

    document: DocumentBody


class ClassifyBody(Body):
    """A new sensitivity. What was published before stays with its readers, which must be confirmed."""

    sensitivity: Sensitivity
    confirm_published_history_stays: StrictBool = False


def stated(day: date | None) -> contract.StatedDate | None:
    """A day as a stated date."""
    return contract.StatedDate.on_day(day) if day else None
