"""Steps 1 to 3: the trip, the invitation, and who permits a fair on the side."""

from __future__ import annotations

from datetime import date

from caytre.cli.demo.scene import Done, Scene, has, reached
from caytre.cli.demo.story import illustrated, sourced
from caytre.cli.demo.story.people import (
    BAMBOO,
    BUYER,
    CHAIR,
    CLERK,
    DESKS,
    INVENTED,
    LEAD,
    OFFICER,
    READER,
    RECORDER,
    SELLER,
    paper,
)


def trip(scene: Scene) -> None:
    """The trip, as sources report it, and a report on it, as nobody does."""
    known = {(desk["role"], desk.get("locality")) for desk in scene.stage.get("/recipients", limit="200")["items"]}
    for desk in DESKS:
        if (desk["role"], desk.get("locality")) not in known:
            scene.stage.say(READER, "/recipients", desk)
    scene.travel("2023-05-03T09:00")
    scene.record("trip", "/delegations", sourced.trip(), CLERK, "The working trip of Thái Bình's leaders to Korea")
    scene.act("trip", RECORDER, "/report", illustrated.trip_report(), "A report on it is put beside it", has("report"))


def invitation(scene: Scene) -> None:
    """The invitation spoken on the trip, and its way through the diplomatic channel."""
    words = "The invitation to the former President of Korea, spoken on the trip and put through the ministry"
    scene.record("invitation", "/invitations", sourced.invitation(scene.id("trip")), CLERK, words)


def permission(scene: Scene) -> None:
    """An invented fair on the side: the law is open, its longer lead time ends on Friday, 20 October 2023."""
    scene.travel("2023-09-18T08:30")
    found = scene.stage.first("/events", external_system=INVENTED, external_id=illustrated.SIDE_EVENT)
    body = illustrated.side_event()
    scene.create("fair", OFFICER, "/events", body, f"{BAMBOO} drafts a business fair for 1 December 2023", found)
    scene.act("fair", OFFICER, "/plan", {}, "and plans it: who permits it, and until when to apply?", has("permission"))
    scene.travel("2023-10-17T09:00")
    words = "It takes one of the two readings of the law, and says why"
    scene.act("fair", LEAD, "/permission/competence", illustrated.competence(), words, _says("settled"))
    application = {"document": paper("03", date(2023, 10, 17))}
    scene.act("fair", OFFICER, "/permission/application", application, "applies to its own chair", _says("applied_at"))
    decision = {"outcome": "permitted", "document": paper("04", date(2023, 10, 17))}
    scene.act("fair", CHAIR, "/permission/decision", decision, "who permits it", _says("decision"))
    scene.act("fair", OFFICER, "/opening", {}, "Registration is open", reached("OPEN", "LIVE", "HELD", "REPORTED"))
    parties = {
        party["organisation"]: party
        for party in scene.stage.get("/registrations", event=scene.id("fair"), limit="50")["items"]
    }
    for name, organisation, country, kind in (
        ("buyer", BUYER, "KR", "investor"),
        ("seller", SELLER, "VN", "seller"),
    ):
        party = illustrated.registration(scene.id("fair"), organisation, country, kind)
        words = f"{organisation}, an invented company, registers"
        scene.create(name, OFFICER, "/registrations", party, words, parties.get(organisation))
    asked = {"requester": scene.id("buyer"), "addressee": scene.id("seller"), "subject": illustrated.MEETING}
    met = scene.stage.first("/meetings", event=scene.id("fair"))
    scene.create("meeting", OFFICER, "/meetings", asked, "The two ask for a meeting", met)
    agreed = {"slot": 1, "table": 1}
    scene.act("meeting", OFFICER, "/acceptance", agreed, "and agree on a table", reached("ACCEPTED", "HELD"))


def _says(member: str) -> Done:
    return lambda event: (event.get("permission") or {}).get(member) is not None
