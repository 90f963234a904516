"""What time brings about: the service hears of deadlines, acts once, and never twice however often it hears them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import pytest

from caytre.agreements.consumers import consumers
from caytre.contracts.notifications import DeadlineDue, DeadlineOverdue
from caytre.core.testing import Log, deliver
from tests.builders.agreements_office import CHAIR, MINISTRY, PAPER, POLICE, TODAY, Office

LATER = datetime(2031, 6, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def log() -> Log:
    return Log("notifications")


def the_deadline(owner: str, code: str, discriminator: str, round: int) -> UUID:
    """The record that all messages about one deadline are about, whose key keeps them in order."""
    return uuid5(NAMESPACE_URL, f"{owner}#{code}#{discriminator}#{round}")


def overdue(log: Log, owner: str, code: str, discriminator: str = "", *, round: int = 1, level: int = 1) -> Any:
    said = DeadlineOverdue(owner=owner, code=code, discriminator=discriminator, round=round, level=level)
    return log.say(DeadlineOverdue.TYPE, the_deadline(owner, code, discriminator, round), said, at=LATER)


def due(log: Log, owner: str, code: str, *, round: int = 1, at: datetime = LATER) -> Any:
    said = DeadlineDue(owner=owner, code=code, round=round)
    return log.say(DeadlineDue.TYPE, the_deadline(owner, code, "", round), said, at=at)


async def present(office: Office, record: dict[str, Any], kind: str = "agreements") -> dict[str, Any]:
    found: dict[str, Any] = (await office.get(f"/{kind}/{record['id']}")).json()
    return found


async def test_an_overdue_opinion_is_flagged_once_and_lets_the_chair_record_the_silence(
    office: Office, log: Log
) -> None:
    agreement = await office.consulting()
    agreement = await office.act(agreement, "opinions/MPS/dossier", by=POLICE)
    agreement = await office.act(agreement, "opinions/MOFA/dossier", by=MINISTRY)
    path, body = f"/agreements/{agreement['id']}/opinions/MPS/no-reply", {"reason": "reminded twice"}
    early = await office.post(path, body, by=CHAIR, version=agreement["version"])
    assert early.json()["type"] == "/problems/not-yet-overdue"
    owner = f"agreement/{agreement['id']}"
    messages = [overdue(log, owner, "AGR_OPINION", "MPS"), overdue(log, owner, "AGR_OPINION", "MPS", level=2)]
    await deliver(consumers, office.database, messages)
    agreement = await present(office, agreement)
    assert agreement["opinions"][1]["overdue_at"] is not None
    said = await office.database.worker.fetch(
        "SELECT causation_id, actor FROM outbox WHERE type = 'caytre.agreement.opinion_overdue.v1'"
    )
    assert [(row["causation_id"], row["actor"]) for row in said] == [(messages[0].id, "service:agreements")]
    agreement = await office.act(agreement, "opinions/MPS/no-reply", body, CHAIR)
    agreement = await office.act(agreement, "opinions/MOFA", {"answer": "agree", "document": PAPER}, MINISTRY)
    assert (await office.act(agreement, "consultation/closure"))["status"] == "CLEARED"


async def test_an_agreement_takes_effect_and_expires_by_time(office: Office, log: Log) -> None:
    agreement = await office.signed(effective_from=TODAY, expires_on="2031-05-31")
    owner = f"agreement/{agreement['id']}"
    await deliver(consumers, office.database, [due(log, owner, "AGR_IN_FORCE", at=datetime.now(UTC))])
    assert (await present(office, agreement))["status"] == "IN_FORCE"
    await deliver(consumers, office.database, [due(log, owner, "AGR_EXPIRY")])
    after = await present(office, agreement)
    assert (after["status"], after["ending"]["on"]["earliest"]) == ("EXPIRED", "2031-05-31")


async def test_a_report_that_is_late_is_flagged_and_one_that_is_filed_is_not(office: Office, log: Log) -> None:
    agreement = await office.signed()
    agreement = await office.act(agreement, "reports/PM_REPORT", {"filed_on": TODAY, "document": PAPER})
    owner = f"agreement/{agreement['id']}"
    messages = [overdue(log, owner, code) for code in ("AGR_PM_REPORT", "AGR_MOFA_COPY", "AGR_PLAN", "SOMETHING_NEW")]
    await deliver(consumers, office.database, messages)
    assert (await present(office, agreement))["reports_overdue"] == ["MOFA_COPY"]


async def test_a_verification_ends_with_its_own_deadline_only(office: Office, log: Log) -> None:
    partner = await office.partner()
    owner = f"partner/{partner['id']}"
    await deliver(consumers, office.database, [due(log, owner, "PARTNER_EXPIRY", round=7)])
    assert (await present(office, partner, "partners"))["verified_until"] is not None
    await deliver(consumers, office.database, [due(log, owner, "PARTNER_EXPIRY")])
    after = await present(office, partner, "partners")
    assert (after["verified_until"], after["verification"]["status"]) == (None, "EXPIRED")


async def test_deadlines_of_others_are_left_alone(office: Office, log: Log) -> None:
    agreement = await office.signed()
    messages = [due(log, f"delegation/{uuid4()}", "DEL_REPORT"), overdue(log, f"event/{uuid4()}", "EVT_REPORT")]
    await deliver(consumers, office.database, messages)
    assert (await present(office, agreement))["version"] == agreement["version"]


async def test_the_survivor_of_a_merger_takes_over_the_names_once(office: Office) -> None:
    duplicate = await office.partner(names={"vi": "Thành phố Song Tre"})
    survivor = await office.partner()
    duplicate = await office.act(duplicate, "merger", {"into": survivor["id"], "reason": "one city"}, MINISTRY)
    own = Log("agreements")
    said = own.say("caytre.partner.merged.v1", duplicate["id"], {"into": survivor["id"], "reason": "one city"})
    await deliver(consumers, office.database, [said])
    after = await present(office, survivor, "partners")
    assert (after["merged"], after["aliases"]) == ([duplicate["id"]], ["Thành phố Song Tre"])
    assert after["version"] == survivor["version"] + 1
