"""What the reference data say about international conferences, as tables."""

from __future__ import annotations

from caytre.reference import conferences
from caytre.reference.conferences import ConferenceRules, OpenPoint
from caytre.reference.procedures import Citation
from caytre.reference.verification import label

_UNITS = {"WORKING": "working days", "CALENDAR": "days", "LEAD": "days before"}
_ANCHORS = {
    "starts_on": "first day of the event",
    "ends_on": "last day of the event",
    "request_received": "the agency gets the request",
    "requested": "request",
}


def all_rules() -> str:
    """Every version: authorities, time limits, and what the law leaves open."""
    return "\n\n".join(_rules(version) for version in conferences.all_rules())


def _rules(rules: ConferenceRules) -> str:
    begun = f"in force from {rules.valid_from} ({_mark(rules.valid_from_verified)})"
    lines = [f"### `{rules.code}` version {rules.version}: {rules.name_en}", "", f"{rules.name_vi}. {begun}.", ""]
    lines += ["| authority | applied for | must be asked | source | checked |", "|---|---|---|---|---|"]
    lines += [
        f"| {each.name_en} (`{each.code}`) | {each.lead_days} days before | {', '.join(each.asks) or '-'} "
        f"| {_cited(each.citation)} | {_mark(each.verified)} |"
        for each in rules.competences
    ]
    lines += ["", "| deadline | time | counted from | source | checked |", "|---|---|---|---|---|"]
    lines += [
        f"| `{limit.code}`{f' {limit.discriminator}' if limit.discriminator else ''} | {limit.n} "
        f"{_UNITS[limit.unit.value]} | {_ANCHORS[limit.anchor]} | {_cited(limit.citation)} | {_mark(limit.verified)} |"
        for limit in rules.deadlines
    ]
    lines += ["", "| the law is open | readings |", "|---|---|"]
    lines += [_open(rules.former_officials), _open(rules.other_kinds)]
    ranks = ", ".join(f"`{rank.code}`" for rank in rules.ranks if rank.ministerial)
    topics = ", ".join(f"`{topic.code}`" for topic in rules.sensitive_topics)
    lines += ["", f"Of ministerial level or above: {ranks}.", "", f"Subjects for the Prime Minister: {topics}."]
    lines += [f"\nFrom {each.valid_from}: {each.text_en}" for each in rules.annotations]
    return "\n".join(lines)


def _open(point: OpenPoint) -> str:
    readings = " / ".join(reading.text_en for reading in point.readings)
    return f"| {point.question_en} | {readings} |"


def _cited(citation: Citation | None) -> str:
    return citation.law if citation else "policy of the operator"


def _mark(verified: bool) -> str:
    return "verified" if verified else f"**{label(False, 'en')}**"
