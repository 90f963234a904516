"""The rules: who may become a partner, and how an agreement comes from the proposal to the statutory report.

A partner is entered once and verified by the ministry for a time. An agreement is proposed by a locality, consulted
with agencies that each have their own clock, decided by the competent authority, signed, and reported; then
its plan is carried out, and a unit that ends is succeeded to.
"""

from caytre.agreements.model.agreement import Agreement
from caytre.agreements.model.milestones import Plan
from caytre.agreements.model.partner import Partner
from caytre.agreements.model.succession import Succession

__all__ = ["Agreement", "Partner", "Plan", "Succession"]
