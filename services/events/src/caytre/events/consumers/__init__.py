"""What this service does when others speak, and when it hears itself: one module per speaker."""

from caytre.events.consumers import deadlines, occasions, own, partners, places
from caytre.events.consumers.group import consumers

__all__ = ["consumers", "deadlines", "occasions", "own", "partners", "places"]
