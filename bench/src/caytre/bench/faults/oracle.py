"""Judges a run from what lies in databases, topics and the mail server, knowing nothing of how it came there."""

from collections.abc import Callable, Mapping, Sequence

from caytre.bench.faults import evidence
from caytre.bench.faults.clients import Ledger
from caytre.bench.faults.drain import Drained
from caytre.bench.faults.judgement import Judgement
from caytre.bench.faults.judging import commands, effects, journals, mailing, reactions, topics, views


async def judge(
    databases: Mapping[str, str],
    bootstrap: str,
    ledger: Ledger,
    mails: Callable[[], Sequence[str]],
    cuts: Mapping[str, int],
    drained: Drained,
) -> Judgement:
    """All checks. A run that did not drain is judged too: what is neither applied nor still to be read is lost."""
    found = Judgement()
    if drained.state != "drained":
        found.violations.append(f"{drained.state.upper()} after {drained.seconds:.0f} s: {dict(drained.where)}")
    lies = await evidence.gather(databases, bootstrap)
    found.seen["messages"] = len(lies.messages)
    await journals.judge(found, databases, lies)
    await commands.judge(found, databases, lies, ledger)
    topics.judge(found, lies, cuts)
    await effects.judge(found, databases, lies)
    await reactions.judge(found, databases, lies)
    await views.judge(found, databases, lies)
    await mailing.judge(found, databases, lies, mails)
    return found
