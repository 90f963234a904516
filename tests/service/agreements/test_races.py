"""Two at once: one change happens, the other is told; a partner revoked meanwhile stops a signature."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest

from caytre.agreements.commands.names import standing
from caytre.agreements.model import Agreement
from caytre.agreements.model.case import PartnerNotVerified
from caytre.agreements.tables import AGREEMENTS
from caytre.contracts.agreements import Signer
from caytre.core.clock import day_of
from caytre.core.storing.database import Connection
from caytre.core.storing.decision import Decision
from tests.builders.agreements import TEXT
from tests.builders.agreements_office import APPROVER, CHAIR, PAPER, SIGNATURE, Office
from tests.builders.notebook import a_command


async def test_of_two_approvals_at_once_one_happens(office: Office) -> None:
    agreement = await office.act(await office.answered(), "consultation/closure")
    path, body = f"/agreements/{agreement['id']}/approval", {"authority": "PC_CHAIR", "document": PAPER}
    answers = await asyncio.gather(*[office.post(path, body, by=CHAIR, version=agreement["version"]) for _ in range(4)])
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    said = await office.database.worker.fetchval(
        "SELECT count(*) FROM outbox WHERE type = 'caytre.agreement.approved.v1'"
    )
    assert said == 1


async def test_of_two_registrations_of_one_name_at_once_one_happens(office: Office) -> None:
    body = {"type": "company", "names": {"vi": "Công ty Tre Đôi"}, "country": "KR"}
    answers = await asyncio.gather(*[office.post("/partners", body) for _ in range(4)])
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_a_partner_revoked_while_the_agreement_is_being_signed_stops_the_signature(office: Office) -> None:
    partner = await office.partner()
    agreement = await office.approved(partner)

    async def revoke() -> None:
        path = f"/partners/{partner['id']}/verification/revocation"
        answer = await office.post(path, {"reason": "fraud"}, by=APPROVER, version=partner["version"])
        assert answer.status_code == 200

    tries, now = 0, datetime.now(UTC)

    async def decide(record: Agreement, connection: Connection) -> Decision:
        nonlocal tries
        found, guards = await standing(connection, record.partner_ids)
        said = record.sign(
            signed_on=day_of(now),
            by_authorised=False,
            foreign_signers=(Signer(side="foreign", office="Mayor"),),
            texts=(TEXT,),
            partners=found,
            at=now,
        )
        if not tries:
            await revoke()
        tries += 1
        return Decision((said,), guards=guards)

    with pytest.raises(PartnerNotVerified):
        await AGREEMENTS.change(office.database, a_command(), UUID(agreement["id"]), agreement["version"], decide)
    assert tries == 1, "the guard did not hold, and the second look refused"
    assert await office.database.worker.fetchval("SELECT status FROM agreement") == "APPROVED"


async def test_a_revoked_partner_stops_approval_and_signature_over_http(office: Office) -> None:
    partner = await office.partner()
    agreement = await office.approved(partner)
    await office.act(partner, "verification/revocation", {"reason": "fraud"}, APPROVER)
    text = {"sha256": "ab" * 32, "size": 1, "media_type": "application/pdf", "language": "vi"}
    refused = await office.post(
        f"/agreements/{agreement['id']}/signature",
        {**SIGNATURE, "texts": [text]},
        version=agreement["version"],
    )
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/partner-not-verified")


async def test_a_merged_partner_is_followed_to_the_one_that_stands_for_it(office: Office) -> None:
    partner, survivor = await office.partner(), await office.partner()
    agreement = await office.approved(partner)
    await office.act(partner, "merger", {"into": survivor["id"], "reason": "one city"}, APPROVER)
    text = {"sha256": "ab" * 32, "size": 1, "media_type": "application/pdf", "language": "vi"}
    signed = await office.act(agreement, "signature", {**SIGNATURE, "texts": [text]})
    assert signed["foreign_parties"][0]["partner_id"] == partner["id"]
