"""Records of any kind in short, deadlines with their day, and the page of one record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from caytre.contracts.message import RESTRICTED, is_restricted
from caytre.contracts.origins import ILLUSTRATION
from caytre.core.web.languages import Language
from caytre.gateway.labels import label
from caytre.gateway.presenting.origins import provenance
from caytre.gateway.presenting.places import agency_name, country_name, locality
from caytre.gateway.presenting.told import told
from caytre.gateway.queries.lines import Line
from caytre.gateway.queries.obligations import Due
from caytre.gateway.queries.records import Held
from caytre.reference.citing import cite_text
from caytre.reference.verification import label as mark

#: The path of each kind's page, below `/views`.
PAGES = {
    "agreement": "agreements",
    "partner": "partners",
    "plan": "plans",
    "succession": "successions",
    "annual_plan": "annual-plans",
    "delegation": "delegations",
    "visit": "visits",
    "invitation": "invitations",
    "follow_up": "follow-ups",
    "finding": "findings",
    "event": "events",
    "registration": "registrations",
    "meeting": "meetings",
    "lead": "leads",
    "outcome": "outcomes",
}


def page_path(kind: str, id: UUID) -> str:
    """Where a record is looked at; one of a kind without a page by its journey."""
    return f"/views/{PAGES[kind]}/{id}" if kind in PAGES else f"/journey/{id}"


def record_line(line: Line, language: Language, today: date) -> dict[str, Any]:
    """A record in a list. Of a restricted one only that it is there."""
    said: dict[str, Any] = {
        "id": line.id,
        "kind": line.kind,
        "version": line.version,
        "sensitivity": line.sensitivity,
        "localities": [locality(id, language, today) for id in line.localities],
        "page": page_path(line.kind, line.id),
        "labels": {"kind": label("kind", line.kind, language)},
    }
    if is_restricted(line.sensitivity):
        hidden = label("sensitivity", RESTRICTED, language)
        return {**said, "label": hidden, "illustration": line.worth == ILLUSTRATION}
    said["labels"]["status"] = status_label(line.kind, line.status, language)
    said["labels"]["origin"] = label("origin", line.worth, language)
    return {
        **said,
        "label": line_label(line, language),
        "status": line.status,
        "countries": [{"code": code, "name": country_name(code, language)} for code in line.countries],
        "partner_ids": line.partner_ids,
        "starts_on": line.starts_on,
        "ends_on": line.ends_on,
        "origin": line.worth,
        "illustration": line.worth == ILLUSTRATION,
        "illustrated_part": line.worth != ILLUSTRATION and line.weakest == ILLUSTRATION,
    }


def line_label(line: Line, language: Language) -> str:
    """What a record is called; one without a name by its kind and countries."""
    if line.label:
        return line.label
    countries = ", ".join(filter(None, (country_name(code, language) for code in line.countries)))
    kind = label("kind", line.kind, language) or line.kind
    return f"{kind}: {countries}" if countries else kind


def status_label(kind: str, status: str, language: Language) -> str | None:
    """The word for a state of a record of this kind."""
    own = {"agreement": "status", "partner": "partner_status"}.get(kind, "state")
    return label(own, status or None, language)


def due_line(due: Due, owners: Mapping[UUID, Line], language: Language, today: date) -> dict[str, Any]:
    """A deadline with its day, the record it is about, and since when it is overdue. Of a restricted record no name."""
    said, owner = due.document, owners.get(due.owner_id)
    named = not is_restricted(due.sensitivity) and (owner is None or not is_restricted(owner.sensitivity))
    name = (line_label(owner, language) if owner else said.get("owner_label")) if named else None
    explanation = (said.get("explanation") or {}).get(language) if named else None
    return {
        "id": due.id,
        "code": said["code"],
        "label": label("deadline", said["code"], language),
        "discriminator": said.get("discriminator", ""),
        "round": said.get("round", 1),
        "status": said["status"],
        "status_label": label("state", said["status"], language),
        "due_on": due.due_on,
        "overdue_days": max((today - due.due_on).days, 0) if due.open and due.due_on else 0,
        "anchor_missing": said.get("anchor_missing"),
        "level": said.get("level", 0),
        "answerable": said["answerable"],
        "answerable_label": agency_name(said["answerable"], language),
        "explanation": explanation,
        "citation": cite_text(said.get("citation"), language),
        "mark": mark(said.get("verified", False), language),
        "met_on": said.get("met_on"),
        "late": said.get("late", False),
        "owner": {
            "kind": due.owner_kind,
            "kind_label": label("kind", due.owner_kind, language),
            "id": due.owner_id,
            "label": name or label("sensitivity", RESTRICTED, language),
            "restricted": not named,
            "page": page_path(due.owner_kind, due.owner_id),
        },
        "journey": f"/journey/{due.id}",
    }


def record_page(
    held: Held,
    kind: str,
    document: dict[str, Any],
    line: Line | None,
    dues: Iterable[Due],
    partners: Iterable[Line],
    language: Language,
    today: date,
) -> dict[str, Any]:
    """Everything about one record of any kind. `document` is the view's own, or of a restricted one its owner's."""
    lines = {} if line is None else {line.id: line}
    return {
        "kind": kind,
        "record": document,
        "label": (line_label(line, language) if line else "") or label("kind", kind, language),
        "labels": {
            "kind": label("kind", kind, language),
            "status": status_label(kind, document.get("status", ""), language),
            "sensitivity": label("sensitivity", document.get("sensitivity"), language),
        },
        "places": [locality(id, language, today) for id in document.get("localities", ())],
        "countries": [
            {"code": code, "name": country_name(code, language)} for code in (line.countries if line else ())
        ],
        "starts_on": line.starts_on if line else None,
        "ends_on": line.ends_on if line else None,
        "partners": [record_line(partner, language, today) for partner in partners],
        "due": [due_line(due, lines, language, today) for due in dues],
        "facts": _facts(document),
        **told(held, language),
        "provenance": provenance(document, (), language),
        "lineage": f"/views/lineage/{kind}/{held.id}",
    }


_NOT_FACTS = frozenset(
    {"id", "version", "shape", "sensitivity", "localities", "provenance", "external_refs", "confidential", "links"}
)


def _facts(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a page shows of the content: the single values, by their name in the record."""
    told = {name: value for name, value in document.items() if name not in _NOT_FACTS and value not in ("", None)}
    return [
        (name, str(value))
        for name, value in told.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    ]
