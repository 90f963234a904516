"""Conflicts over all localities on PostgreSQL: found before approval and on every change, shown as far as allowed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from caytre.contracts.agreements import StatedDate
from caytre.contracts.delegations import ConflictFound, DelegationSubmitted, Host, Member, Stop
from caytre.core.caller import Caller
from caytre.core.command import Command
from caytre.core.ids import new_id
from caytre.core.storing.decision import Decision, said
from caytre.core.testing import deliver
from caytre.delegations.commands.scanning import NEAR, scan
from caytre.delegations.consumers import consumers
from caytre.delegations.model import Delegation
from caytre.delegations.model.conflicts import Stay, all_conflicts, finding_id
from caytre.delegations.tables import DELEGATIONS
from caytre.reference.localities import all_localities
from tests.builders.agreements_office import CHAIR, LEAD, MINISTRY, NEIGHBOUR, Person
from tests.builders.delegations import (
    AT,
    CAO_BANG,
    HA_NOI,
    HUNG_YEN,
    a_draft,
    by_id,
    known,
    later,
    submitted,
    traveller,
)
from tests.builders.delegations_office import RULING, Office, ahead, member


async def findings(office: Office, trip: str, by: Any = LEAD) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await office.get(f"/findings?delegation={trip}", by)).json()["items"]
    return found


async def two_at_one_host(office: Office) -> tuple[dict[str, Any], dict[str, Any]]:
    host = await office.partner()
    ours = await office.submitted(office.trip(host))
    await office.act("delegation", ours["id"], "review", by=LEAD)
    theirs = office.trip(host, first=64, last=70, locality=CAO_BANG, contact="Sở Ngoại vụ Cao Bằng")
    return ours, await office.submitted(theirs, NEIGHBOUR)


async def test_two_provinces_at_one_host_answer_each_other_before_either_is_approved(office: Office) -> None:
    ours, theirs = await two_at_one_host(office)
    [finding] = await findings(office, ours["id"])
    assert (finding["conflict"], finding["severity"], finding["status"]) == (
        "SAME_HOST_SAME_DAYS",
        "COORDINATE",
        "OPEN",
    )
    assert (finding["first_day"], finding["last_day"]) == (ahead(64), ahead(66))
    assert (await office.present("delegation", ours["id"]))["status"] == "COORDINATING"
    answer = {"how": "split_hosts", "reason": "gặp hai bộ phận khác nhau"}
    await office.act("finding", finding["id"], "answers", answer, LEAD)
    assert await office.refused("finding", finding["id"], "answers", answer, LEAD) == "answered-already"
    await office.hear()
    assert (await office.present("delegation", ours["id"]))["status"] == "COORDINATING", "the other has not answered"
    resolved = await office.act("finding", finding["id"], "answers", answer, NEIGHBOUR)
    assert resolved["status"] == "RESOLVED"
    await office.hear()
    assert (await office.present("delegation", ours["id"]))["status"] == "UNDER_REVIEW"
    await office.act("delegation", ours["id"], "referral", {"recommendation": "phê duyệt"}, LEAD)
    assert (await office.act("delegation", ours["id"], "approval", RULING, CHAIR))["status"] == "APPROVED"
    assert await office.types(finding["id"]) == [
        "finding.conflict_found",
        "finding.conflict_answered",
        "finding.conflict_resolved",
    ]
    assert theirs["scan"]["coordinate"] == 1


async def test_what_a_trip_is_told_of_its_conflicts_was_read_when_nobody_else_could_tell_it(office: Office) -> None:
    ours, _ = await two_at_one_host(office)
    [finding] = await findings(office, ours["id"])
    answer = {"how": "split_hosts", "reason": "gặp hai bộ phận khác nhau"}
    await office.act("finding", finding["id"], "answers", answer, LEAD)
    again = office.own.say(ConflictFound.TYPE, UUID(finding["id"]), {})
    async with office.database.command.acquire() as beside:
        async with beside.transaction():
            await beside.execute("SELECT FROM delegation WHERE id = $1 FOR UPDATE", UUID(ours["id"]))
            telling = asyncio.create_task(deliver(consumers, office.database, [again], twice=False))
            await asyncio.sleep(0.5)
            assert not telling.done()
            await office.act("finding", finding["id"], "answers", answer, NEIGHBOUR)
        async with asyncio.timeout(20):
            await telling
    assert (await office.present("delegation", ours["id"]))["status"] == "UNDER_REVIEW"


async def test_the_other_province_sees_country_days_host_and_office_and_nothing_else(office: Office) -> None:
    ours, theirs = await two_at_one_host(office)
    [finding] = await findings(office, theirs["id"], NEIGHBOUR)
    shown = next(side for side in finding["sides"] if side["delegation_id"] == ours["id"])
    days = {"first_day", "last_day"}
    assert set(shown) == {"delegation_id", "locality", "also", "countries", "hosts", "contact"} | days
    assert (shown["countries"], shown["contact"]) == (["KR"], "Sở Ngoại vụ Hưng Yên")
    assert shown["hosts"][0].startswith("Đối tác Minh Họa")
    assert (await office.get(f"/delegations/{ours['id']}", NEIGHBOUR)).status_code == 404
    deadlines = await office.database.worker.fetchval(
        "SELECT data->'deadlines' FROM outbox WHERE type = 'caytre.finding.conflict_found.v1'"
    )
    assert '"n":2' in deadlines
    assert CAO_BANG in deadlines


async def test_one_person_in_two_provinces_blocks_until_one_trip_changes_and_is_named_nowhere(office: Office) -> None:
    ours = await office.submitted(office.trip(members=[member(1, identity="001000000001")]))
    body = office.trip(locality=CAO_BANG, contact="Sở Ngoại vụ Cao Bằng", members=[member(1, identity="001000000001")])
    theirs = await office.submitted(body, NEIGHBOUR)
    [finding] = await findings(office, ours["id"])
    assert (finding["conflict"], finding["severity"]) == ("SAME_PERSON", "BLOCK")
    rows = await office.database.worker.fetch("SELECT key FROM stay WHERE kind = 'person'")
    digests = {row["key"] for row in rows}
    said = "".join(row["data"] for row in await office.database.worker.fetch("SELECT data::text AS data FROM outbox"))
    assert digests
    assert not any(digest in said for digest in digests)
    answer = {"how": "proceed_with_reason", "reason": "x"}
    assert await office.refused("finding", finding["id"], "answers", answer, LEAD) == "conflict-stays"
    await office.act("delegation", ours["id"], "review", by=LEAD)
    assert await office.refused("delegation", ours["id"], "referral", {"recommendation": "x"}, LEAD) in {
        "conflicts-unanswered",
        "not-at-this-stage",
    }
    await office.hear()
    moved = {"departs_on": ahead(90), "returns_on": ahead(95), "stops": [{"country": "KR"}]}
    await office.act("delegation", theirs["id"], "amendments", moved, NEIGHBOUR)
    await office.hear()
    [finding] = await findings(office, ours["id"])
    assert finding["status"] == "CLOSED"
    assert (await office.present("delegation", ours["id"]))["status"] == "UNDER_REVIEW"


async def test_any_locality_of_a_joint_delegation_answers_for_it(office: Office) -> None:
    host = await office.partner()
    ours = await office.submitted(office.trip(host, also=[HA_NOI]))
    theirs = office.trip(host, locality=CAO_BANG, contact="Sở Ngoại vụ Cao Bằng")
    await office.submitted(theirs, NEIGHBOUR)
    [finding] = await findings(office, ours["id"])
    assert [(side["locality"], side["also"]) for side in finding["sides"]] == [(HUNG_YEN, [HA_NOI]), (CAO_BANG, [])]
    answer = {"how": "split_hosts", "reason": "gặp hai bộ phận khác nhau"}
    path, version = f"/findings/{finding['id']}/answers", finding["version"]
    for role in ("locality_officer", "locality_chair", "integration"):
        other: Person = {"sub": role, "roles": [role], "localities": [HA_NOI]}
        assert (await office.post(path, answer, by=other, version=version)).status_code == 403
    capital: Person = {"sub": "capital", "roles": ["locality_approver"], "localities": [HA_NOI]}
    answered = await office.act("finding", finding["id"], "answers", answer, capital)
    assert [(reply["by"], reply["on_behalf_of"]) for reply in answered["replies"]] == [(HA_NOI, HUNG_YEN)]
    settled = await office.database.worker.fetchval(
        "SELECT data->'settles'->0->>'discriminator' FROM outbox WHERE type = 'caytre.finding.conflict_answered.v1'"
    )
    assert settled == HUNG_YEN
    assert await office.refused("finding", finding["id"], "answers", answer, LEAD) == "answered-already"
    assert (await office.act("finding", finding["id"], "answers", answer, NEIGHBOUR))["status"] == "RESOLVED"


@pytest.mark.parametrize("act", ["cancellation", "postponement"])
async def test_who_does_not_go_takes_the_conflicts_along(office: Office, act: str) -> None:
    ours, theirs = await two_at_one_host(office)
    await office.act("delegation", ours["id"], act, {"reason": "đối tác bận"})
    await office.hear()
    [finding] = await findings(office, theirs["id"], NEIGHBOUR)
    assert finding["status"] == "CLOSED"
    assert (await office.types(finding["id"]))[-1] == "finding.conflict_closed"
    kept = await office.database.worker.fetch("SELECT delegation_id FROM stay")
    assert UUID(ours["id"]) not in {row["delegation_id"] for row in kept}


async def test_a_conflict_that_comes_back_is_opened_anew_with_a_clock_of_its_own(office: Office) -> None:
    ours, theirs = await two_at_one_host(office)
    [finding] = await findings(office, ours["id"])
    answer = {"how": "split_hosts", "reason": "x"}
    await office.act("finding", finding["id"], "answers", answer, MINISTRY)
    stops = (await office.present("delegation", theirs["id"], NEIGHBOUR))["stops"]
    host = stops[0]["hosts"][0]["partner_id"]
    for first, last in ((90, 95), (66, 72)):
        stop = {"country": "KR", "arrives": ahead(first), "leaves": ahead(last), "hosts": [{"partner_id": host}]}
        moved = {"departs_on": ahead(first), "returns_on": ahead(last), "stops": [stop]}
        await office.act("delegation", theirs["id"], "amendments", moved, NEIGHBOUR)
        await office.hear()
    [finding] = await findings(office, ours["id"])
    assert (finding["status"], finding["round"], finding["replies"]) == ("OPEN", 2, [])


# -- a generated year ----------------------------------------------------------------------------------------------

YEAR = date(2026, 4, 1)
PROVINCES = [unit.id for unit in all_localities(date(2026, 1, 1))]


def command() -> Command:
    caller = Caller("service:delegations", "service:delegations")
    return Command(caller, AT, "service:delegations", new_id())


def generated(chance: random.Random, hosts: list[Any], people: list[str]) -> Delegation:
    """A submitted delegation of some province; hosts and people are few, so that many meet."""
    first = YEAR + timedelta(days=chance.randrange(40))
    last = first + timedelta(days=chance.randrange(8))
    host, country = chance.choice(hosts), chance.choice(("KR", "JP", "FR"))
    stop = Stop(country=country, arrives=first, leaves=last, hosts=(Host(partner_id=host.id),))
    post = chance.choice(("party_secretary", "pc_chair", "other", "other"))
    places = chance.sample(PROVINCES, chance.choice((1, 1, 2)))
    return submitted(
        a_draft(
            host,
            locality=places[0],
            also=places[1:],
            first=first,
            last=last,
            stops=(stop,),
            members=(Member(number=1, role="head", post=post, locality=places[-1]),),
            people=[traveller(1, chance.choice(people))],
        )
    )


def moved(chance: random.Random, trip: Delegation, hosts: list[Any]) -> Any:
    first = YEAR + timedelta(days=chance.randrange(40))
    last = first + timedelta(days=chance.randrange(8))
    host = chance.choice(hosts)
    stop = Stop(country=trip.countries[0], arrives=first, leaves=last, hosts=(Host(partner_id=host.id),))
    changes = {"departs_on": StatedDate.on_day(first), "returns_on": StatedDate.on_day(last), "stops": (stop,)}
    return trip.amend(changes, partners=by_id(*hosts), at=AT)


def planted(chance: random.Random, hosts: list[Any]) -> Iterator[tuple[Delegation, Delegation, str]]:
    """Pairs made to conflict, far from everybody else, and the kind each must show."""
    for n, kind in enumerate(("SAME_PERSON", "SAME_HOST_SAME_DAYS", "SAME_HOST_NEAR", "TWO_LEADERS_AWAY") * 3):
        first = YEAR + timedelta(days=200 + 30 * n)
        here, there = chance.sample(PROVINCES, 2)
        near = first + timedelta(days=10 if kind == "SAME_HOST_NEAR" else 0)
        host = known()
        hosts.append(host)
        identity = f"9{n:011d}"
        pair = []
        for place, day, post in ((here, first, "party_secretary"), (there, near, "pc_chair")):
            guest = host if "HOST" in kind else known()
            stop = Stop(country="US", arrives=day, leaves=day, hosts=(Host(partner_id=guest.id),))
            who = identity if kind == "SAME_PERSON" else None
            pair.append(
                submitted(
                    a_draft(
                        guest,
                        locality=here if kind == "TWO_LEADERS_AWAY" else place,
                        first=day,
                        last=day,
                        stops=(stop,),
                        members=(Member(number=1, role="head", post=post),),
                        people=[traveller(1, who)],
                    )
                )
            )
        yield pair[0], pair[1], kind


async def in_the_table(office: Office) -> dict[UUID, str]:
    rows = await office.database.worker.fetch("SELECT id, severity FROM finding WHERE status <> 'CLOSED'")
    return {row["id"]: row["severity"] for row in rows}


async def expected(office: Office) -> dict[UUID, str]:
    """What a search of everything against everything would find among those that are on their way now."""
    rows = await office.database.worker.fetch("SELECT id, document::text AS document, confidential FROM delegation")
    trips = [DELEGATIONS.restore(row["id"], row["document"], row["confidential"]) for row in rows]
    stays: list[Stay] = [stay for trip in trips if trip.status != "CANCELLED" for stay in trip.stays()]
    return {id: found.severity for id, found in all_conflicts(stays).items()}


@pytest.mark.parametrize("seed", [1, 2])
async def test_in_a_generated_year_of_34_provinces_all_conflicts_are_found_and_none_is_invented(
    office: Office, seed: int
) -> None:
    chance = random.Random(seed)
    hosts, people = [known() for _ in range(25)], [f"{n:012d}" for n in range(60)]
    trips = [generated(chance, hosts, people) for _ in range(60)]
    pairs = list(planted(chance, hosts))
    everybody = trips + [trip for one, other, _ in pairs for trip in (one, other)]
    chance.shuffle(everybody)
    async with office.database.worker.acquire() as connection, connection.transaction():
        for trip in everybody:
            message = DelegationSubmitted(**trip.summary(), revision=1, round=1)
            await DELEGATIONS.begin(command(), connection, trip, said(message))
            await scan(command(), connection, trip.id)
    found = await in_the_table(office)
    assert found == await expected(office)
    assert len(found) > len(pairs)
    for one, other, kind in pairs:
        assert finding_id(one.id, other.id, kind) in found, kind
    # Every change is searched too, and leaves what a search of everything would find.
    async with office.database.worker.acquire() as connection, connection.transaction():
        for trip in chance.sample(trips, 25):

            def change(record: Delegation) -> Decision:
                if chance.random() < 0.3:
                    return said(record.cancel(reason="x", document=None, at=later(1)))
                return said(moved(chance, record, hosts))

            await DELEGATIONS.react(command(), connection, trip.id, change)
            await scan(command(), connection, trip.id)
    assert await in_the_table(office) == await expected(office)


async def test_the_search_reads_stays_by_their_index(office: Office) -> None:
    days = [date(2026, 5, 1)]
    async with office.database.worker.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        plan = await connection.fetch(f"EXPLAIN {NEAR}", ["host"], ["x"], days, days)
    assert any("ix_stay_kind_key_during" in row[0] for row in plan)
