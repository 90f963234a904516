"""Answering a conflict, in the name of a locality that the caller speaks for, or of the ministry for both."""

from __future__ import annotations

from datetime import date

from caytre.core.caller import Caller
from caytre.core.clock import day_of
from caytre.core.command import Answer
from caytre.core.refusals import Forbidden
from caytre.core.storing.change import Change, decides
from caytre.core.storing.database import Connection
from caytre.core.storing.decision import Decision, said
from caytre.delegations.model import Finding
from caytre.delegations.model.finding import MINISTRY
from caytre.delegations.tables import FINDINGS
from caytre.reference import localities


async def answer_finding(change: Change, *, how: str, reason: str) -> Answer:
    """Say how the conflict is resolved."""
    caller, at = change.command.caller, change.command.at

    async def decide(finding: Finding, _: Connection) -> Decision:
        return said(finding.answer(by=_speaker(finding, caller, day_of(at)), how=how, reason=reason, at=at))

    return await decides(FINDINGS, change, decide)


def _speaker(finding: Finding, caller: Caller, day: date) -> str:
    if caller.has("ministry_officer", "ministry_approver"):
        return MINISTRY
    mine = finding.spoken_for(each for each in finding.senders if _speaks_for(each, caller, day))
    if not mine:
        raise Forbidden(operation="finding.answer")
    return next((locality for locality in mine if finding.awaits(locality)), mine[0])


def _speaks_for(locality: str, caller: Caller, day: date) -> bool:
    return bool({locality, localities.current(locality, day).id} & caller.localities)
