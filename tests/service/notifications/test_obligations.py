"""Deadlines from messages of any type: opened, moved and settled in whichever order things come, however often."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from caytre.core.clock import business_today
from caytre.core.ids import new_id
from caytre.core.testing import Log
from tests.builders.agreements_office import AUDITOR, EMBASSY, NEIGHBOUR, OFFICER, POLICE
from tests.builders.deadlines import CAO_BANG, HUNG_YEN, THAI_BINH
from tests.builders.notice_desk import NoticeDesk, moment, wanted


async def test_a_message_of_a_type_nobody_knows_opens_a_deadline_once(desk: NoticeDesk) -> None:
    record = new_id()
    message = desk.says(
        wanted("NEW_CODE", discriminator="x", round=3), type="caytre.novelty.happened.v1", record=record
    )
    await desk.hear(message)
    found = await desk.deadline(f"novelty/{record}", "NEW_CODE", "x", 3)
    assert found is not None
    assert (found["status"], found["version"]) == ("SCHEDULED", 1)
    assert found["cause"]["message_id"] == message.message_id
    assert found["cause"]["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert (await desk.said()).count("deadline.scheduled.v1") == 1
    [row] = await desk.database.worker.fetch(
        "SELECT causation_id, correlation_id, traceparent FROM outbox WHERE type = 'caytre.deadline.scheduled.v1'"
    )
    assert (row["causation_id"], row["correlation_id"]) == (message.id, message.correlation)


async def test_a_settlement_ends_it_and_names_the_settling_message(desk: NoticeDesk) -> None:
    record = new_id()
    await desk.hear(desk.says(wanted(), record=record))
    settling = desk.says(settles=[{"code": "AGR_PM_REPORT"}], type="caytre.agreement.reported.v1", record=record)
    await desk.hear(settling)
    found = await desk.deadline(f"agreement/{record}", "AGR_PM_REPORT")
    assert found is not None
    assert (found["status"], found["settled_by"], found["version"]) == ("MET", settling.message_id, 2)
    assert await desk.fire(moment(business_today() + timedelta(days=60))) >= 0
    assert "deadline.due.v1" not in await desk.said()


async def test_a_settlement_on_another_topic_that_comes_first_lets_it_be_born_met(desk: NoticeDesk) -> None:
    record = new_id()
    owner = f"agreement/{record}"
    early = desk.says(
        settles=[{"owner": owner, "code": "AGR_PLAN"}], type="caytre.visit.approved.v1", log=desk.delegations
    )
    await desk.hear(early)
    assert await desk.deadline(owner, "AGR_PLAN") is None
    await desk.hear(desk.says(wanted("AGR_PLAN"), record=record))
    found = await desk.deadline(owner, "AGR_PLAN")
    assert found is not None
    assert (found["status"], found["settled_by"], found["version"]) == ("MET", early.message_id, 1)
    assert [each for each in await desk.said() if each.startswith("deadline")] == [
        "deadline.scheduled.v1",
        "deadline.met.v1",
    ]


async def test_a_deadline_and_its_settlement_at_one_moment_end_met(desk: NoticeDesk) -> None:
    for _ in range(8):
        record = new_id()
        owner = f"agreement/{record}"
        agreements, delegations = Log("agreements"), Log("delegations")
        opening = desk.says(wanted("AGR_PLAN"), record=record, log=agreements)
        settling = desk.says(
            settles=[{"owner": owner, "code": "AGR_PLAN"}], type="caytre.visit.approved.v1", log=delegations
        )
        await desk.database.worker.execute("DELETE FROM checkpoint")
        await asyncio.gather(desk.hear(opening, twice=False), desk.hear(settling, twice=False))
        found = await desk.deadline(owner, "AGR_PLAN")
        assert found is not None
        assert found["status"] == "MET"


async def test_one_message_may_settle_a_round_and_open_the_next(desk: NoticeDesk) -> None:
    record = new_id()
    await desk.hear(desk.says(wanted("AGR_OPINION", discriminator="MPS", answerable="MPS"), record=record))
    both = desk.says(
        wanted("AGR_OPINION", discriminator="MPS", answerable="MPS", round=2),
        settles=[{"code": "AGR_OPINION", "discriminator": "MPS"}],
        record=record,
    )
    await desk.hear(both)
    first = await desk.deadline(f"agreement/{record}", "AGR_OPINION", "MPS")
    second = await desk.deadline(f"agreement/{record}", "AGR_OPINION", "MPS", 2)
    assert first is not None
    assert second is not None
    assert (first["status"], second["status"]) == ("MET", "SCHEDULED")


async def test_what_is_history_and_what_has_no_exact_anchor_is_kept_and_never_reminded_of(desk: NoticeDesk) -> None:
    record = new_id()
    past = wanted("AGR_MOFA_COPY", anchor="2019-03-01", historical=True)
    vague = wanted("AGR_PLAN", anchor=None, anchor_missing="early 2019")
    await desk.hear(desk.says(past, vague, type="caytre.agreement.recorded.v1", record=record))
    statuses = [
        (await desk.deadline(f"agreement/{record}", code) or {}).get("status") for code in ("AGR_MOFA_COPY", "AGR_PLAN")
    ]
    assert statuses == ["HISTORICAL", "UNANCHORED"]
    await desk.fire(moment("2030-01-02"))
    await desk.hear_own()
    assert await desk.notifications() == []


async def test_the_same_deadline_with_another_anchor_moves(desk: NoticeDesk) -> None:
    record = new_id()
    await desk.hear(desk.says(wanted(), record=record))
    later = (business_today() + timedelta(days=30)).isoformat()
    await desk.hear(desk.says(wanted(anchor=later), record=record))
    found = await desk.deadline(f"agreement/{record}", "AGR_PM_REPORT")
    assert found is not None
    assert found["anchor"] == later
    assert len(found["history"]) == 1
    assert (await desk.said()).count("deadline.rescheduled.v1") == 1


async def test_who_may_know_of_it(desk: NoticeDesk) -> None:
    record = new_id()
    deadline = wanted("AGR_OPINION", discriminator="MPS", answerable="MPS")
    await desk.hear(desk.says(deadline, record=record, localities=[THAI_BINH]))
    path = f"/deadlines?owner=agreement/{record}"
    for person, sees in ((OFFICER, 1), (NEIGHBOUR, 0), (POLICE, 1), (EMBASSY, 1), (AUDITOR, 1)):
        listed = (await desk.get(path, person)).json()["items"]
        assert len(listed) == sees, person
        if listed:
            one = await desk.get(f"/deadlines/{listed[0]['id']}", person)
            assert one.status_code == 200
    id = (await desk.get(path, OFFICER)).json()["items"][0]["id"]
    assert (await desk.get(f"/deadlines/{id}", NEIGHBOUR)).status_code == 404


async def test_an_amendment_that_carries_a_deadline_gives_the_others_the_rights_of_their_record(
    desk: NoticeDesk,
) -> None:
    record = new_id()
    owner = f"agreement/{record}"
    await desk.hear(desk.says(wanted("AGR_PLAN"), record=record))
    assert (await desk.get(f"/deadlines?owner={owner}", NEIGHBOUR)).json()["items"] == []
    widened = desk.says(
        wanted(),
        type="caytre.agreement.amended.v1",
        record=record,
        localities=[HUNG_YEN, CAO_BANG],
        state={"foreign_parties": [{"country": "JP"}]},
    )
    await desk.hear(widened)
    first, second = await desk.deadline(owner, "AGR_PLAN"), await desk.deadline(owner, "AGR_PM_REPORT")
    assert first is not None
    assert second is not None
    assert (first["localities"], first["countries"]) == (second["localities"], second["countries"])
    assert (first["version"], second["version"], first["countries"]) == (2, 1, ["JP"])
    assert len((await desk.get(f"/deadlines?owner={owner}", NEIGHBOUR)).json()["items"]) == 2
    assert (await desk.said()).count("deadline.reclassified.v1") == 1


async def test_a_message_that_settles_one_deadline_and_restricts_the_record_restricts_the_others(
    desk: NoticeDesk,
) -> None:
    record = new_id()
    owner = f"agreement/{record}"
    await desk.hear(desk.says(wanted(), wanted("AGR_PLAN"), record=record))
    await desk.hear(
        desk.says(
            settles=[{"code": "AGR_PLAN"}],
            type="caytre.agreement.withdrawn.v1",
            record=record,
            sensitivity="restricted",
        )
    )
    left, settled = await desk.deadline(owner, "AGR_PM_REPORT"), await desk.deadline(owner, "AGR_PLAN")
    assert left is not None
    assert settled is not None
    assert (left["status"], left["sensitivity"], left["owner_label"]) == ("SCHEDULED", "restricted", None)
    assert (settled["status"], settled["version"]) == ("MET", 2)


async def test_the_deadline_of_a_hidden_record_loses_its_title_and_any_type_may_hide(desk: NoticeDesk) -> None:
    for hiding in ("hidden", "put_away"):
        record = new_id()
        await desk.hear(desk.says(wanted(), type="caytre.meeting.asked.v1", record=record))
        await desk.hear(desk.says(type=f"caytre.meeting.{hiding}.v1", record=record, sensitivity="restricted"))
        found = await desk.deadline(f"meeting/{record}", "AGR_PM_REPORT")
        assert found is not None
        assert (found["sensitivity"], found["owner_label"], found["version"]) == ("restricted", None, 2)


async def test_of_a_restricted_record_the_obligation_travels_and_no_title(desk: NoticeDesk) -> None:
    record = new_id()
    await desk.hear(desk.says(wanted(), record=record))
    await desk.hear(desk.says(type="caytre.agreement.withdrawn.v1", record=record, sensitivity="restricted"))
    found = await desk.deadline(f"agreement/{record}", "AGR_PM_REPORT")
    assert found is not None
    assert (found["sensitivity"], found["owner_label"]) == ("restricted", None)
    await desk.fire(moment(business_today() + timedelta(days=30)))
    due = await desk.database.worker.fetchval(
        "SELECT data::text FROM outbox WHERE type = 'caytre.deadline.due.v1' AND sensitivity = 'restricted'"
    )
    assert f'"owner":"agreement/{record}"' in due
    assert "Thỏa thuận minh họa" not in due
    await desk.desk()
    await desk.hear_own()
    reminders = [each for each in await desk.notifications() if each["template"].startswith("deadline")]
    assert HUNG_YEN in {each["audience"]["locality"] for each in reminders}
    assert "Thỏa thuận minh họa" not in str(reminders)
