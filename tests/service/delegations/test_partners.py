"""Hosts and guests against the copy of the register of partners: guarded, flagged, repointed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.builders.agreements_office import AUDITOR, CHAIR
from tests.builders.delegations_office import RULING, TODAY, Office

NEXT_YEAR = TODAY + timedelta(days=365)


def said(office: Office, word: str, partner: str, **state: Any) -> Any:
    known = {"id": partner, "sensitivity": "internal", "type": "company", "names": {"vi": "Công ty Minh Họa"}}
    data = {"into": partner}
    return office.agreements.say(f"caytre.partner.{word}.v1", UUID(partner), data, state={**known, **state})


async def test_a_company_that_is_not_verified_receives_nobody_and_one_that_is_does(office: Office) -> None:
    company = await office.partner("company")
    trip = await office.referred(office.trip(company))
    assert await office.refused("delegation", trip["id"], "approval", RULING, CHAIR) == "host-not-verified"
    await office.hear(said(office, "verified", company, verified_until=NEXT_YEAR.isoformat()))
    assert (await office.act("delegation", trip["id"], "approval", RULING, CHAIR))["status"] == "APPROVED"


async def test_a_host_that_is_revoked_after_approval_is_flagged_and_bars_the_next_approval(office: Office) -> None:
    company = await office.partner("company", until=NEXT_YEAR)
    trip = await office.approved(office.trip(company))
    barred = {"verified_until": None, "verification": {"status": "REVOKED"}}
    await office.hear(said(office, "revoked", company, **barred))
    after = await office.present("delegation", trip["id"])
    assert (after["flagged_hosts"], (await office.types(trip["id"]))[-1]) == ([company], "delegation.host_flagged")
    other = await office.referred(office.trip(company, first=200, last=201))
    assert await office.refused("delegation", other["id"], "approval", RULING, CHAIR) == "host-not-verified"


async def test_an_approval_holds_only_while_the_host_is_as_it_was_read(office: Office) -> None:
    # Both at once, many times: whichever comes first, none is approved at a version of the host that is gone.
    for n in range(8):
        company = await office.partner("company", until=NEXT_YEAR)
        trip = await office.referred(office.trip(company, first=20 + 10 * n, last=21 + 10 * n))
        version = (await office.get(f"/delegations/{trip['id']}", AUDITOR)).json()["version"]
        barred = {"verified_until": None, "verification": {"status": "REVOKED"}}
        revoking = office.hear(said(office, "revoked", company, **barred), twice=False)
        approving = office.post(f"/delegations/{trip['id']}/approval", RULING, by=CHAIR, version=version)
        answer, _ = await asyncio.gather(approving, revoking)
        await office.hear()
        after = await office.present("delegation", trip["id"])
        assert answer.status_code in {200, 409, 412}
        assert after["flagged_hosts"] == [company]
        assert (after["status"] == "APPROVED") == (answer.status_code == 200)


async def test_a_merged_host_is_repointed_and_then_searched_under_its_new_name(office: Office) -> None:
    duplicate, survivor = await office.partner(), await office.partner()
    ours = await office.submitted(office.trip(duplicate))
    other = {"localities": ["VN-P-2008-04"]}
    body = office.trip(survivor, locality="VN-P-2008-04")
    theirs = await office.submitted(body, {"sub": "x", "roles": ["locality_officer", "locality_approver"], **other})
    assert (await office.get(f"/findings?delegation={theirs['id']}", AUDITOR)).json()["items"] == []
    await office.hear(said(office, "merged", duplicate, status="MERGED", merged_into=survivor))
    trip = await office.present("delegation", ours["id"])
    assert trip["stops"][0]["hosts"][0]["partner_id"] == survivor
    [finding] = (await office.get(f"/findings?delegation={theirs['id']}", AUDITOR)).json()["items"]
    assert finding["conflict"] == "SAME_HOST_SAME_DAYS"


async def test_a_restricted_partner_is_vouched_for_by_nobody_here(office: Office) -> None:
    company = await office.partner("company", until=NEXT_YEAR)
    trip = await office.referred(office.trip(company))
    envelope = {"id": company, "version": 2, "sensitivity": "restricted"}
    type_ = "caytre.partner.withdrawn.v1"
    await office.hear(office.agreements.say(type_, UUID(company), {}, state=envelope, sensitivity="restricted"))
    assert await office.refused("delegation", trip["id"], "approval", RULING, CHAIR) == "host-not-verified"
    [row] = await office.database.worker.fetch("SELECT name, verified_until FROM known_partner")
    assert (row["name"], row["verified_until"]) == (None, None)
