"""The event: its rules stand beside this file, one thing each, in the order of its life.

`planning` the draft, its particulars and its days, `permitting` who must permit it, `running` registration, the days
themselves and the report, `linking` what other records bring to it; here events that registers or publications tell of.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from caytre.contracts.events import EventAmended, EventEnding, EventRecorded, Organiser, Schedule
from caytre.contracts.message import ExternalRef, Provenance
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.places import historical, responsible
from caytre.events.model.entries import ensure_not_ahead, ensure_published, entry_differences, follow_entry
from caytre.events.model.linking import Linking
from caytre.events.model.planning import ensure_sessions
from caytre.reference.dates import FuzzyDate

#: What an entry can say about an event, in the order in which differences are shown.
COMPARED = (
    "status",
    "title_vi",
    "title_en",
    "series",
    "kind",
    "level",
    "mode",
    "channel",
    "description",
    "responsible_locality",
    "co_organisers",
    "countries",
    "topics",
    "guests",
    "schedule",
    "venue",
    "sessions",
    "attendance",
)


class Event(Linking):
    """A conference, forum, fair, festival, training or ceremony of a Vietnamese locality."""

    @classmethod
    def record(
        cls,
        *,
        id: UUID,
        localities: Sequence[str],
        status: str,
        schedule: Schedule,
        provenance: Provenance,
        external_refs: tuple[ExternalRef, ...] = (),
        organiser: str | None = None,
        ended_because: str | None = None,
        at: datetime,
        **particulars: Any,
    ) -> tuple[Self, EventRecorded]:
        """Take an event over as a register or a publication tells of it; no clock of the past starts.

        `localities` are resolved at the event's day and followed to the unit responsible today; the first leads.
        Raises LocalityNotKnown, PublicationMissing, HeldInTheFuture, Invalid, StateSecretNotAdmitted.
        """
        when = FuzzyDate.model_validate(schedule.starts_on.model_dump())
        then = [historical(text, when) for text in localities]
        now = [responsible(unit, day_of(at)) for unit in then]
        event = cls(
            id=id,
            status=status,
            responsible_locality=now[0].id,
            localities=tuple(dict.fromkeys(unit.id for unit in (*then, *now))),
            lead_organiser=Organiser(kind="locality", name=organiser or then[0].name_vi, locality=then[0].id),
            schedule=schedule,
            provenance=provenance,
            external_refs=external_refs,
            ending=EventEnding(reason=ended_because, at=at) if ended_because else None,
            **particulars,
        )
        ensure_published(provenance)
        event.ensure_particulars()
        ensure_sessions(event.sessions, schedule)
        if status in {"HELD", "REPORTED", "CLOSED"}:
            ensure_not_ahead(schedule.starts_on, day_of(at), status, "/starts_on")
        admit(event)
        return event, EventRecorded(event_kind=event.kind, status=status, origin=provenance.origin)

    def differing(self, there: Event) -> tuple[str, ...]:
        """Where an entry says something else than this record; what the entry leaves open is no difference."""
        return entry_differences(self, there, COMPARED)

    def follow(self, there: Event) -> EventAmended:
        """Follow the entry where it differs. Raises NotRecorded, AlreadyAsAsked."""
        fields = follow_entry(self, there, self.differing(there))
        self.localities = tuple(dict.fromkeys((*self.localities, *there.localities)))
        return EventAmended(fields=fields)
