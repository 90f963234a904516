"""What this service does when it or others speak, one thing per file."""

from caytre.agreements.consumers import days, partners, serving, successions, time
from caytre.agreements.consumers.listening import consumers

__all__ = ["consumers", "days", "partners", "serving", "successions", "time"]
