"""One entry of a register over HTTP: validated or taken over; found again by its number in its source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import Depends, Request
from pydantic import Field, StrictBool, StrictInt, model_validator

from caytre.agreements.api.bodies import AgreementForm, Channel, PartnerType, SignatoryType
from caytre.agreements.api.decisions import OccasionBody
from caytre.agreements.commands.recordings import NamedPartner, Recording, record_agreement
from caytre.contracts.agreements import Occasion, StatedDate
from caytre.contracts.message import ExternalRef, Provenance
from caytre.core.command import Command
from caytre.core.refusals import Invalid
from caytre.core.web.acting import REFUSED, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import Body, Code, LanguageTag, Long, Sensitivity, Short, Title
from caytre.core.web.commanding import issuing
from caytre.reference import countries, fields
from caytre.reference.dates import UnreadableDate, parse_date
from caytre.reference.unclear import Unclear

router = Router(prefix="/agreements/recordings", tags=["recordings"], responses=REFUSED)


class Source(Body):
    """Where the entry stands. `system` and `number` find the record again."""

    system: Code
    number: Short
    origin: Literal["imported", "sourced", "illustration"] = "imported"
    file: Short | None = None
    row: Annotated[StrictInt, Field(ge=1, le=10_000_000)] | None = None
    publication: Short | None = None
    statement: Short | None = None
    date: Short | None = None


class RecordedParty(Body):
    """A partner of the register, or a name with a type and a country (code or name).

    Only an international organisation can be without a country.
    """

    partner_id: UUID | None = None
    name: Title | None = None
    country: Short | None = None
    type: PartnerType = "other"

    @model_validator(mode="after")
    def _one_way_or_the_other(self) -> Self:
        if (self.partner_id is None) == (self.name is None or not self._has_its_country()):
            raise ValueError("give partner_id, or name and country; only an international_organisation may have none")
        return self

    def _has_its_country(self) -> bool:
        return self.country is not None or self.type == "international_organisation"


_ENTRY = {
    "source": {"system": "so-dang-ky", "number": "TB-2019-07", "file": "so-dang-ky.csv", "row": 7},
    "localities": ["Thái Bình"],
    "status": "IN_FORCE",
    "title_vi": "Bản ghi nhớ hợp tác",
    "foreign_parties": [{"name": "Thành phố Minh Họa", "country": "Hàn Quốc", "type": "foreign_locality"}],
    "signed_on": "đầu năm 2019",
}


class RecordAgreement(Body, example=_ENTRY):
    """An agreement as a register shows it. Dates are the register's words ("đầu năm 2019", "15/03/2019")."""

    source: Source
    localities: Annotated[tuple[Short, ...], Field(min_length=1, max_length=20, examples=[["Thái Bình"]])]
    organisation: Short | None = None
    signatory_type: SignatoryType = "PROVINCE_PC"
    status: Literal["SIGNED", "IN_FORCE", "SUSPENDED", "EXPIRED", "TERMINATED", "WITHDRAWN", "REPLACED"]
    title_vi: Title
    title_foreign: Title | None = None
    register_no: Short | None = None
    form: AgreementForm = "agreement"
    channel: Channel = "state"
    foreign_parties: Annotated[tuple[RecordedParty, ...], Field(min_length=1, max_length=50)]
    fields: Annotated[tuple[Short, ...], Field(max_length=30, description="Codes or names.")] = ()
    languages: Annotated[tuple[LanguageTag, ...], Field(max_length=10)] = ()
    rationale: Long | None = None
    signed_on: Short | None = None
    effective_from: Short | None = None
    expires_on: Short | None = None
    ended_on: Short | None = None
    occasion: OccasionBody | None = None
    sensitivity: Sensitivity = "internal"
    sensitive: StrictBool = False


_DATES = ("signed_on", "effective_from", "expires_on", "ended_on")


@router.post("", response_model=Recording, summary="Validate or take over one entry of a register")
async def record(
    request: Request,
    body: RecordAgreement,
    command: Annotated[Command, Depends(issuing("agreement.record"))],
    mode: Literal["validate", "apply"] = "validate",
    update: bool = False,
) -> Recording:
    return await record_agreement(
        database_of(request),
        command,
        reference=ExternalRef(system=body.source.system, id=body.source.number),
        provenance=_provenance(body.source),
        parties=[_party(party) for party in body.foreign_parties],
        particulars=_particulars(body),
        apply=mode == "apply",
        update=update,
    )


def _provenance(source: Source) -> Provenance:
    return Provenance.model_validate(source.model_dump(exclude={"number"}))


def _party(party: RecordedParty) -> UUID | NamedPartner:
    if party.partner_id is not None:
        return party.partner_id
    country = _looked_up(countries.find, party.country, "/foreign_parties").code if party.country else None
    return NamedPartner(party.name or "", country, party.type)


def _particulars(body: RecordAgreement) -> dict[str, Any]:
    values = {name: getattr(body, name) for name in body.model_fields_set - {"source", "foreign_parties"}}
    values |= {"signatory_type": body.signatory_type, "signed_on": None, "languages": body.languages}
    values |= {name: _stated(name, getattr(body, name)) for name in _DATES}
    values["occasion"] = body.occasion.to(Occasion) if body.occasion else None
    values["fields"] = tuple(_looked_up(fields.find, text, "/fields").code for text in body.fields)
    return values


def _stated(name: str, text: str | None) -> StatedDate | None:
    if text is None:
        return None
    try:
        return StatedDate.model_validate(parse_date(text).model_dump(mode="json"))
    except UnreadableDate as unreadable:
        raise Invalid(pointer=f"/{name}", reason=unreadable) from unreadable


def _looked_up(find: Callable[[str], Any], text: str, pointer: str) -> Any:
    try:
        return find(text)
    except Unclear as unknown:
        raise Invalid(pointer=pointer, reason=unknown) from unknown
