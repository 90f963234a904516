"""What requests to this service say beside what all services share: strict, bounded, in one place."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from caytre.contracts import agreements as contract
from caytre.core.text_types import Text
from caytre.core.web.bodies import Body, Code, Day, DocumentBody, LanguageTag, Reason, Short, Title

Authority = Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{1,63}$", examples=["PC_CHAIR"])]
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


def stated(day: date | None) -> contract.StatedDate | None:
    """A day as a stated date."""
    return contract.StatedDate.on_day(day) if day else None
