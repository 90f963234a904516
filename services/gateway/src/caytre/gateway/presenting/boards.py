"""Lines of the boards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from caytre.contracts.message import is_restricted
from caytre.core.web.languages import Language
from caytre.gateway.labels import label
from caytre.gateway.presenting.lines import page_path, record_line
from caytre.gateway.presenting.places import country_name, locality
from caytre.gateway.queries.lines import Line


def conflict_line(line: Line, known: Collection[UUID], language: Language, today: date) -> dict[str, Any]:
    """A conflict; a side leads to its delegation only for those who may know of it."""
    said = line.document
    return {
        **record_line(line, language, today),
        "conflict": said.get("conflict"),
        "severity": said.get("severity"),
        "first_day": said.get("first_day"),
        "last_day": said.get("last_day"),
        "round": said.get("round"),
        "overdue": said.get("overdue", []),
        "replies": said.get("replies", []),
        "sides": [_side(side, known, language, today) for side in said.get("sides", ())],
        "labels": {
            "kind": label("kind", line.kind, language),
            "status": label("state", line.status, language),
            "conflict": label("conflict", said.get("conflict"), language),
            "severity": label("severity", said.get("severity"), language),
        },
    }


def _side(side: Mapping[str, Any], known: Collection[UUID], language: Language, today: date) -> dict[str, Any]:
    id = UUID(side["delegation_id"])
    return {
        "locality": locality(side["locality"], language, today),
        "also": [locality(each, language, today) for each in side.get("also", ())],
        "countries": [{"code": code, "name": country_name(code, language)} for code in side.get("countries", ())],
        "first_day": side["first_day"],
        "last_day": side["last_day"],
        "hosts": side.get("hosts", []),
        "contact": side.get("contact"),
        **({"delegation_id": id, "page": page_path("delegation", id)} if id in known else {}),
    }


def stalled_line(line: Line, language: Language, today: date) -> dict[str, Any]:
    """An agreement that stalls, as the agreements service has judged it."""
    said = record_line(line, language, today)
    stall = line.document.get("stall") if not is_restricted(line.sensitivity) else None
    if not stall:
        return {**said, "stall": {"level": line.flag, "level_label": label("stall", line.flag, language)}}
    reasons = [{**reason, "fact": _said(reason.get("fact"), language)} for reason in stall.get("reasons", ())]
    words = {
        "level_label": label("stall", line.flag, language),
        "reasons": reasons,
        "next_action": _said(stall.get("next_action"), language),
    }
    return {**said, "stall": {**stall, **words}}


def _said(sentence: Any, language: Language) -> str | None:
    return sentence.get(language) if isinstance(sentence, Mapping) else sentence


def plan_shown(plan: Line, known: Mapping[UUID, Line], language: Language, today: date) -> dict[str, Any]:
    """A plan with its items, counted by what became of them."""
    items = [_item(item, known, language, today) for item in plan.document.get("items", ())]
    counted = Counter(item["status"] for item in items)
    return {
        **record_line(plan, language, today),
        "direction": plan.document.get("direction"),
        "items": items,
        "counts": dict(counted),
        "labels": {status: label("state", status, language) for status in counted},
    }


def _item(item: Mapping[str, Any], known: Mapping[UUID, Line], language: Language, today: date) -> dict[str, Any]:
    carried = item.get("carried_by")
    line = known.get(UUID(carried["id"])) if carried else None
    return {
        **item,
        "countries": [{"code": code, "name": country_name(code, language)} for code in item.get("countries", ())],
        "status_label": label("state", item.get("status"), language),
        "carried_by": record_line(line, language, today) if line else None,
    }
