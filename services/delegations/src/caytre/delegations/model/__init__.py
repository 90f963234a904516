"""The rules: annual plans, delegations that leave, conflicts between them, invitations, visits, what is followed up.

A delegation is planned, submitted, searched for conflicts with all others, reviewed, approved on what was searched,
leaves, returns and reports. A visit is requested or invited, checked, given a programme and approved.
"""

from caytre.delegations.model.delegation import Delegation
from caytre.delegations.model.finding import Finding
from caytre.delegations.model.follow_up import FollowUp
from caytre.delegations.model.invitation import Invitation
from caytre.delegations.model.plan import AnnualPlan
from caytre.delegations.model.visit import Visit

__all__ = ["AnnualPlan", "Delegation", "Finding", "FollowUp", "Invitation", "Visit"]
