"""Lineage over several services, for those who may know of all of it and for those who may not."""

from __future__ import annotations

from uuid import UUID

from caytre.core.testing import deliver
from caytre.gateway.consumers import consumers
from tests.builders.agreements_office import NEIGHBOUR, OFFICER
from tests.builders.front import Front
from tests.builders.said import Services
from tests.builders.views import CAO_BANG, HUNG_YEN


def story(services: Services) -> list[UUID]:
    """From a trip to an outcome: the trip and the visit are known to those concerned only."""
    trip = services.delegation(HUNG_YEN)
    invitation = services.record(
        "invitation",
        [HUNG_YEN],
        status="ACCEPTED",
        locality=HUNG_YEN,
        invitee="Nguyên thủ (minh họa)",
        country="KR",
        purpose="Thăm tỉnh",
        links=[services.link(trip, "extended_invitation", origin="sourced")],
    )
    visit = services.record(
        "visit",
        [HUNG_YEN],
        status="CLOSED",
        locality=HUNG_YEN,
        title="Đoàn khách",
        country="KR",
        links=[services.link(invitation, "resulted_in_visit", origin="illustration")],
    )
    lead = services.record(
        "lead",
        [HUNG_YEN],
        status="WON",
        title="Nhà máy",
        owner_locality=HUNG_YEN,
        opened_at="2024-01-01T00:00:00Z",
        links=[services.link(visit, "led_to_lead", note="riêng")],
    )
    outcome = services.outcome(HUNG_YEN, links=[services.link(lead, "lead_became_outcome", share="60")])
    return [outcome, lead, visit, invitation, trip]


async def test_from_the_outcome_back_to_the_trip_with_what_each_path_is_worth(front: Front) -> None:
    services = Services()
    chain = story(services)
    await deliver(consumers, front.database, services.messages)
    path = f"/views/lineage/outcome/{chain[0]}?direction=both"
    view = (await front.get(path, by=OFFICER, accept_language="en")).json()
    [way] = view["paths"]
    assert way["nodes"] == [str(id) for id in chain]
    assert way["weakest"]["origin"] == "illustration"
    assert view["illustration"] is True
    [first] = [edge for edge in view["edges"] if edge["downstream"] == str(chain[0])]
    assert (first["relation_label"], first["share"], first["provenance"]["origin"]) == (
        "outcome of the lead",
        "60",
        "act",
    )
    assert [part["part"] for part in view["parts"]] == ["agreements", "delegations", "events", "notifications"]
    down = (await front.get(f"/views/lineage/delegation/{chain[-1]}?direction=downstream")).json()
    assert down["paths"][0]["nodes"] == [str(id) for id in reversed(chain)]
    near = (await front.get(f"/views/lineage/outcome/{chain[0]}?depth=1")).json()
    assert (len(near["nodes"]), near["truncated"]) == (2, True)
    html = (await front.get(path, by=OFFICER, accept="text/html")).text
    assert f'<a href="/views/delegations/{chain[-1]}">Đoàn Minh Họa</a>' in html


async def test_what_a_stranger_may_not_know_of_is_an_envelope(front: Front) -> None:
    services = Services()
    chain = story(services)
    await deliver(consumers, front.database, services.messages)
    answer = await front.get(f"/views/lineage/outcome/{chain[0]}", by=NEIGHBOUR)
    view = answer.json()
    kinds = [(node["kind"], node["hidden"]) for node in view["nodes"]]
    # The lead is open and names the visit; what the visit came out of stays unsaid.
    assert kinds == [("outcome", False), ("lead", False), ("visit", True)]
    for hidden in (*map(str, chain[2:]), "riêng", "Đoàn khách", "Đoàn Minh Họa"):
        assert hidden not in answer.text
    assert (await front.get(f"/views/lineage/delegation/{chain[-1]}", by=NEIGHBOUR)).status_code == 404
    assert (await front.get(f"/views/lineage/lead/{chain[0]}")).status_code == 404
    assert (await front.get(f"/views/lineage/trip/{chain[0]}")).status_code == 422


async def test_a_circle_ends_and_an_occasion_is_a_link(front: Front) -> None:
    services = Services()
    event = services.outcome(CAO_BANG, title="một")
    other = services.outcome(CAO_BANG, title="hai", links=[services.link(event, "replaces")])
    services.say(event, links=[services.link(other, "replaces")])
    visit = services.record("visit", [HUNG_YEN], status="CLOSED", locality=HUNG_YEN, title="Đoàn khách", country="KR")
    on = {"text": "2023-12-01", "earliest": "2023-12-01", "latest": "2023-12-01", "precision": "day"}
    agreement = services.record(
        "agreement",
        [HUNG_YEN],
        status="SIGNED",
        title_vi="Thỏa thuận",
        signatory_type="PROVINCE_PC",
        vietnamese_parties=[],
        foreign_parties=[],
        responsible_locality=HUNG_YEN,
        signing={"signed_on": on, "occasion": {"service": "delegations", "kind": "visit", "id": str(visit)}},
    )
    await deliver(consumers, front.database, services.messages)
    circle = (await front.get(f"/views/lineage/outcome/{event}")).json()
    assert {node["node"] for node in circle["nodes"]} == {str(event), str(other)}
    signed = (await front.get(f"/views/lineage/agreement/{agreement}")).json()
    assert [edge["relation"] for edge in signed["edges"]] == ["signed_during"]
