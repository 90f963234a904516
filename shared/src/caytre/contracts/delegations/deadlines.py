"""The deadlines of this service. Their identity is (owner, code, discriminator, round).

| code | owner | discriminator | round |
|---|---|---|---|
| PLAN_SUBMIT | annual_plan | | 1 |
| PLAN_ADJUST | annual_plan | | the number of the adoption |
| DEL_INTAKE, DEL_REVIEW, DEL_AUTHORITY, DEL_RETURN | delegation | | how often it was submitted or amended |
| DEL_PROCEDURE | delegation | the later version of its procedure | 1 |
| DEL_REPORT | delegation | | 1 |
| DEL_CONFLICT_ANSWER | finding | the side's locality, of a joint delegation the first | how often it was opened |
| INV_CHANNEL, INV_LAPSE | invitation | | 1 |
| FOLLOW_UP | follow_up | | how often its day was set |

PLAN_SUBMIT, PLAN_ADJUST, INV_LAPSE and FOLLOW_UP have `n` = 0: they fall due on the anchor itself. The anchor of
INV_LAPSE is the first day after the invitation holds.
"""

from __future__ import annotations

from enum import StrEnum


class DelegationsDeadline(StrEnum):
    """The codes this service gives its deadlines."""

    PLAN_SUBMIT = "PLAN_SUBMIT"
    PLAN_ADJUST = "PLAN_ADJUST"
    DEL_INTAKE = "DEL_INTAKE"
    DEL_REVIEW = "DEL_REVIEW"
    DEL_AUTHORITY = "DEL_AUTHORITY"
    DEL_RETURN = "DEL_RETURN"
    DEL_PROCEDURE = "DEL_PROCEDURE"
    DEL_REPORT = "DEL_REPORT"
    DEL_CONFLICT_ANSWER = "DEL_CONFLICT_ANSWER"
    INV_CHANNEL = "INV_CHANNEL"
    INV_LAPSE = "INV_LAPSE"
    FOLLOW_UP = "FOLLOW_UP"
