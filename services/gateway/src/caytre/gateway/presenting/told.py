"""What was done with a record and what falls due on it, in words."""

from __future__ import annotations

from typing import Any

from caytre.contracts.agreements import DeadlineCode
from caytre.contracts.message import is_restricted
from caytre.core.web.languages import Language
from caytre.gateway.labels import label
from caytre.gateway.presenting.places import agency_name
from caytre.gateway.presenting.procedure import dossier_item
from caytre.gateway.queries.records import Held, Obligation
from caytre.reference.citing import cite_text
from caytre.reference.verification import label as mark

#: These fall due on a day that the record itself names.
_ON_THE_DAY = frozenset({DeadlineCode.AGR_IN_FORCE, DeadlineCode.AGR_EXPIRY, DeadlineCode.PARTNER_EXPIRY})


def told(held: Held, language: Language) -> dict[str, Any]:
    """The timeline, newest first, and the obligations, open ones first."""
    procedure = held.document.get("procedure")
    acts = []
    for act in held.acts:
        changed = act.changed if not is_restricted(held.sensitivity) else None
        origin = (changed or {}).get("origin")
        acts.append(
            {
                "message": act.message,
                "type": act.type,
                "label": label("act", act.type, language),
                "detail": _detail(changed or {}, procedure, language),
                "origin": origin,
                "origin_label": label("origin", origin, language),
                "version": act.version,
                "at": act.at,
                "actor": act.actor,
                "correlation": act.correlation,
                "changed": changed,
            }
        )
    due = [{"owner": held.document["id"], **_due(each, language)} for each in held.obligations]
    return {"timeline": acts, "obligations": due}


def _detail(changed: dict[str, Any], procedure: dict[str, Any] | None, language: Language) -> str:
    """Whom or what the act was about: the agency and its answer, the paper, the kind of report, the decision."""
    agencies = [changed.get("agency"), *changed.get("agencies", ()), changed.get("verifier"), changed.get("authority")]
    said = [", ".join(agency_name(code, language) for code in agencies if code)]
    said.append(label("answer", changed.get("answer"), language) or "")
    if "consent" in changed:
        said.append(label("answer", "agree" if changed["consent"] else "disagree", language) or "")
    said.append(label("report", changed.get("kind"), language) or "")
    said.append(label("procedure_decision", changed.get("decided"), language) or "")
    if changed.get("item"):
        said.append(str(dossier_item(procedure, changed.get("dossier", ""), changed["item"], language)["name"]))
    return ": ".join(filter(None, said))


def _due(due: Obligation, language: Language) -> dict[str, Any]:
    # The notice that a text itself gives is checked and cites no law; what policy gives is not checked.
    own = due.code in _ON_THE_DAY or (due.code == DeadlineCode.AGR_EXPIRY_NOTICE and due.verified)
    basis = "record" if own else "law" if due.citation else "policy"
    return {
        "code": due.code,
        "label": label("deadline", due.code, language),
        "discriminator": due.discriminator,
        "discriminator_label": agency_name(due.discriminator, language),
        "round": due.round,
        "state": "met" if due.met_at else "open",
        "met_at": due.met_at,
        "anchor": due.anchor,
        "anchor_missing": due.anchor_missing,
        "n": due.n,
        "unit": due.unit,
        "unit_label": label("unit", due.unit, language),
        "answerable": due.answerable,
        "answerable_label": agency_name(due.answerable, language),
        "basis": basis,
        "basis_label": cite_text(due.citation, language) if basis == "law" else label("basis", basis, language),
        "citation": cite_text(due.citation, language),
        "mark": mark(due.verified, language),
        "historical": due.historical,
    }
