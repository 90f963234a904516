"""What the views take from a message's data; everything else stays the JSON that it came as.

This is the hot path of a rebuild: members that no column needs are passed over without being made into objects, and
what is stored as it was said is not parsed and written anew. Members and values that this release does not know are
kept. Decoding raises `msgspec.DecodeError` where a member that is needed is not what the contract says.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from caytre.contracts.message import INTERNAL

#: Members of a message's data that have a place of their own.
_CARRIED = frozenset({"deadlines", "settles", "state"})
_NONE = b"[]"

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Data:
    """The data of one message; empty for a tombstone."""

    __slots__ = ("_members",)

    def __init__(self, data: bytes | None) -> None:
        self._members = _members.decode(data) if data is not None else {}

    @property
    def state(self) -> msgspec.Raw | None:
        """The public state after the message, as JSON."""
        return self._members.get("state")

    def listed(self, name: str) -> list[dict[str, Any]]:
        """The `deadlines` or `settles`."""
        said = self._members.get(name)
        return [] if said is None or said == _NONE else _listed.decode(said)

    def changed(self) -> str:
        """What changed, as JSON: all but deadlines, settlements and state."""
        said = [
            b"%b:%b" % (msgspec.json.encode(name), value)
            for name, value in self._members.items()
            if name not in _CARRIED
        ]
        return (b"{%b}" % b",".join(said)).decode()


class _Span(msgspec.Struct, gc=False):
    earliest: date
    latest: date


class _VietnameseParty(msgspec.Struct, gc=False):
    name_at_signing: str
    organisation: str | None = None


class _ForeignParty(msgspec.Struct, gc=False):
    partner_id: str
    country: str | None = None
    name: str | None = None


class _Opinion(msgspec.Struct, gc=False):
    agency: str


class _Signing(msgspec.Struct):
    signed_on: _Span | None = None


class _Verification(msgspec.Struct, gc=False):
    status: str | None = None


class Agreement(msgspec.Struct):
    """Of an agreement's state. Of a restricted one there is only the envelope, so nothing is required here."""

    sensitivity: str = INTERNAL
    localities: list[str] = []
    status: str | None = None
    responsible_locality: str | None = None
    title_vi: str | None = None
    title_foreign: str | None = None
    register_no: str | None = None
    vietnamese_parties: list[_VietnameseParty] = []
    foreign_parties: list[_ForeignParty] = []
    fields: list[str] = []
    opinions: list[_Opinion] = []
    signing: _Signing | None = None
    expires_on: _Span | None = None


class Partner(msgspec.Struct):
    """Of a partner's state, likewise."""

    sensitivity: str = INTERNAL
    localities: list[str] = []
    country: str | None = None
    names: dict[str, str | None] | None = None
    aliases: list[str] = []
    status: str = "ACTIVE"
    type: str | None = None
    verification: _Verification | None = None
    verified_until: date | None = None


_listed = msgspec.json.Decoder(list[dict[str, Any]])
agreement = msgspec.json.Decoder(Agreement).decode
partner = msgspec.json.Decoder(Partner).decode
