"""What the platform shows when the story has been played: read from its views, so that it is the same at every run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import quote

from caytre.cli.demo import mails
from caytre.cli.demo.scene import Scene
from caytre.cli.demo.story.people import NEW_HUNG_YEN, REGISTER_NO, THAI_BINH
from caytre.core import telemetry
from caytre.core.clock import VIETNAM, day_of
from caytre.local.platform import Platform

Part = dict[str, Any]
_STALLING = ("stalled", "stall_level_changed", "unstalled")


def account(scene: Scene, platform: Platform, gateway: str) -> Part:
    """Everything at once: lineage, dates, standstill, succession, mails, links."""
    captured = [mails.read(file) for file in platform.mail.mails]
    stalling = standstill(scene)
    return {
        "business_time": f"{scene.journey.now.astimezone(VIETNAM):%Y-%m-%d %H:%M}",
        "lineage": lineage(scene),
        "permission": permission(scene),
        "dates": [_date(scene, "event", "fair", "EVT_APPLY"), _date(scene, "agreement", "agreement", "AGR_PM_REPORT")],
        "standstill": stalling,
        "succession": succession(scene),
        "mails": {
            "count": mails.counted(captured),
            "shown": [asdict(mail) | {"trace": _trace(platform, mail.trace_id)} for mail in mails.shown(captured)],
        },
        "links": links(scene, platform, gateway, stalling),
    }


def lineage(scene: Scene) -> Part:
    """The ways from the investment back to the trip of early 2023, each with its weakest provenance."""
    view = scene.stage.get(f"/views/lineage/outcome/{scene.id('outcome')}", direction="upstream")
    nodes: Mapping[str, Part] = {node["node"]: node for node in view["nodes"]}
    edges = {(edge["downstream"], edge["upstream"]): edge for edge in view["edges"]}
    paths = [
        {
            "weakest": path["weakest"]["origin"],
            "steps": [_step(nodes, edges, before, after) for before, after in zip(
                [None, *path["nodes"]], path["nodes"], strict=False
            )],
        }
        for path in view["paths"]
        if path["nodes"][-1] == scene.id("trip")
    ]  # fmt: skip
    return {"from": scene.id("outcome"), "to": scene.id("trip"), "paths": sorted(paths, key=lambda p: len(p["steps"]))}


def _step(nodes: Mapping[str, Part], edges: Mapping[Any, Part], before: str | None, after: str) -> Part:
    node, edge = nodes[after], edges.get((before, after), {})
    return {
        "kind": node["labels"]["kind"],
        "label": node["label"],
        "origin": node.get("origin"),
        "relation": edge.get("relation_label"),
        "link_origin": (edge.get("provenance") or {}).get("origin"),
        "share": edge.get("share"),
    }


def permission(scene: Scene) -> Part:
    """Who permits the fair: open by law, with both readings."""
    found = scene.stage.get(f"/events/{scene.id('fair')}")["permission"]
    return {
        "certain": found["certain"],
        "readings": [{"authority": each["authority"], "text": each["text_en"]} for each in found["readings"]],
        "settled": found["settled"]["authority"],
    }


def _date(scene: Scene, kind: str, name: str, code: str) -> Part:
    owner = f"{kind}/{scene.id(name)}"
    found: Part = scene.stage.get("/deadlines", owner=owner, code=code)["items"][0]
    explanation = found.get("explanation") or {}
    return {
        "code": code,
        "due_on": found["due_on"],
        "status": found["status"],
        "citation": found.get("citation"),
        "verified": found.get("verified"),
        "explanation": {language: explanation.get(language) for language in ("vi", "en")},
        "id": found["id"],
    }


def standstill(scene: Scene) -> list[Part]:
    """When the agreement stalled, how far, and when that ended."""
    told = scene.stage.get(f"/journey/{scene.id('agreement')}")["messages"]
    states = {}
    for message in told:
        words = message["type"].split(".")
        if words[1] == "agreement" and words[2] in _STALLING:
            states[message["message"]] = {
                "what": words[2],
                "on": day_of(datetime.fromisoformat(message["time"])).isoformat(),
                "trace_id": message["trace_id"],
            }
    return list(states.values())


def succession(scene: Scene) -> Part:
    """What became of Thái Bình's records by law, and of the invented agreement."""
    kinds = {"trip": "/delegations", "invitation": "/invitations", "visit": "/visits", "event": "/events"}
    homes = {name: scene.stage.get(f"{path}/{scene.id(name)}")["localities"] for name, path in kinds.items()}
    case = scene.stage.get(f"/successions/{scene.id('succession')}")
    return {
        "from": THAI_BINH,
        "to": NEW_HUNG_YEN,
        "records": homes,
        "agreement": {
            "from": case["locality"],
            "to": case["successor"],
            "effective": case["effective"],
            "status": case["status"],
            "resolution": case["resolution"],
            "provenance": case["provenance"]["origin"],
        },
    }


def links(scene: Scene, platform: Platform, gateway: str, stalling: list[Part]) -> dict[str, str]:
    """Where all of it can be looked at."""
    agreement, outcome = scene.id("agreement"), scene.id("outcome")
    found = {
        "the lineage": f"{gateway}/views/lineage/outcome/{outcome}",
        "Hưng Yên today": f"{gateway}/views/localities/{NEW_HUNG_YEN}",
        "the trip of early 2023": f"{gateway}/views/delegations/{scene.id('trip')}",
        "the event of 1 Dec 2023": f"{gateway}/views/events/{scene.id('event')}",
        "the agreement": f"{gateway}/views/agreements/{agreement}",
        "its journey, to the mails": f"{gateway}/journey/{agreement}",
        "what stalls": f"{gateway}/views/stalled",
        "what is due": f"{gateway}/views/worklist",
    }
    if platform.zipkin is not None:
        query = quote(f"{telemetry.REGISTER_NO}={REGISTER_NO}", safe="")
        found["its traces, by number"] = f"{platform.zipkin.address}/zipkin/?annotationQuery={query}&limit=100"
        first = next((each["trace_id"] for each in stalling if each["trace_id"]), None)
        if first is not None:
            found["the trace of its standstill"] = str(_trace(platform, first))
    return found


def _trace(platform: Platform, trace_id: str | None) -> str | None:
    if platform.zipkin is None or trace_id is None:
        return None
    return f"{platform.zipkin.address}/zipkin/traces/{trace_id}"
