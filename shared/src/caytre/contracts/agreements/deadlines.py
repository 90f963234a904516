"""The deadlines agreements and partners carry. Their identity is (owner, code, discriminator, round).

| code | owner | discriminator | round |
|---|---|---|---|
| AGR_OPINION, AGR_OPINION_REDUCED | agreement | the consulted agency | how often it was asked |
| AGR_PM_OPINION | agreement | | how often it was submitted |
| AGR_PROCEDURE | agreement | the later version of its procedure | 1 |
| AGR_PM_REPORT, AGR_MOFA_COPY, AGR_PLAN, AGR_IN_FORCE, AGR_EXPIRY | agreement | | 1 |
| AGR_ANNUAL_REPORT | agreement | the year that is reported on | 1 |
| AGR_EXPIRY_NOTICE | agreement | days of notice: 180, 90, 30 and those the text itself gives | 1 |
| AGR_MILESTONE | plan | the milestone | how often it was dated |
| AGR_SUCCESSION | succession | | 1 |
| PARTNER_VERIFY, PARTNER_REVIEW, PARTNER_EXPIRY | partner | | the verification round |

AGR_MILESTONE, AGR_ANNUAL_REPORT, AGR_IN_FORCE, AGR_EXPIRY and PARTNER_EXPIRY have `n` = 0: they fall due on the anchor
itself, rest day or not, because plans, law and contracts have their days. The anchor of the two expiries is the first
day after. A text that renews itself has no AGR_EXPIRY.
"""

from __future__ import annotations

from enum import StrEnum


class DeadlineCode(StrEnum):
    """The codes this service gives its deadlines."""

    AGR_OPINION = "AGR_OPINION"
    AGR_OPINION_REDUCED = "AGR_OPINION_REDUCED"
    AGR_PM_OPINION = "AGR_PM_OPINION"
    AGR_PROCEDURE = "AGR_PROCEDURE"
    AGR_PM_REPORT = "AGR_PM_REPORT"
    AGR_MOFA_COPY = "AGR_MOFA_COPY"
    AGR_ANNUAL_REPORT = "AGR_ANNUAL_REPORT"
    AGR_PLAN = "AGR_PLAN"
    AGR_IN_FORCE = "AGR_IN_FORCE"
    AGR_EXPIRY_NOTICE = "AGR_EXPIRY_NOTICE"
    AGR_EXPIRY = "AGR_EXPIRY"
    AGR_MILESTONE = "AGR_MILESTONE"
    AGR_SUCCESSION = "AGR_SUCCESSION"
    PARTNER_VERIFY = "PARTNER_VERIFY"
    PARTNER_REVIEW = "PARTNER_REVIEW"
    PARTNER_EXPIRY = "PARTNER_EXPIRY"
