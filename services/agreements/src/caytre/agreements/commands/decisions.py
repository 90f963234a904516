"""Acts on agreements from the escalation to the statutory report."""

from __future__ import annotations

from datetime import date
from typing import Any

from caytre.agreements.commands.agreements import with_partners
from caytre.agreements.commands.change import agreement_says
from caytre.agreements.model import Agreement
from caytre.agreements.model.deciding import office_of
from caytre.contracts.message import Document
from caytre.core.clock import day_of
from caytre.core.command import Answer
from caytre.core.storing.change import Change


async def escalate_agreement(change: Change, document: Document) -> Answer:
    """Submit a disagreement to the Prime Minister."""
    at = change.command.at
    return await agreement_says(change, lambda agreement: agreement.escalate(document=document, at=at))


async def complete_pm_dossier(change: Change, document: Document) -> Answer:
    """The Prime Minister's office has confirmed the complete dossier."""
    at = change.command.at
    return await agreement_says(change, lambda agreement: agreement.complete_pm_dossier(document=document, at=at))


async def record_pm_opinion(change: Change, *, consent: bool, document: Document) -> Answer:
    """The Prime Minister has answered in writing."""
    at = change.command.at
    return await agreement_says(
        change, lambda agreement: agreement.record_pm_opinion(consent=consent, document=document, at=at)
    )


def _as_authority(change: Change, agreement: Agreement, authority: str) -> str:
    # Who decides is told by the token; the body can only repeat it.
    agreement.ensure_office(authority, office_of(change.command.caller.organisation))
    return authority


async def approve_agreement(change: Change, *, authority: str, document: Document) -> Answer:
    """The competent authority approves the signature; every partner must be verified still."""
    at = change.command.at
    return await with_partners(
        change,
        lambda agreement, partners: agreement.approve(
            authority=_as_authority(change, agreement, authority), document=document, partners=partners, at=at
        ),
    )


async def refuse_agreement(change: Change, *, authority: str, document: Document, reason: str) -> Answer:
    """The competent authority refuses the signature."""
    at = change.command.at
    return await agreement_says(
        change,
        lambda agreement: agreement.refuse(
            authority=_as_authority(change, agreement, authority), document=document, reason=reason, at=at
        ),
    )


async def authorise_signing(change: Change, *, authority: str, office: str, document: Document) -> Answer:
    """The competent authority lets another person sign."""
    at = change.command.at
    return await agreement_says(
        change,
        lambda agreement: agreement.authorise_signing(
            authority=_as_authority(change, agreement, authority), office=office, document=document, at=at
        ),
    )


async def sign_agreement(change: Change, **signature: Any) -> Answer:
    """Record the signature; every partner must be verified still."""
    at = change.command.at
    return await with_partners(
        change, lambda agreement, partners: agreement.sign(**signature, partners=partners, at=at)
    )


async def enter_into_force(change: Change, on: date) -> Answer:
    """The agreement takes effect."""
    today = day_of(change.command.at)
    return await agreement_says(change, lambda agreement: agreement.enter_into_force(on=on, today=today))


async def file_report(change: Change, *, kind: str, year: int | None, filed_on: date, document: Document) -> Answer:
    """File the report to the Prime Minister, the ministry's copy, or the report on a year."""
    at = change.command.at
    return await agreement_says(
        change,
        lambda agreement: agreement.file_report(kind=kind, year=year, filed_on=filed_on, document=document, at=at),
    )
