"""The rules: who must permit an event, who has a place, who meets whom, and what is credited with what came of it."""

from caytre.events.model.event import Event
from caytre.events.model.lead import Lead
from caytre.events.model.meeting import Meeting
from caytre.events.model.outcome import Outcome
from caytre.events.model.registration import Registration

__all__ = ["Event", "Lead", "Meeting", "Outcome", "Registration"]
