"""Who may do what: every act of the service, by every role, of the own and of another province."""

from __future__ import annotations

from typing import Any

import pytest

from caytre.core.relaying import journal
from tests.builders.agreements_office import NEIGHBOUR
from tests.builders.delegations import CAO_BANG, HUNG_YEN
from tests.builders.delegations_office import PAPER, PATHS, PEOPLE, RULING, TODAY, Office, ahead, member

NOW = TODAY.isoformat()
ID = "01980000-0000-7000-8000-000000000001"
OWN, LEAD, CHAIR = {"officer", "lead"}, {"lead"}, {"chair"}
MINISTRY = {"ministry", "approver"}
WHY, REASON = {"reason": "x"}, {"reason": "x", "document": PAPER}
RULING_AGAINST = {**RULING, "reason": "x"}
LINKS = {"links": [], "agreement_ids": [ID]}

#: Path of an act on each kind of record, its body, and who may issue it at all.
ACTS: dict[str, dict[str, tuple[Any, set[str]]]] = {
    "annual_plan": {
        "items": ({"put": []}, OWN),
        f"items/{ID}/decision": ({"status": "DROPPED", **WHY}, OWN),
        "submission": (None, OWN),
        "return-to-draft": (WHY, LEAD | CHAIR),
        "advice": ({"agency": "MOFA", "answer": "agree"}, LEAD | MINISTRY),
        "approval": (RULING, CHAIR),
        "adjustment": (WHY, OWN),
        "withdrawal": (WHY, LEAD),
        "closure": (None, LEAD),
    },
    "delegation": {
        "revisions": ({"title": "x"}, OWN),
        "dossier/LETTER": ({}, OWN),
        "procedure": ({"version": 2, "adopt": False, **WHY}, LEAD),
        "submission": (None, OWN),
        "amendments": ({"title": "x"}, OWN),
        "review": (None, LEAD),
        "return-to-draft": (REASON, LEAD),
        "referral": ({"recommendation": "x"}, LEAD),
        "approval": (RULING, CHAIR),
        "rejection": (RULING_AGAINST, CHAIR),
        "delivery": (None, LEAD),
        "departure": ({"on": NOW}, OWN),
        "return": ({"on": NOW}, OWN),
        "report": ({"results": []}, OWN),
        "report/acceptance": ({}, LEAD),
        "closure": (None, LEAD),
        "postponement": (REASON, OWN),
        "cancellation": (REASON, OWN),
        "links": (LINKS, OWN | MINISTRY),
    },
    "finding": {"answers": ({"how": "merge", **WHY}, LEAD | MINISTRY | {"neighbour"})},
    "invitation": {
        "extension": ({"on": NOW}, OWN),
        "channel": ({"on": NOW}, OWN | MINISTRY),
        "reply": ({"answer": "accepted", "on": NOW}, OWN | MINISTRY | {"embassy"}),
        "lapse": (REASON, OWN),
        "links": ({"links": []}, OWN | MINISTRY),
    },
    "follow_up": {
        "rescheduling": ({"due_on": ahead(5), **WHY}, OWN),
        "completion": ({"outcome": "x"}, OWN),
        "dropping": (REASON, OWN),
        "promotion": ({"record": {"service": "agreements", "kind": "agreement", "id": ID}}, OWN),
    },
    "visit": {
        "amendments": ({"title": "x"}, OWN),
        "partner-check": ({}, LEAD),
        "programme": ({"items": []}, OWN | MINISTRY),
        "approval": (RULING, CHAIR),
        "refusal": (REASON, CHAIR),
        "cancellation": (REASON, OWN),
        "arrival": ({"on": NOW}, OWN),
        "departure": ({"on": NOW}, OWN),
        "report": ({"text": "x"}, OWN),
        "closure": (None, LEAD),
        "links": (LINKS, OWN | MINISTRY),
    },
}
#: Who knows of a record of Hưng Yên that concerns Korea; a plan and a follow-up concern no country.
SEES = {"officer", "lead", "chair", "ministry", "approver", "auditor", "system"}
READS = {kind: SEES | ({"embassy"} if kind not in {"annual_plan", "follow_up"} else set()) for kind in PATHS}
READS["finding"] = READS["finding"] | {"neighbour"}
NO_READERS = {"police", "army", "operator"}
READS_CONFIDENTIAL = SEES - {"system"}


async def one_of_each(office: Office, sensitivity: str) -> dict[str, str]:
    """A record of every kind, all of Hưng Yên; the finding is with Cao Bằng too."""
    classed = {"sensitivity": sensitivity}
    plan = {"locality": HUNG_YEN, "year": TODAY.year, "direction": "OUT", **classed}
    invitation = {"locality": HUNG_YEN, "invitee": "x", "country": "KR", "purpose": "x", **classed}
    visit = {"locality": HUNG_YEN, "title": "Hồ sơ thử quyền", "country": "KR", **classed}
    same = member(1, identity="001000000009")
    trip = await office.submitted(office.trip(first=0, last=0, members=[same], **classed))
    theirs = office.trip(first=0, last=0, members=[same], locality=CAO_BANG, **classed)
    await office.submitted(theirs, NEIGHBOUR)
    commitments = [{"number": 1, "text": "x", "owner": HUNG_YEN}]
    past = {
        "source": {"system": "so", "number": "1"},
        "localities": ["Hưng Yên"],
        "status": "REPORTED",
        "title": "x",
        "departs": "năm 2024",
        "stops": [{"country": "KR"}],
        "report": {"commitments": commitments},
        **classed,
    }
    recorded = (await office.post("/delegations/recordings?mode=apply", past)).json()
    await office.hear()
    rows = await office.database.worker.fetch("SELECT id FROM follow_up WHERE source_id::text = $1", recorded["id"])
    found = await office.database.worker.fetch("SELECT id FROM finding")
    return {
        "annual_plan": (await office.create("annual_plan", plan))["id"],
        "delegation": trip["id"],
        "finding": str(found[0]["id"]),
        "invitation": (await office.create("invitation", invitation))["id"],
        "follow_up": str(rows[0]["id"]),
        "visit": (await office.create("visit", visit))["id"],
    }


@pytest.mark.parametrize("sensitivity", ["internal", "restricted"])
async def test_every_act_is_open_to_those_roles_and_to_no_other(office: Office, sensitivity: str) -> None:
    records = await one_of_each(office, sensitivity)
    # A version that never was: who may act is told that it is stale, before any rule is asked and nothing changes.
    for kind, acts in ACTS.items():
        for path, (body, allowed) in acts.items():
            for name, person in PEOPLE.items():
                answer = await office.post(f"/{PATHS[kind]}/{records[kind]}/{path}", body, by=person, version=999)
                case = f"{name} {kind} {path}: {answer.status_code} {answer.text}"
                if name in allowed:
                    assert answer.status_code == 412, case
                else:
                    # Whose role has the act on other records learns nothing of this one.
                    hidden = name not in READS[kind] and answer.status_code == 404
                    assert answer.status_code == 403 or hidden, case
                    assert "Hồ sơ thử quyền" not in answer.text, case


@pytest.mark.parametrize("sensitivity", ["internal", "restricted"])
async def test_every_record_is_known_to_those_it_concerns_by_every_road(office: Office, sensitivity: str) -> None:
    records = await one_of_each(office, sensitivity)
    for kind, id in records.items():
        for name, person in PEOPLE.items():
            one = await office.get(f"/{PATHS[kind]}/{id}", person)
            listed = await office.get(f"/{PATHS[kind]}?limit=200", person)
            case = f"{name} {kind} {one.status_code}"
            expected = 200 if name in READS[kind] else 403 if name in NO_READERS else 404
            assert one.status_code == expected, case
            if name in NO_READERS:
                assert listed.status_code == 403, case
                continue
            found = [item for item in listed.json()["items"] if item["id"] == id]
            assert bool(found) == (name in READS[kind]), case
            if kind in {"delegation", "invitation", "visit"}:
                whole = await office.get(f"/{PATHS[kind]}/{id}/confidential", person)
                assert (whole.status_code == 200) == (name in READS_CONFIDENTIAL), f"{case} {whole.text}"
    compared = f"/annual-plans/{records['annual_plan']}/comparison"
    for name, person in PEOPLE.items():
        answer = await office.get(compared, person)
        assert (answer.status_code == 200) == (name in READS["annual_plan"]), name


async def test_the_change_feed_shows_a_reader_what_concerns_it(office: Office) -> None:
    records = await one_of_each(office, "internal")
    async with office.database.worker.acquire() as connection:
        await connection.fetchval(journal.COLLECT, "delegations", 0, 1000)
    for name, person in PEOPLE.items():
        answer = await office.get("/changes?limit=200", person)
        if name in NO_READERS:
            assert answer.status_code == 403, name
            continue
        seen = {kind for kind, id in records.items() if id in answer.text}
        assert seen >= {kind for kind in records if name in READS[kind] and kind != "finding"}, name
        if name in {"neighbour", "tokyo"}:
            assert seen <= {"finding", "delegation"} if name == "neighbour" else not seen, name


CREATIONS: dict[str, tuple[Any, set[str]]] = {
    "annual-plans": ({"locality": HUNG_YEN, "year": TODAY.year, "direction": "OUT"}, OWN),
    "invitations": ({"locality": HUNG_YEN, "invitee": "x", "country": "KR", "purpose": "x"}, OWN),
    "visits": ({"locality": HUNG_YEN, "title": "x", "country": "KR"}, OWN),
    "delegations": ({"locality": HUNG_YEN, "title": "x"}, OWN),
}


async def test_only_officers_of_the_province_begin_records_for_it(office: Office) -> None:
    for path, (body, allowed) in CREATIONS.items():
        for name, person in PEOPLE.items():
            answer = await office.post(f"/{path}", body, by=person)
            assert answer.status_code == (201 if name in allowed else 403), f"{name} {path} {answer.text}"
