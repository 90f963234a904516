"""What this service does when others speak."""

from __future__ import annotations

from caytre.core.consuming.consumer import Consumers

consumers = Consumers("events")
