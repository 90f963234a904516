"""Who may do what: every act and every reading, by every role, of the own and of another province."""

from __future__ import annotations

from typing import Any

import pytest

from caytre.core.clock import business_now
from tests.builders.agreements_office import APPROVER, PEOPLE
from tests.builders.deadlines import CAO_BANG, HUNG_YEN
from tests.builders.notice_desk import NoticeDesk, wanted

PAPER = {"reason": "x", "document": {"number": "1/CV"}}
#: Who is concerned by an agreement of Hưng Yên with Korea on which the police is asked.
CONCERNED = {"officer", "lead", "chair", "ministry", "approver", "police", "embassy", "auditor", "system"}
READERS = set(PEOPLE) - {"operator"}


async def a_deadline(desk: NoticeDesk, sensitivity: str) -> dict[str, Any]:
    message = desk.says(
        wanted("AGR_OPINION", discriminator="MPS", answerable="MPS", anchor="2026-01-05", n=7, unit="WORKING"),
        sensitivity=sensitivity,
        state={"countries": ["KR"]},
    )
    await desk.hear(message)
    await desk.fire(business_now())
    found = await desk.deadline(f"agreement/{message.subject}", "AGR_OPINION", "MPS")
    assert found is not None
    return found


@pytest.mark.parametrize("sensitivity", ["internal", "restricted"])
async def test_a_deadline_is_known_to_those_concerned_and_to_no_other(desk: NoticeDesk, sensitivity: str) -> None:
    deadline = await a_deadline(desk, sensitivity)
    for name, person in PEOPLE.items():
        one = await desk.get(f"/deadlines/{deadline['id']}", person)
        listed = await desk.get("/deadlines", person)
        fed = await desk.get("/changes?limit=1000", person)
        expected = 200 if name in CONCERNED else 403 if name == "operator" else 404
        assert one.status_code == expected, f"{name}: {one.text}"
        if name == "operator":
            assert (listed.status_code, fed.status_code) == (403, 403)
            continue
        assert bool(listed.json()["items"]) == (name in CONCERNED), name
        assert deadline["id"] not in fed.text or name in CONCERNED, name


ACTS: dict[str, tuple[Any, set[str]]] = {
    "waiver": (PAPER, {"lead", "chair", "approver"}),
    "acknowledgement": ({}, {"officer", "lead", "chair", "police", "embassy"}),
}


@pytest.mark.parametrize("sensitivity", ["internal", "restricted"])
async def test_every_act_on_a_deadline_is_open_to_those_roles_and_to_no_other(
    desk: NoticeDesk, sensitivity: str
) -> None:
    deadline = await a_deadline(desk, sensitivity)
    # A version that never was: who may act is told that it is stale, before any rule is asked and nothing changes.
    for path, (body, allowed) in ACTS.items():
        for name, person in PEOPLE.items():
            answer = await desk.post(f"/deadlines/{deadline['id']}/{path}", body, by=person, version=999)
            case = f"{name} {path}: {answer.text}"
            if name in allowed:
                assert answer.status_code == 412, case
            else:
                assert answer.status_code == (403 if name in CONCERNED else answer.status_code), case
                assert answer.status_code in {403, 404}, case


async def test_the_calendar_is_everybodys_to_read_and_the_ministrys_to_change(desk: NoticeDesk) -> None:
    day = {"day": "2027-03-01", "kind": "swapped_off", "name_vi": "Nghỉ", "name_en": "Off"}
    for name, person in PEOPLE.items():
        assert (await desk.get("/calendar", person)).status_code == 200
        assert (await desk.get("/timers/next", person)).status_code == 200
        counted = await desk.get("/calendar/working-days?from=2026-01-05&n=3", person)
        assert counted.status_code == 200
        body = {"days": [day], "reason": "x"}
        answer = await desk.post("/calendar/overrides", body, by=person, version=999)
        assert answer.status_code == (412 if name in {"approver", "operator"} else 403), name
        answer = await desk.post("/calendar/overrides/2027-03-01/withdrawal", {"reason": "x"}, by=person, version=999)
        assert answer.status_code == (412 if name in {"approver", "operator"} else 403), name


async def test_the_directory_is_kept_by_leads_and_the_ministry_and_addresses_are_theirs(desk: NoticeDesk) -> None:
    entered = await desk.desk()
    for name, person in PEOPLE.items():
        body = {"role": "locality_officer", "locality": HUNG_YEN, "address": f"{name}@caytre.example"}
        answer = await desk.post("/recipients", body, by=person)
        assert (answer.status_code == 201) == (name in {"lead", "ministry", "approver"}), f"{name}: {answer.text}"
        one = await desk.get(f"/recipients/{entered['id']}", person)
        seen = {"officer", "lead", "chair", "ministry", "approver", "auditor", "system"}
        assert (one.status_code == 200) == (name in seen), name
        assert "desk@caytre.example" not in one.text
        whole = await desk.get(f"/recipients/{entered['id']}/confidential", person)
        assert (whole.status_code == 200) == (name in {"lead", "ministry", "approver", "auditor"}), name
        amended = await desk.post(f"/recipients/{entered['id']}/amendments", {"muted": ["X"]}, by=person, version=999)
        assert (amended.status_code == 412) == (name in {"lead", "ministry", "approver"}), name
    readings = await desk.database.command.fetchval("SELECT count(*) FROM reading")
    assert readings == 4


async def test_a_lead_enters_no_desk_of_another_province(desk: NoticeDesk) -> None:
    body = {"role": "locality_officer", "locality": CAO_BANG, "address": "x@caytre.example"}
    assert (await desk.post("/recipients", body, by=PEOPLE["lead"])).status_code in {403, 404}


@pytest.mark.parametrize("sensitivity", ["internal", "restricted"])
async def test_a_notification_is_known_to_its_audience_the_ministry_and_auditors(
    desk: NoticeDesk, sensitivity: str
) -> None:
    await desk.hear(desk.says(type="caytre.agreement.stalled.v1", level="warn", sensitivity=sensitivity))
    for name, person in PEOPLE.items():
        listed = await desk.get("/notifications?mine=false", person)
        if name == "operator":
            assert listed.status_code == 403
            continue
        seen = {"officer", "lead", "chair", "ministry", "approver", "auditor", "system"}
        assert len(listed.json()["items"]) == (2 if name in seen else 0), name
        mine = (await desk.get("/notifications", person)).json()["items"]
        assert len(mine) == (1 if name in {"officer", "lead"} else 0), name
    [told] = (await desk.get("/notifications", PEOPLE["officer"])).json()["items"]
    for name, person in PEOPLE.items():
        answer = await desk.post(f"/notifications/{told['id']}/acknowledgement", None, by=person, version=999)
        may = {"officer", "lead", "chair", "ministry", "approver"}
        assert (answer.status_code == 412) == (name in may), f"{name}: {answer.text}"


@pytest.mark.parametrize(
    "address",
    ["no address", "a@b@c", "a@caytre.example\r\nBcc: x@y.z", "à@caytre.example", '"a b"@caytre.example', "@x"],
)
async def test_an_address_no_mail_can_be_sent_to_is_refused(desk: NoticeDesk, address: str) -> None:
    body = {"role": "ministry_officer", "address": address}
    answer = await desk.post("/recipients", body, by=APPROVER)
    assert answer.status_code == 422, answer.text
    assert await desk.database.worker.fetchval("SELECT count(*) FROM recipient") == 0


@pytest.mark.parametrize("name", ["Phòng\r\nBcc: x@y.z", "Phòng\nX: y", "a\u2028b", "\u202egnohP"])
async def test_a_name_that_would_break_a_header_is_refused(desk: NoticeDesk, name: str) -> None:
    body = {"role": "ministry_officer", "address": "a@caytre.example", "name": name}
    assert (await desk.post("/recipients", body, by=APPROVER)).status_code == 422
