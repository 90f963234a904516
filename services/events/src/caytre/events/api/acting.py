"""What acts answer."""

from caytre.contracts.events import EventState, LeadState, MeetingState, OutcomeState, RegistrationState
from caytre.contracts.message import State

#: What an act answers: the record after it, of a restricted one its envelope.
EventAnswer = EventState | State
RegistrationAnswer = RegistrationState | State
MeetingAnswer = MeetingState | State
LeadAnswer = LeadState | State
OutcomeAnswer = OutcomeState | State
