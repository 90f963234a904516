"""What acts answer."""

from caytre.contracts.agreements import AgreementState, PartnerState, PlanState, SuccessionState
from caytre.contracts.message import State

#: What an act answers: the record after it, of a restricted one its envelope.
AgreementAnswer = AgreementState | State
PartnerAnswer = PartnerState | State
PlanAnswer = PlanState | State
SuccessionAnswer = SuccessionState | State
