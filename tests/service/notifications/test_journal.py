"""What the service says is in the contract, and the last state of each record is the stored document."""

from __future__ import annotations

import json
from datetime import timedelta

from caytre.contracts.notifications import MESSAGES, STATES, read_state
from caytre.core.clock import business_today
from caytre.core.ids import new_id
from tests.builders.agreements_office import LEAD, OFFICER
from tests.builders.mail_server import a_mail_server
from tests.builders.notice_desk import NoticeDesk, moment, wanted
from tests.service.notifications.test_mail import mailer


async def test_after_a_busy_life_every_document_is_what_the_journal_says(desk: NoticeDesk) -> None:
    met, late, lifted = new_id(), new_id(), new_id()
    entered = await desk.desk()
    amended = {"muted": ["EVENTS"], "language": "en"}
    path = f"/recipients/{entered['id']}/amendments"
    assert (await desk.post(path, amended, by=LEAD, version=1)).status_code == 200
    for record in (met, late, lifted):
        await desk.hear(desk.says(wanted(), record=record))
    await desk.hear(desk.says(settles=[{"code": "AGR_PM_REPORT"}], record=met))
    await desk.hear(desk.says(type="caytre.agreement.withdrawn.v1", record=late, sensitivity="restricted"))
    await desk.fire(moment(business_today() + timedelta(days=60)))
    await desk.hear_own()
    found = await desk.deadline(f"agreement/{lifted}", "AGR_PM_REPORT")
    assert found is not None
    noted = await desk.post(f"/deadlines/{found['id']}/acknowledgement", {}, by=OFFICER, version=found["version"])
    assert noted.status_code == 200, noted.text
    body = {"reason": "called off", "document": {"number": "1/CV"}}
    waived = await desk.post(f"/deadlines/{found['id']}/waiver", body, by=LEAD, version=noted.json()["version"])
    assert waived.json()["status"] == "WAIVED"
    async with a_mail_server() as server:
        while await mailer(desk, server).run_once():
            pass
    rows = await desk.database.worker.fetch(
        "SELECT type, data::text AS data, record_id, version FROM outbox ORDER BY id"
    )
    last: dict[str, tuple[str, dict[str, object]]] = {}
    for row in rows:
        data = json.loads(row["data"])
        MESSAGES[row["type"]].model_validate(data)
        assert read_state(row["type"], data["state"]).version == row["version"]
        last[str(row["record_id"])] = (row["type"].split(".")[1], data["state"])
    assert {kind for kind, _ in last.values()} == set(STATES)
    assert {row["type"].split(".", 1)[1] for row in rows} >= {
        *("deadline.waived.v1", "deadline.acknowledged.v1", "deadline.reclassified.v1", "deadline.met.v1"),
        *("notification.sent.v1", "recipient.amended.v1", "day.began.v1", "calendar.updated.v1"),
    }
    for kind in STATES:
        stored = await desk.database.worker.fetch(f"SELECT id, document::text AS document FROM {kind}")
        assert stored
        for row in stored:
            assert last[str(row["id"])][1] == json.loads(row["document"]), kind
