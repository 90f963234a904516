"""The journey of a record: every hop with its time, also when the service is away."""

from __future__ import annotations

from caytre.core.caller import Caller
from caytre.core.relaying.topics import events_topic
from caytre.core.testing import deliver
from caytre.gateway.consumers import consumers
from caytre.gateway.queries.journeys import Place, passages
from caytre.gateway.settings import GatewaySettings
from tests.builders.agreements_office import NEIGHBOUR, OFFICER
from tests.builders.front import Front
from tests.builders.said import Services
from tests.builders.views import HUNG_YEN
from tests.service.gateway.conftest import House

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


async def test_a_journey_names_command_journal_topic_and_the_batch_of_the_views(house: House) -> None:
    draft = await house.office.draft()
    await house.office.act(draft, f"dossier/OPINION/{draft['dossier'][0]['code']}", {"document": None})
    await house.front.carry(house.office)
    answer = await house.front.get(f"/journey/{draft['id']}", accept_language="en")
    assert answer.status_code == 200, answer.text
    journey = answer.json()
    assert [message["label"] for message in journey["messages"]] == ["Proposed", "Paper received"]
    for message in journey["messages"]:
        assert [hop["hop"] for hop in message["hops"]] == ["command", "journal", "gateway"]
        assert message["hops"][-1]["batch"] >= 1
    assert [(part["part"], part["status"]) for part in journey["parts"]] == [("agreements", "ok"), ("gateway", "ok")]
    one = (await house.front.get(f"/journey/{journey['messages'][1]['message']}")).json()
    assert [message["message"] for message in one["messages"]] == [journey["messages"][1]["message"]]


async def test_without_the_service_the_views_still_know_the_journey_and_its_traces(house: House) -> None:
    draft = await house.office.draft()
    await house.office.database.command.execute("UPDATE outbox SET traceparent = $1", f"00-{TRACE}-00f067aa0ba902b7-01")
    await house.front.carry(house.office)
    upstreams = house.front.app.state.upstreams
    upstreams._origins["agreements"] = upstreams._origins["agreements"].copy_with(port=1)
    house.front.app.state.gateway = GatewaySettings(trace_url="http://127.0.0.1:9411/zipkin/traces/{trace_id}")
    journey = (await house.front.get(f"/journey/{draft['id']}")).json()
    assert journey["parts"][0] | {"as_of": None} == {
        "part": "agreements",
        "status": "unavailable",
        "as_of": None,
        "position": None,
    }
    [message] = journey["messages"]
    assert [hop["hop"] for hop in message["hops"]] == ["command", "journal", "gateway"]
    assert journey["traces"] == [{"trace_id": TRACE, "url": f"http://127.0.0.1:9411/zipkin/traces/{TRACE}"}]


async def test_a_place_is_found_in_its_own_batch_only(house: House) -> None:
    rows = [(1, 1, 10), (1, 11, 11), (1, 12, 40), (2, 30, 35)]
    for epoch, first, last in rows:
        await house.front.database.worker.execute(
            "INSERT INTO passage (consumer, topic, partition, epoch, from_position, to_position, messages) "
            "VALUES ('gateway', 't', 0, $1, $2, $3, $4)",
            epoch,
            first,
            last,
            last - first + 1,
        )
    reader = Caller("o", "c", frozenset({"locality_officer"}), frozenset(OFFICER["localities"]))
    places = [
        Place("t", 0, epoch, position) for epoch, position in ((1, 10), (1, 11), (1, 13), (2, 31), (1, 41), (2, 9))
    ]
    async with house.front.database.reading(reader) as connection:
        found = await passages(connection, places)
    assert [found[place].messages if place in found else None for place in places] == [10, 1, 29, 6, None, None]


async def test_kafka_stands_before_those_who_read_from_it_whenever_the_relay_noted_it(house: House) -> None:
    draft = await house.office.draft()
    await house.front.carry(house.office)
    await house.office.database.worker.execute(
        "INSERT INTO passage (consumer, topic, partition, epoch, from_position, to_position, messages, at) "
        "VALUES ('relay', $1, -1, 1, 1, 1000, 1000, now() + interval '1 minute')",
        events_topic("agreements"),
    )
    [message] = (await house.front.get(f"/journey/{draft['id']}")).json()["messages"]
    assert [hop["hop"] for hop in message["hops"]] == ["command", "journal", "relay", "gateway"]


async def test_a_journey_goes_on_to_the_mail_and_a_notification_leads_back_to_its_cause(front: Front) -> None:
    services = Services()
    trip = services.delegation(HUNG_YEN)
    said = services.say(trip, "report_filed")
    due = services.deadline(trip, HUNG_YEN, "2026-12-01")
    fired = services.say(due, "due", causation=said.id)
    notification = services.record(
        "notification",
        [HUNG_YEN],
        cause={"message_id": str(fired.id), "type": fired.type, "correlation": str(said.id)},
        about={"kind": "delegation", "id": str(trip)},
        audience={},
        template="due",
        template_version=1,
        category="due",
        subject={"vi": "Đến hạn", "en": "Due"},
        text={"vi": "Đến hạn", "en": "Due"},
        status="QUEUED",
        queued_at="2026-01-01T00:00:00Z",
        mail_id="<1@caytre>",
    )
    sent = services.say(notification, "sent", causation=fired.id, status="SENT")
    await deliver(consumers, front.database, services.messages)
    onward = (await front.get(f"/journey/{trip}", accept_language="en")).json()
    assert [step["message"] for step in onward["consequences"]] == [str(fired.id), str(sent.id)]
    assert {trace["trace_id"] for trace in onward["traces"]} == {trip.hex, due.hex, notification.hex}
    back = (await front.get(f"/journey/{notification}")).json()
    assert [step["message"] for step in back["causes"]] == [str(said.id), str(fired.id)]
    assert f'<a href="/journey/{notification}">' in (await front.get(f"/journey/{trip}", accept="text/html")).text
    stranger = await front.get(f"/journey/{notification}", by=NEIGHBOUR)
    assert stranger.status_code == 404
