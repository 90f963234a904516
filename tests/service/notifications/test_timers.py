"""Time passes: rungs fire once whoever fires, days begin once, the calendar moves what is open."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from caytre.core.clock import business_now, business_today, day_of
from caytre.core.ids import new_id
from caytre.notifications.commands.firing import _DUE, Timers
from tests.builders.agreements_office import APPROVER, OFFICER, OPERATOR
from tests.builders.notice_desk import TRACE, NoticeDesk, moment, wanted

FAR = moment("2031-01-02")


async def test_two_processes_fire_each_rung_once(desk: NoticeDesk) -> None:
    for _ in range(20):
        await desk.hear(desk.says(wanted()), twice=False)
    await asyncio.gather(*[Timers(desk.database).fire_deadlines(FAR) for _ in range(4)])
    said = [each for each in await desk.said() if each.startswith("deadline")]
    counts = {type_: said.count(type_) for type_ in set(said)}
    assert counts == {
        "deadline.scheduled.v1": 20,
        "deadline.due_soon.v1": 40,
        "deadline.due.v1": 20,
        "deadline.overdue.v1": 20,
        "deadline.escalated.v1": 40,
    }
    assert await Timers(desk.database).fire_deadlines(FAR) == 0


async def test_after_downtime_one_mail_says_what_was_missed(desk: NoticeDesk) -> None:
    record = new_id()
    await desk.desk(role="locality_chair")
    await desk.hear(desk.says(wanted(), record=record, type="caytre.agreement.amended.v1"))
    await desk.fire(FAR)
    await desk.hear_own()
    told = await desk.notifications()
    assert {each["template"] for each in told} == {"deadline_escalated"}
    assert {(each["audience"]["role"], each["status"]) for each in told} == {
        ("locality_chair", "QUEUED"),
        ("ministry_officer", "FAILED"),
    }
    assert "T-3, T-1, T, T+1, T+3" in told[0]["text"]["en"]


async def test_what_a_timer_says_names_its_cause_and_begins_a_trace_of_its_own(desk: NoticeDesk) -> None:
    message = desk.says(wanted())
    await desk.hear(message)
    await desk.fire(FAR)
    rows = await desk.database.worker.fetch(
        "SELECT causation_id, correlation_id, traceparent FROM outbox WHERE type LIKE 'caytre.deadline.due%'"
    )
    assert {(row["causation_id"], row["correlation_id"]) for row in rows} == {(message.id, message.correlation)}
    assert all(row["traceparent"] is None or TRACE[3:35] not in row["traceparent"] for row in rows)


async def test_days_begin_once_in_order_and_those_that_were_missed_too(desk: NoticeDesk) -> None:
    timers = Timers(desk.database)
    await timers.begin_days(moment("2026-11-20", 0))
    await asyncio.gather(*[Timers(desk.database).begin_days(moment("2026-11-24", 5)) for _ in range(3)])
    rows = await desk.database.worker.fetch(
        "SELECT data->>'day' AS day, data->>'working_day' AS works FROM outbox "
        "WHERE type = 'caytre.day.began.v1' ORDER BY id"
    )
    assert sorted((row["day"], row["works"]) for row in rows) == [
        ("2026-11-20", "true"),
        ("2026-11-21", "false"),
        ("2026-11-22", "false"),
        ("2026-11-23", "true"),
        ("2026-11-24", "false"),
    ]
    assert await timers.begin_days(moment("2026-11-24", 23)) == 0


async def test_a_deadline_that_cannot_be_fired_holds_up_no_other(desk: NoticeDesk) -> None:
    first, second = new_id(), new_id()
    await desk.hear(desk.says(wanted(), record=first))
    await desk.hear(desk.says(wanted(), record=second))
    await desk.database.worker.execute(
        'UPDATE deadline SET document = document || \'{"steps": "broken"}\' WHERE owner = $1', f"agreement/{first}"
    )
    await Timers(desk.database).fire_deadlines(FAR)
    found = await desk.deadline(f"agreement/{second}", "AGR_PM_REPORT")
    assert found is not None
    assert found["status"] == "OVERDUE"


async def test_what_is_due_is_found_by_an_index_whatever_is_open(desk: NoticeDesk) -> None:
    await desk.database.worker.execute(
        """
        INSERT INTO deadline (id, version, document, sensitivity, owner, code, status, answerable, due_order, is_open,
                              next_at, calendar_checked)
        SELECT gen_random_uuid(), 1, '{}', 'internal', 'x/' || n, 'X', 'SCHEDULED', 'X', '2030-01-01', true,
               timestamptz '2030-01-01' + n * interval '1 minute', 1
        FROM generate_series(1, 20000) n
        """
    )
    await desk.database.worker.execute("SELECT 1")
    async with desk.database.worker.acquire() as connection:
        plan = await connection.fetch("EXPLAIN " + _DUE, datetime(2026, 1, 1, tzinfo=UTC), [], 200)
    text = "\n".join(row[0] for row in plan)
    assert "ix_deadline_next_at" in text
    assert "Seq Scan" not in text


async def test_the_next_timer_is_the_next_midnight_or_rung_and_what_is_due_is_pending(desk: NoticeDesk) -> None:
    answer = (await desk.get("/timers/next", OPERATOR)).json()
    assert answer["pending"] == 1
    await desk.fire(business_now())
    answer = (await desk.get("/timers/next", OPERATOR)).json()
    assert answer["pending"] == 0
    assert day_of(datetime.fromisoformat(answer["at"])) == business_today() + timedelta(days=1)
    assert answer["deadline_at"] is None
    past = (business_today() - timedelta(days=40)).isoformat()
    await desk.hear(desk.says(wanted(anchor=past)))
    assert (await desk.get("/timers/next", OPERATOR)).json()["pending"] == 1
    await desk.fire(business_now())
    assert (await desk.get("/timers/next", OPERATOR)).json()["pending"] == 0
    await desk.hear(desk.says(wanted(anchor=(business_today() + timedelta(days=40)).isoformat())))
    answer = (await desk.get("/timers/next", OPERATOR)).json()
    assert datetime.fromisoformat(answer["deadline_at"]) > datetime.fromisoformat(answer["at"]) > business_now()


async def override(desk: NoticeDesk, *days: str, kind: str = "swapped_off") -> object:
    present = await desk.get("/calendar", APPROVER)
    body = {
        "days": [{"day": day, "kind": kind, "name_vi": "Nghỉ bão", "name_en": "Storm"} for day in days],
        "reason": "storm warning",
    }
    return await desk.post("/calendar/overrides", body, by=APPROVER, version=present.json()["version"])


async def test_a_calendar_change_moves_open_deadlines_once_with_their_history_and_leaves_others(
    desk: NoticeDesk,
) -> None:
    moved, stays, over = new_id(), new_id(), new_id()
    await desk.hear(desk.says(wanted(n=0), record=stays))
    for record in (moved, over):
        await desk.hear(desk.says(wanted(n=30, unit="WORKING"), record=record))
    await desk.hear(desk.says(settles=[{"code": "AGR_PM_REPORT"}], record=over))
    before = await desk.deadline(f"agreement/{moved}", "AGR_PM_REPORT")
    assert before is not None
    answer = await override(desk, before["due_on"])
    assert answer.status_code == 200, answer.text  # type: ignore[attr-defined]
    await desk.hear_own()
    await desk.fire(business_now())
    await desk.fire(business_now())
    after = await desk.deadline(f"agreement/{moved}", "AGR_PM_REPORT")
    assert after is not None
    assert after["due_on"] > before["due_on"]
    assert [each["due_on"] for each in after["history"]] == [before["due_on"]]
    assert after["calendar_version"] == 2
    assert "Storm" in after["explanation"]["en"]
    assert (await desk.said()).count("deadline.rescheduled.v1") == 1
    assert (await desk.get("/timers/next", OPERATOR)).json()["pending"] == 0
    updated = "SELECT message_id FROM outbox WHERE type = 'caytre.calendar.updated.v1' ORDER BY id DESC LIMIT 1"
    assert await desk.database.worker.fetchval(updated) is not None


async def test_a_day_given_twice_is_refused_and_so_is_what_changes_nothing(desk: NoticeDesk) -> None:
    first = await override(desk, "2027-03-01", "2027-03-01")
    assert first.json()["type"].endswith("/problems/day-given-twice")  # type: ignore[attr-defined]
    weekend = await override(desk, "2027-03-06")
    assert weekend.json()["type"].endswith("/override-without-effect")  # type: ignore[attr-defined]
    good = await override(desk, "2027-03-01")
    assert good.status_code == 200  # type: ignore[attr-defined]
    again = await override(desk, "2027-03-01")
    assert again.json()["type"].endswith("/day-already-overridden")  # type: ignore[attr-defined]


async def test_an_override_is_taken_back_to_what_the_seed_says(desk: NoticeDesk) -> None:
    culture_day = "2026-11-24"
    path = "/calendar/working-days?from=2026-11-20&n=7&unit=WORKING"
    assert (await desk.get(path)).json()["day"] == "2026-12-02"
    await override(desk, culture_day, kind="ordinary")
    assert (await desk.get(path)).json()["day"] == "2026-12-01"
    version = (await desk.get("/calendar")).json()["version"]
    body = {"reason": "the law was amended after all"}
    answer = await desk.post(f"/calendar/overrides/{culture_day}/withdrawal", body, by=APPROVER, version=version)
    assert answer.status_code == 200, answer.text
    found = (await desk.get(path)).json()
    assert (found["day"], found["calendar_version"]) == ("2026-12-02", 3)
    again = await desk.post(
        f"/calendar/overrides/{culture_day}/withdrawal", body, by=APPROVER, version=answer.json()["version"]
    )
    assert again.json()["type"].endswith("/not-overridden")
    assert (await desk.post("/calendar/overrides", {}, by=OFFICER, version=1)).status_code in {403, 422}
