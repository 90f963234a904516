"""Steps 4 to 6: 1 December 2023, the meeting on the side, and an agreement that nobody follows up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from caytre.cli.demo.scene import Done, Scene, reached
from caytre.cli.demo.story import illustrated, sourced
from caytre.cli.demo.story.people import BAMBOO, CITY, CLERK, OFFICER, RECORDER, illustration, link, paper


def visit(scene: Scene) -> None:
    """The visit and the event of 1 December 2023, and an acceptance that no source reports."""
    scene.travel("2023-12-01T17:00")
    invitation = scene.id("invitation")
    words = "The visit: medical university, children's hospital, medical facilities, industrial zone (no days stated)"
    scene.record("visit", "/visits", sourced.visit(invitation), CLERK, words)
    words = "The event of 1 December 2023, with festival, exhibition and booths"
    scene.record("event", "/events", sourced.event(scene.id("visit"), invitation), CLERK, words)
    scene.settle()
    words = "A written acceptance is put beside the invitation"
    accepted = reached("ACCEPTED", "VISIT_SCHEDULED")
    scene.act("invitation", RECORDER, "/reply", illustrated.acceptance(), words, accepted)


def meeting(scene: Scene) -> None:
    """The invented companies meet; a lead and a memorandum come of it."""
    occasion = link("delegations", "visit", scene.id("visit"), "occasioned_event", illustration())
    scene.act("fair", OFFICER, "/links", occasion, "The fair is linked to the visit", _said(scene.id("visit")))
    scene.act("fair", OFFICER, "/start", {}, "The fair begins", reached("LIVE", "HELD", "REPORTED"))
    said = {"result": "Hai bên muốn lập dự án minh họa."}
    scene.act("meeting", OFFICER, "/end", said, "The two companies meet", reached("HELD"))
    scene.act("fair", OFFICER, "/end", {"attendance": 96}, "The fair is over", reached("HELD", "REPORTED"))
    scene.settle()
    scene.wait("lead", "/leads", "The lead", event=scene.id("fair"))
    words = "The meeting has proposed a lead; it is taken up"
    scene.act("lead", OFFICER, "/amendments", illustrated.lead(), words, lambda lead: lead["kind"] == "FDI")
    for kind, name in (("meeting", "meeting"), ("event", "fair")):
        origin = link("events", kind, scene.id(name), "led_to_lead", illustration())
        scene.act("lead", OFFICER, "/links", origin, f"It says that it came out of the {name}", _said(scene.id(name)))
    qualified = reached("QUALIFIED", "NEGOTIATING", "WON")
    scene.act("lead", OFFICER, "/status", {"status": "QUALIFIED"}, "and is found promising", qualified)
    origin = link("events", "meeting", scene.id("meeting"), "met_at", illustration())
    body = illustrated.memorandum("mou-2023", "Bản ghi nhớ doanh nghiệp", "01/12/2023", links=[origin])
    scene.record("memorandum", "/outcomes", body, OFFICER, "The two companies sign a memorandum")


def _said(upstream: str) -> Done:
    def done(record: Mapping[str, Any]) -> bool:
        mine = [each for each in record.get("links", ()) if each["upstream"]["id"] == upstream]
        return any((each.get("provenance") or {}).get("origin") == "illustration" for each in mine)

    return done


def agreement(scene: Scene) -> None:
    """An agreement signed during the visit, reported in time, and then left alone: it stalls."""
    words = f"{BAMBOO} and {CITY}, both invented, sign an agreement during the visit"
    scene.record("agreement", "/agreements", illustrated.agreement(scene.id("visit")), OFFICER, words)
    serves = {"agreement_id": scene.id("agreement")}
    scene.act("lead", OFFICER, "/agreements", serves, "The lead serves it", _serves(scene.id("agreement")))
    scene.travel("2023-12-13T09:00")
    filed = date(2023, 12, 13)
    report = {"filed_on": filed.isoformat(), "results": "Báo cáo kết quả minh họa.", "document": paper("05", filed)}
    scene.act("fair", OFFICER, "/report", report, "The report on the fair is filed", reached("REPORTED"))
    for kind, what in (("PM_REPORT", "The report on the agreement"), ("MOFA_COPY", "and its copy")):
        body = {"filed_on": filed.isoformat(), "document": paper(kind, filed)}
        words = f"{what} is filed before Monday, 18 December 2023"
        scene.act("agreement", OFFICER, f"/reports/{kind}", body, words, _filed(kind))
    scene.travel("2024-01-02T17:00")
    scene.telling.says("30 days have passed without an approved plan: the agreement stalls (S1, a warning).")
    scene.travel("2024-02-29T17:00")
    scene.telling.says("90 days have passed: the standstill is critical, and the chair and the ministry are told.")


def _filed(kind: str) -> Done:
    return lambda agreement: any(each["kind"] == kind for each in agreement.get("reports", ()))


def _serves(agreement: str) -> Done:
    return lambda lead: agreement in lead.get("agreement_ids", ())
