"""The deadlines of events, meetings and leads. Their identity is (owner, code, discriminator, round).

| code | owner | discriminator | round |
|---|---|---|---|
| EVT_APPLY | event | | how often permission had to be asked for |
| EVT_OPINION | event | the agency that is asked | the same |
| EVT_REPORT | event | | 1 |
| EVT_MEETING_ANSWER | meeting | | how often it was offered |
| EVT_LEAD_FOLLOWUP | lead | days after the event: 30, 90, 180 | 1 |
"""

from __future__ import annotations

from enum import StrEnum


class EventDeadline(StrEnum):
    """The codes this service gives its deadlines."""

    EVT_APPLY = "EVT_APPLY"
    EVT_OPINION = "EVT_OPINION"
    EVT_REPORT = "EVT_REPORT"
    EVT_MEETING_ANSWER = "EVT_MEETING_ANSWER"
    EVT_LEAD_FOLLOWUP = "EVT_LEAD_FOLLOWUP"
