"""Lines of who is abroad: offices and numbers, nobody's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from caytre.contracts.message import is_restricted
from caytre.core.web.languages import Language
from caytre.gateway.labels import label
from caytre.gateway.presenting.lines import record_line
from caytre.gateway.presenting.places import country_name, locality
from caytre.gateway.queries.abroad import Counted
from caytre.gateway.queries.lines import Line


def abroad_line(line: Line, day: date, language: Language, today: date) -> dict[str, Any]:
    """A delegation that is abroad on the day, or will be by its plan. Of a restricted one only that it is there."""
    said = record_line(line, language, today)
    if is_restricted(line.sensitivity):
        return said
    trip = line.document
    members = trip.get("members", ())
    posts = Counter(member.get("post", "other") for member in members)
    left, back = trip.get("departed_on"), trip.get("returned_on")
    return {
        **said,
        "actual": left is not None,
        "departs": {"planned": _planned(trip, "departs_on"), "actual": left},
        "returns": {"planned": _planned(trip, "returns_on"), "actual": back},
        "not_back": bool(left and not back and line.ends_on and line.ends_on < today),
        "stops": [
            {"country": stop["country"], "name": country_name(stop["country"], language), "city": stop.get("city")}
            for stop in trip.get("stops", ())
            if _is_there(stop, day)
        ],
        "head": next((_office(member, language) for member in members if member.get("role") == "head"), None),
        "travellers": len(members),
        "posts": [
            {"post": post, "label": label("post", post, language), "count": count}
            for post, count in posts.most_common()
        ],
    }


def _planned(trip: Mapping[str, Any], name: str) -> str | None:
    text: str | None = (trip.get(name) or {}).get("text")
    return text


def _is_there(stop: Mapping[str, Any], day: date) -> bool:
    """Whether it is at the stop on the day; at one without days it may be."""
    first, last = stop.get("arrives"), stop.get("leaves")
    return (not first or first <= day.isoformat()) and (not last or day.isoformat() <= last)


def _office(member: Mapping[str, Any], language: Language) -> dict[str, Any]:
    post = member.get("post", "other")
    return {"post": post, "label": label("post", post, language), "rank": member.get("rank")}


def localities_shown(counts: Iterable[Counted], language: Language, today: date) -> list[dict[str, Any]]:
    """How many each locality has sent."""
    return [_numbers(one) | {"locality": locality(one.place, language, today)} for one in counts]


def countries_shown(counts: Iterable[Counted], language: Language) -> list[dict[str, Any]]:
    """How many go to each country; a trip to two counts for both."""
    return [_numbers(one) | {"country": one.place, "name": country_name(one.place, language)} for one in counts]


def _numbers(one: Counted) -> dict[str, Any]:
    return {"delegations": one.delegations, "travellers": one.travellers}
