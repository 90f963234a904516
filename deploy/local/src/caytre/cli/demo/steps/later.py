"""Steps 7 to 9: the plan and the investment, Meet Korea 2025, and the merger of 1 July 2025."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from caytre.cli.demo.scene import Done, Scene, reached
from caytre.cli.demo.story import illustrated, sourced
from caytre.cli.demo.story.people import CHAIR, CLERK, LEAD, OFFICER, illustration, link, paper

_PLANNED, _FIRST, _SECOND = date(2024, 3, 5), date(2024, 4, 24), date(2024, 5, 20)
_RESOLVED = date(2025, 7, 8)


def plan(scene: Scene) -> None:
    """A plan ends the standstill; its milestones are reached, and the lead becomes an investment."""
    scene.travel(f"{_PLANNED}T09:00")
    agreement = scene.id("agreement")
    path, found = "/plans", scene.stage.first("/plans", agreement=agreement)
    if found is None:
        found = scene.stage.say(OFFICER, f"/agreements/{agreement}/plan", illustrated.plan())
        scene.telling.did("A plan is drawn up", "illustration", already=False)
    scene.adopt("plan", path, found)
    approved = reached("APPROVED", "ACTIVE", "COMPLETED")
    paper_of = {"document": paper("06", _PLANNED)}
    scene.act("plan", LEAD, "/approval", paper_of, "It is approved, which ends the standstill", approved)
    scene.act("plan", OFFICER, "/activation", {}, "Work begins", reached("ACTIVE", "COMPLETED"))
    _follow_up(scene, "30", "Sau 30 ngày: hai bên đang khảo sát (minh họa).")
    _follow_up(scene, "90", "Sau 90 ngày: hồ sơ đang chuẩn bị (minh họa).")
    scene.travel(f"{_FIRST}T09:00")
    first = illustrated.done("M1", _FIRST)
    scene.act("plan", OFFICER, "/milestones/M1/completion", first, "The first milestone is reached", _done("M1"))
    scene.travel(f"{_SECOND}T09:00")
    scene.act("lead", OFFICER, "/win", illustrated.winning(), "The lead has become an investment", reached("WON"))
    second = illustrated.done("M2", _SECOND)
    scene.act("plan", OFFICER, "/milestones/M2/completion", second, "The second milestone is reached", _done("M2"))
    scene.act("plan", OFFICER, "/completion", {}, "The plan is carried out", reached("COMPLETED"))
    scene.settle()
    scene.wait("outcome", "/outcomes", "The outcome", upstream=scene.id("lead"))
    for kind, service, name, relation, share in (
        ("lead", "events", "lead", "lead_became_outcome", "70"),
        ("agreement", "agreements", "agreement", "implements", "30"),
    ):
        credit = illustrated.credit(service, kind, scene.id(name), relation, share)
        words = f"{share} percent of the outcome are credited to the {name}"
        scene.act("outcome", OFFICER, "/links", credit, words, _credited(scene.id(name)))
    confirmation = {"document": paper("07", _SECOND)}
    words = "Somebody else confirms the outcome on its evidence"
    scene.act("outcome", LEAD, "/confirmation", confirmation, words, reached("CONFIRMED"))


def _follow_up(scene: Scene, days: str, note: str) -> None:
    def done(lead: Mapping[str, Any]) -> bool:
        return any(str(each["days"]) == days and each.get("done_at") for each in lead.get("follow_ups", ()))

    scene.act("lead", OFFICER, f"/follow-ups/{days}", {"note": note}, f"The lead is looked at, {days} days after", done)


def _done(milestone: str) -> Done:
    return lambda plan: any(each["id"] == milestone and each["status"] == "DONE" for each in plan["milestones"])


def _credited(upstream: str) -> Done:
    return lambda outcome: any(
        each["upstream"]["id"] == upstream and each.get("share") is not None for each in outcome["links"]
    )


def meet_korea(scene: Scene) -> None:
    """Meet Korea of 14 May 2025 in old Hưng Yên; the names of companies are invented."""
    scene.travel("2025-05-14T18:00")
    scene.record("meet_korea", "/events", sourced.meet_korea(), CLERK, "Meet Korea 2025 in Hưng Yên, three organisers")
    words = "A memorandum of Korean and Vietnamese enterprises is signed there; no company is named"
    scene.record("sourced_memorandum", "/outcomes", sourced.memorandum(scene.id("meet_korea")), CLERK, words)
    origin = link("events", "event", scene.id("meet_korea"), "signed_during", illustration())
    body = illustrated.memorandum(
        "mou-2025",
        "Bản ghi nhớ tại Gặp gỡ Hàn Quốc",
        "14/05/2025",
        links=[origin],
        agreement_ids=[scene.id("agreement")],
    )
    scene.record("memorandum_2025", "/outcomes", body, OFFICER, "The invented companies sign one, too")


def merger(scene: Scene) -> None:
    """1 July 2025: what was Thái Bình's is Hưng Yên's, by law; the invented agreement has its succession."""
    scene.travel("2025-07-01T08:30")
    scene.telling.says("Thái Bình has gone up into Hưng Yên: its records are now read and carried on there (law).")
    scene.wait("succession", "/successions", "The succession", agreement=scene.id("agreement"))
    scene.travel(f"{_RESOLVED}T09:00")
    assigned = {"agency": "Sở Ngoại vụ Minh Họa", "document": paper("08", _RESOLVED)}
    after = ("ASSIGNED", "NOTIFIED", "RESOLVED", "CLOSED")
    scene.act("succession", LEAD, "/assignment", assigned, "The successor names who carries it on", reached(*after))
    notice = {"on": _RESOLVED.isoformat(), "document": paper("09", _RESOLVED)}
    scene.act("succession", OFFICER, "/notice", notice, "The foreign party is told", reached(*after[1:]))
    decision = {"resolution": "continued", "decision": paper("10", _RESOLVED)}
    scene.act("succession", CHAIR, "/resolution", decision, "The agreement is continued", reached(*after[2:]))
    scene.act("succession", LEAD, "/closure", {}, "and the case is closed", reached("CLOSED"))
    scene.travel("2026-01-02T09:00")
