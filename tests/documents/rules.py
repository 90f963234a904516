"""What the code and the reference data say about rights, procedures, places and refusals, as tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from importlib import import_module

from caytre.core.policy import Policy
from caytre.core.web.problem_pages import known_problems
from caytre.reference import localities, procedures
from caytre.reference.procedures import Citation, Procedure
from caytre.reference.verification import label

ANCHORS = {
    "dossier_complete": "the agency declares the dossier complete",
    "pm_dossier_complete": "the Prime Minister's office confirms the complete dossier",
    "signed": "signature",
    "expires_on": "last day of the agreement",
    "requested": "request",
    "valid_until": "last day of the verification",
    "submitted": "submission",
    "accepted": "the dossier is accepted",
    "referred": "referral to the authority",
    "decided": "decision",
    "returned": "return of the delegation",
    "found": "the conflict is found",
    "superseded": "the case is told of a later version",
    "locality_end": "first day without the old unit",
    "extended": "the invitation is extended",
}
UNITS = {"WORKING": "working days", "CALENDAR": "days", "LEAD": "days before"}


def policy(service: str) -> str:
    """Who may do what, one row per operation and kind of record."""
    table: Policy = import_module(f"caytre.{service}.main").service.policy
    cells: dict[tuple[str, str], list[str]] = {}
    for line in table.table().splitlines()[2:]:
        operation, role, scope = (cell.strip() for cell in line.strip("|").split("|"))
        cells.setdefault((operation, scope), []).append(role)
    lines = ["| operation | on which records | roles |", "|---|---|---|"]
    lines += [f"| {operation} | {scope} | {', '.join(roles)} |" for (operation, scope), roles in cells.items()]
    return "\n".join(lines)


def _cited(citation: Citation | None) -> str:
    if citation is None:
        return "policy of the operator"
    return citation.en


def _mark(verified: bool) -> str:
    return "verified" if verified else f"**{label(False, 'en')}**"


def all_procedures() -> str:
    """Every version of every procedure with its deadlines, consultees and deciding authority."""
    return "\n\n".join(_procedure(version) for version in procedures.all_procedures())


def _procedure(version: Procedure) -> str:
    span = f"in force from {version.valid_from} ({_mark(version.valid_from_verified)})"
    lines = [f"### `{version.code}` version {version.version}: {version.name_en}", ""]
    lines += [f"{version.name_vi}. {span}" + (f" to {version.valid_to}." if version.valid_to else "."), ""]
    if version.signatory_types:
        lines += ["For: " + ", ".join(f"`{kind}`" for kind in version.signatory_types) + ".", ""]
    lines += ["| deadline | time | counted from | answers | source | checked |", "|---|---|---|---|---|---|"]
    for rule in version.deadlines:
        code = f"`{rule.code}`" + (f" {rule.discriminator}" if rule.discriminator else "")
        time = f"{rule.n} {UNITS[rule.unit.value]}"
        source = _cited(rule.citation)
        lines.append(
            f"| {code} | {time} | {ANCHORS[rule.anchor]} | {rule.answers} | {source} | {_mark(rule.verified)} |"
        )
    for each in version.dates:
        day = each.of(2001).strftime("%-d %B") + (" of the year before" if each.years_before else "")
        lines.append(
            f"| `{each.code}` | {day} | the year | {each.answers} | {_cited(each.citation)} | {_mark(each.verified)} |"
        )
    rows = [
        *(("ground", each.name_en, each.citation, each.verified) for each in version.grounds),
        *((f"asked, {each.rule}", each.name_en, each.citation, each.verified) for each in version.consultees),
        *(
            (f"decides for `{each.signatory_type}`", each.name_en, each.citation, each.verified)
            for each in version.deciding
        ),
        *((f"dossier `{each.code}`", _items(each.items), each.citation, _all(each.items)) for each in version.dossiers),
    ]
    if rows:
        lines += ["", "| what | which | source | checked |", "|---|---|---|---|"]
        lines += [f"| {what} | {which} | {_cited(cited)} | {_mark(checked)} |" for what, which, cited, checked in rows]
    return "\n".join(lines)


def _items(items: Iterable[procedures.ChecklistItem]) -> str:
    return "; ".join(item.name_en + ("" if item.required else " (optional)") for item in items)


def _all(items: Iterable[procedures.ChecklistItem]) -> bool:
    return all(item.verified for item in items)


def succession() -> str:
    """The provincial units of today, and the units they were formed from."""
    today = date(2025, 7, 1)
    lines = ["| unit | identity | formed from | unverified |", "|---|---|---|---|"]
    for unit in sorted(localities.all_localities(today), key=lambda unit: unit.id):
        before = ", ".join(localities.get(id).short_name_vi for id in unit.predecessors)
        lines.append(f"| {unit.name_vi} | `{unit.id}` | {before or 'itself'} | {', '.join(unit.unverified)} |")
    return "\n".join(lines)


def problems() -> str:
    """Every refusal by its code."""
    lines = ["| code | status | sentence |", "|---|---|---|"]
    lines += [
        f"| `{code}` | {kind.status} | {_shown(kind.en)} |"
        for code, kind in known_problems().items()
        if kind.__module__.startswith("caytre.")
    ]
    return "\n".join(lines)


def _shown(sentence: str) -> str:
    return sentence.replace("|", "\\|").replace("{", "*").replace("}", "*")
