"""Identifiers: UUIDv7 (RFC 9562 section 5.7) everywhere, because random ones scatter the journal's index pages."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new UUIDv7; its timestamp is machine time and never follows a rehearsal's clock."""
    return uuid7()
