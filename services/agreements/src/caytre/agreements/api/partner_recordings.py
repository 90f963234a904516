"""One partner of a register or a publication over HTTP: validated or taken over; found again by its number there."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Request

from caytre.agreements.api.bodies import NamesBody, PartnerType
from caytre.agreements.api.recordings import Source
from caytre.agreements.commands.partner_recordings import record_partner
from caytre.agreements.commands.recordings import Recording
from caytre.contracts.agreements import Names
from caytre.contracts.message import ExternalRef, Provenance
from caytre.core.command import Command
from caytre.core.web.acting import REFUSED, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import Body, Country, Sensitivity, Short
from caytre.core.web.commanding import issuing

router = Router(prefix="/partners/recordings", tags=["recordings"], responses=REFUSED)


class RecordPartner(Body):
    """A partner as a register or a publication names it. It is verified only here, never by import.

    Only an international organisation can be without a country.
    """

    source: Source
    type: PartnerType = "other"
    names: NamesBody
    country: Country | None = None
    subdivision: Short | None = None
    sensitivity: Sensitivity = "internal"


@router.post("", response_model=Recording, summary="Validate or take over one partner of a register")
async def record(
    request: Request,
    body: RecordPartner,
    command: Annotated[Command, Depends(issuing("partner.record"))],
    mode: Literal["validate", "apply"] = "validate",
    update: bool = False,
) -> Recording:
    particulars = {name: getattr(body, name) for name in ("type", "country", "subdivision", "sensitivity")}
    return await record_partner(
        database_of(request),
        command,
        reference=ExternalRef(system=body.source.system, id=body.source.number),
        provenance=Provenance.model_validate(body.source.model_dump(exclude={"number"})),
        particulars={**particulars, "names": body.names.to(Names)},
        apply=mode == "apply",
        update=update,
    )
