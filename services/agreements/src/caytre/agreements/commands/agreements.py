"""Acts on agreements, in the order of their life until the decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from caytre.agreements.commands.change import agreement_says, judged
from caytre.agreements.commands.names import standing
from caytre.agreements.model import Agreement, Partner
from caytre.agreements.tables import AGREEMENTS
from caytre.contracts.message import Document, Message
from caytre.core.command import Answer, Command
from caytre.core.ids import new_id
from caytre.core.policy import visible
from caytre.core.refusals import Forbidden, NotFound
from caytre.core.storing.change import Change, reference_claim
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Decision


async def propose_agreement(
    database: Database, command: Command, *, partner_ids: Sequence[UUID], particulars: Mapping[str, Any]
) -> Answer:
    """Begin an agreement with partners that are in the register."""
    id = new_id()

    async def decide(connection: Connection) -> tuple[Agreement, Decision]:
        found, _ = await standing(connection, partner_ids)
        for wanted in partner_ids:
            if wanted not in found or not visible(command.caller, found[wanted]):
                raise NotFound(pointer="/foreign_parties", kind="partner", id=wanted)
        fresh, message = Agreement.propose(id=id, partners=tuple(found.values()), at=command.at, **particulars)
        return fresh, Decision((message,), claims=reference_claim(AGREEMENTS, fresh.external_refs))

    return await AGREEMENTS.create(database, command, decide)


async def with_partners(change: Change, act: Callable[[Agreement, Mapping[UUID, Partner]], Message]) -> Answer:
    """An act that holds only while every foreign party is as it was read: the guard is in the statement."""

    async def decide(record: Agreement, connection: Connection) -> Decision:
        found, guards = await standing(connection, record.partner_ids)
        return judged(record, act(record, found), change.command.at, guards=guards)

    return await AGREEMENTS.change(change.database, change.command, change.id, change.expected, decide)


async def amend_agreement(change: Change, changes: Mapping[str, Any]) -> Answer:
    """Edit the draft."""
    return await agreement_says(change, lambda agreement: agreement.amend(changes))


async def receive_dossier_item(change: Change, *, dossier: str, item: str, document: Document | None) -> Answer:
    """Put a paper into a dossier."""
    at = change.command.at
    return await agreement_says(
        change, lambda agreement: agreement.receive_dossier_item(dossier=dossier, item=item, document=document, at=at)
    )


async def decide_procedure(
    change: Change, *, version: int, adopt: bool, reason: str, document: Document | None
) -> Answer:
    """Keep the version the case began under, or adopt the later one."""
    at = change.command.at
    return await agreement_says(
        change,
        lambda agreement: agreement.decide_procedure(
            version=version, adopt=adopt, reason=reason, document=document, at=at
        ),
    )


async def waive_verification(change: Change, *, partner_id: UUID, reason: str, document: Document | None) -> Answer:
    """Let agencies be asked although a partner is not verified yet."""
    at = change.command.at
    return await agreement_says(
        change,
        lambda agreement: agreement.waive_verification(partner_id=partner_id, reason=reason, document=document, at=at),
    )


async def send_for_opinion(change: Change, *, related: Sequence[str], voluntary: Sequence[str]) -> Answer:
    """Ask the agencies for their written opinions."""
    at = change.command.at
    return await with_partners(
        change,
        lambda agreement, partners: agreement.send_for_opinion(
            related=related, voluntary=voluntary, partners=partners, at=at
        ),
    )


def _as_agency(change: Change, agency: str) -> str:
    # An agency speaks for itself only: what another one is asked is that one's to answer.
    if change.command.caller.organisation != agency:
        raise Forbidden(operation="agreement.give_opinion")
    return agency


async def complete_dossier(change: Change, agency: str) -> Answer:
    """The agency declares the dossier complete."""
    at = change.command.at
    return await agreement_says(
        change, lambda agreement: agreement.complete_dossier(agency=_as_agency(change, agency), at=at)
    )


async def return_incomplete(change: Change, agency: str, *, reason: str, missing: Sequence[str]) -> Answer:
    """The agency returns the dossier."""
    at = change.command.at
    return await agreement_says(
        change,
        lambda agreement: agreement.return_incomplete(
            agency=_as_agency(change, agency), reason=reason, missing=missing, at=at
        ),
    )


async def give_opinion(
    change: Change, agency: str, *, answer: str, text: str | None, comments: Sequence[str], document: Document
) -> Answer:
    """The agency replies in writing."""
    at = change.command.at
    return await agreement_says(
        change,
        lambda agreement: agreement.give_opinion(
            agency=_as_agency(change, agency), answer=answer, text=text, comments=comments, document=document, at=at
        ),
    )


async def record_receipt(change: Change, agency: str, *, document: Document) -> Answer:
    """The province records the dated receipt of an agency that does not act here, which starts its clock."""
    at = change.command.at
    return await agreement_says(
        change, lambda agreement: agreement.complete_dossier(agency=agency, receipt=document, at=at)
    )


async def record_paper_reply(
    change: Change, agency: str, *, answer: str, text: str | None, comments: Sequence[str], document: Document
) -> Answer:
    """The province records what an agency has replied on paper."""
    at = change.command.at
    return await agreement_says(
        change,
        lambda agreement: agreement.give_opinion(
            agency=agency, answer=answer, text=text, comments=comments, document=document, on_paper=True, at=at
        ),
    )


async def record_paper_return(
    change: Change, agency: str, *, reason: str, missing: Sequence[str], document: Document
) -> Answer:
    """The province records that an agency has returned the dossier on paper."""
    at = change.command.at
    return await agreement_says(
        change,
        lambda agreement: agreement.return_incomplete(
            agency=agency, reason=reason, missing=missing, document=document, at=at
        ),
    )


async def withdraw_request(change: Change, agency: str, *, reason: str, document: Document | None) -> Answer:
    """An agency that has said nothing is asked no more."""
    at = change.command.at
    return await agreement_says(
        change,
        lambda agreement: agreement.withdraw_request(agency=agency, reason=reason, document=document, at=at),
    )


async def answer_comment(change: Change, agency: str, *, comment: int, resolution: str) -> Answer:
    """Say how a comment was taken up."""
    return await agreement_says(
        change, lambda agreement: agreement.answer_comment(agency=agency, comment=comment, resolution=resolution)
    )


async def record_no_reply(change: Change, agency: str, *, reason: str, document: Document | None) -> Answer:
    """The chair records the silence of an overdue agency."""
    at = change.command.at
    return await agreement_says(
        change,
        lambda agreement: agreement.record_no_reply(agency=agency, reason=reason, document=document, at=at),
    )


async def close_consultation(change: Change) -> Answer:
    """Clear the way to a decision."""
    return await agreement_says(change, lambda agreement: agreement.close_consultation())


async def cancel_agreement(change: Change, *, reason: str, document: Document | None) -> Answer:
    """Give the proposal up before signature."""
    at = change.command.at
    return await agreement_says(change, lambda agreement: agreement.cancel(reason=reason, document=document, at=at))


async def classify_agreement(change: Change, *, sensitivity: str, confirmed: bool) -> Answer:
    """Raise or lower the sensitivity."""
    return await agreement_says(change, lambda agreement: agreement.classify(sensitivity, confirmed=confirmed))
