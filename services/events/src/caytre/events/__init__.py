"""The events service: events, permissions, registrations, meetings, leads and outcomes."""
