"""Who may do what: every act of the service, by every role, of the own and of another province."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from caytre.events.main import service
from tests.builders.events_office import HUNG_YEN, PEOPLE, TODAY, EventsOffice

_ID = "01980000-0000-7000-8000-000000000001"
OFFICERS = {"officer", "lead"}
ORGANISERS = OFFICERS | {"organiser"}
MINISTRY = {"ministry", "approver"}
CLASSIFY = ({"sensitivity": "internal"}, {"lead", "chair", "approver"})
PAPER = {"document": {"number": "1/CV"}}
REPLY = {"answer": "agree", **PAPER}
UPSTREAM = {"upstream": {"service": "events", "kind": "event", "id": _ID}}
CHANGERS = ORGANISERS | MINISTRY | {"system"}

#: Path of an act on a record, its body, and who may issue it at all.
ACTS: dict[str, dict[str, tuple[Any, set[str]]]] = {
    "events": {
        "amendments": ({"title_en": "x"}, ORGANISERS),
        "schedule": ({"starts_on": "2031-01-05"}, ORGANISERS),
        "plan": (None, ORGANISERS),
        "links": (UPSTREAM, ORGANISERS),
        "classification": CLASSIFY,
        "permission/competence": ({"authority": "NONE", "reason": "x"}, {"lead"}),
        "permission/application": (PAPER, OFFICERS),
        "permission/application/withdrawal": ({"reason": "x"}, OFFICERS),
        "permission/opinions": ({}, OFFICERS),
        "permission/opinions/MPS/paper-reply": (REPLY, {"lead"}),
        "permission/opinions/MPS": (REPLY, {"police"}),
        "permission/opinions/MOFA": (REPLY, MINISTRY),
        "permission/decision": ({"outcome": "permitted", **PAPER}, {"chair"}),
        "permission/pm-decision": ({"outcome": "permitted", **PAPER}, {"lead"}),
        "opening": (None, ORGANISERS),
        "quotas": ({"onsite": 5}, ORGANISERS),
        "freeze": (None, ORGANISERS),
        "start": (None, ORGANISERS),
        "end": ({}, ORGANISERS),
        "report": ({"filed_on": TODAY.isoformat(), "results": "x"}, ORGANISERS),
        "closure": (None, ORGANISERS),
        "cancellation": ({"reason": "x"}, ORGANISERS),
        "postponement": ({"reason": "x"}, ORGANISERS),
    },
    "registrations": {
        "amendments": ({"rank": "DIRECTOR"}, CHANGERS),
        "party-size": ({"party_size": 2}, CHANGERS),
        "withdrawal": ({}, CHANGERS),
        "change-requests": ({"kind": "withdraw", "reason": "x"}, CHANGERS),
        "change-requests/1": ({"approved": True}, ORGANISERS),
        "approval": (None, ORGANISERS),
        "rejection": ({"reason": "x"}, ORGANISERS),
        "check-in": ({}, ORGANISERS),
        "no-show": (None, ORGANISERS),
    },
    "meetings": {
        "acceptance": ({"slot": 1, "table": 1}, CHANGERS),
        "refusal": ({}, CHANGERS),
        "cancellation": ({"reason": "x"}, CHANGERS),
        "end": ({}, ORGANISERS),
        "no-show": ({"absent": [_ID]}, ORGANISERS),
    },
    "leads": {
        "amendments": ({"note": "x"}, OFFICERS),
        "status": ({"status": "QUALIFIED"}, OFFICERS),
        "follow-ups/30": ({"note": "x"}, OFFICERS),
        "win": ({"kind": "OTHER", "title": "x", "realised_on": TODAY.isoformat()}, OFFICERS),
        "loss": ({"reason": "x"}, OFFICERS),
        "links": (UPSTREAM, OFFICERS),
        "agreements": ({"agreement_id": _ID}, OFFICERS),
        "classification": CLASSIFY,
    },
    "outcomes": {
        "amendments": ({"title": "x"}, OFFICERS),
        "evidence": ({"summary": "x"}, OFFICERS),
        "links": (UPSTREAM, OFFICERS),
        "links/removal": ({**UPSTREAM, "reason": "x"}, OFFICERS),
        "confirmation": (PAPER, {"lead", "chair"} | MINISTRY),
        "withdrawal": ({"reason": "x"}, {"lead", "chair", "approver"}),
        "classification": CLASSIFY,
    },
}
#: Who registers whom is written down by registrations; the others are begun by these.
BEGUN: dict[str, set[str]] = {
    "events": ORGANISERS,
    "leads": ORGANISERS | MINISTRY | {"embassy"},
    "outcomes": OFFICERS,
    "registrations": ORGANISERS | MINISTRY | {"embassy", "system", "neighbour"},
}
READERS = set(PEOPLE) - {"operator"}
#: Who reads what concerns Hưng Yên, Korea and the agencies that are asked about it alone.
CONCERNED = {"officer", "lead", "chair", "organiser", "ministry", "approver", "auditor", "system"}
READS_CONFIDENTIAL = {"officer", "lead", "chair", "organiser", "ministry", "approver", "auditor"}


async def under_opinion(office: EventsOffice, sensitivity: str) -> dict[str, Any]:
    """An event on which the ministries are asked."""
    event = await office.draft(
        title_vi="Hồ sơ thử quyền", guests={"rank": "MINISTER"}, guest_names=["ghi chú"], countries=["KR"]
    )
    event = await office.act("events", event, "plan")
    event = await office.act("events", event, "permission/application", PAPER)
    event = await office.act("events", event, "permission/opinions", {})
    return await hidden(office, "events", event) if sensitivity == "restricted" else event


async def hidden(office: EventsOffice, kind: str, record: dict[str, Any]) -> dict[str, Any]:
    body = {"sensitivity": "restricted", "confirm_published_history_stays": True}
    return await office.act(kind, record, "classification", body, PEOPLE["lead"])


async def of_each_kind(office: EventsOffice) -> dict[str, dict[str, Any]]:
    """One record of each kind, all of Hưng Yên and Korea."""
    event = await office.opened()
    one, other = await office.party(event), await office.party(event)
    body = {"requester": one["id"], "addressee": other["id"], "subject": "x"}
    return {
        "events": await under_opinion(office, "internal"),
        "registrations": one,
        "meetings": await office.create("meetings", body),
        "leads": await office.lead(countries=["KR"]),
        "outcomes": await office.outcome(countries=["KR"]),
    }


def test_every_act_of_the_service_is_in_the_matrix() -> None:
    contexts = iter_route_contexts(service.app(None).routes)
    routes = [context.original_route for context in contexts if isinstance(context.original_route, APIRoute)]
    acts = {
        route.path.removeprefix("/") for route in routes if "POST" in (route.methods or ()) and "{id}/" in route.path
    }
    named = {"agency": ("MPS", "MOFA"), "number": ("1",), "days": ("30",)}
    written = {f"{kind}/{{id}}/{path}" for kind, paths in ACTS.items() for path in paths}
    for path in sorted(acts):
        if path.startswith("operations/"):
            continue
        forms = {path}
        for name, values in named.items():
            forms = {form.replace(f"{{{name}}}", value) for form in forms for value in values}
        assert forms & written, path
        written -= forms
    assert written == set()


@pytest.mark.parametrize("kind", ["registrations", "meetings", "leads", "outcomes"])
async def test_every_act_is_open_to_those_roles_and_to_no_other(office: EventsOffice, kind: str) -> None:
    record = (await of_each_kind(office))[kind]
    # A version that never was: who may act is told that it is stale, before any rule is asked and nothing changes.
    for path, (body, allowed) in ACTS[kind].items():
        for name, person in PEOPLE.items():
            answer = await office.post(f"/{kind}/{record['id']}/{path}", body, by=person, version=999)
            expected = {412} if name in allowed else {403, 404} if kind == "registrations" else {403}
            assert answer.status_code in expected, f"{name} {path}: {answer.text}"


@pytest.mark.parametrize("sensitivity", ["internal", "restricted"])
async def test_every_act_on_an_event_is_open_to_those_roles_and_to_no_other(
    office: EventsOffice, sensitivity: str
) -> None:
    event = await under_opinion(office, sensitivity)
    sees = CONCERNED | {"police", "embassy"}
    for path, (body, allowed) in ACTS["events"].items():
        for name, person in PEOPLE.items():
            answer = await office.post(f"/events/{event['id']}/{path}", body, by=person, version=999)
            case = f"{name} {path}: {answer.text}"
            if name in allowed:
                assert answer.status_code == 412, case
            elif sensitivity == "restricted" and name not in sees:
                assert answer.status_code in {403, 404}, case
                assert "Hồ sơ" not in answer.text, case
            else:
                assert answer.status_code == 403, case


async def test_reading_is_open_to_roles_that_read_and_what_is_private_to_those_it_concerns(
    office: EventsOffice,
) -> None:
    records = await of_each_kind(office)
    records["events"] = await under_opinion(office, "restricted")
    records["leads"] = await hidden(office, "leads", records["leads"])
    records["outcomes"] = await hidden(office, "outcomes", records["outcomes"])
    extra = {
        "events": {"police", "embassy"},
        "leads": {"embassy"},
        "outcomes": {"embassy"},
        "registrations": {"embassy"},
    }
    for kind, record in records.items():
        seeing = READERS if kind == "meetings" else CONCERNED | extra[kind]
        for name, person in PEOPLE.items():
            one = await office.get(f"/{kind}/{record['id']}", person)
            listed = await office.get(f"/{kind}?limit=200", person)
            whole = await office.get(f"/{kind}/{record['id']}/confidential", person)
            case = f"{name} {kind}"
            assert one.status_code == (200 if name in seeing else 403 if name == "operator" else 404), case
            assert "ghi chú" not in one.text, case
            assert (whole.status_code == 200) == (name in READS_CONFIDENTIAL), case
            if name == "operator":
                assert listed.status_code == 403
                continue
            found = [item for item in listed.json()["items"] if item["id"] == record["id"]]
            assert bool(found) == (name in seeing), case


async def test_only_those_roles_begin_records(office: EventsOffice) -> None:
    event = await office.opened()
    bodies: dict[str, dict[str, Any]] = {
        "events": {"title_vi": "x", "kind": "forum", "locality": HUNG_YEN},
        "leads": {"title": "x", "locality": HUNG_YEN},
        "outcomes": {"kind": "OTHER", "title": "x", "locality": HUNG_YEN, "realised_on": TODAY.isoformat()},
        "registrations": {"event_id": event["id"], "organisation": "x", "country": "KR"},
    }
    for kind, body in bodies.items():
        for name, person in PEOPLE.items():
            answer = await office.post(f"/{kind}", body, by=person)
            assert answer.status_code == (201 if name in BEGUN[kind] else 403), f"{name} {kind}: {answer.text}"


async def test_an_agency_speaks_only_for_itself(office: EventsOffice) -> None:
    event = await under_opinion(office, "internal")
    for agency, by in (("MPS", "ministry"), ("MOFA", "police"), ("MOFA", "army")):
        path = f"/events/{event['id']}/permission/opinions/{agency}"
        answer = await office.post(path, REPLY, by=PEOPLE[by], version=event["version"])
        assert answer.status_code == 403


async def test_names_of_persons_are_read_under_a_mark_and_stand_in_no_message(office: EventsOffice) -> None:
    event = await office.opened()
    person = {"name": "Người Dự Họp", "passport": "C1234567", "email": "nguoi@example.org"}
    party = await office.party(event, participants=[person])
    told = await office.database.worker.fetch("SELECT data::text AS data FROM outbox")
    shown = (await office.get(f"/registrations/{party['id']}")).text
    for text in (*[row["data"] for row in told], shown):
        assert "Người Dự Họp" not in text
        assert "C1234567" not in text
    before = await office.database.worker.fetchval("SELECT count(*) FROM reading")
    whole = await office.get(f"/registrations/{party['id']}/confidential")
    assert whole.json()["participants"][0]["passport"] == "C1234567"
    assert await office.database.worker.fetchval("SELECT count(*) FROM reading") == before + 1
