"""What other records bring to an event: where it came from, which agreements it serves, what to look at again."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from caytre.contracts.events import EventAmended, EventLinked, EventPartnerRepointed, EventRehomed, EventWarned, Warned
from caytre.contracts.lineage import Link, Ref
from caytre.core.admission import admit
from caytre.core.places import responsible
from caytre.events.model.running import Running
from caytre.events.model.statuses import AlreadyAsAsked, words
from caytre.reference import localities

#: An event is warned of many things in its life; older warnings stay in its journal.
MOST_WARNINGS = 50
#: A session can no longer be put into such an event.
_TOO_LATE = frozenset({"LIVE", "HELD", "REPORTED", "CLOSED", "CANCELLED"})


class Linking(Running):
    """Links and warnings."""

    def link(self, link: Link) -> EventLinked:
        """Say what the event came out of. Raises AlreadyAsAsked."""
        admit(link.note, link.upstream.label)
        if any(same(known, link) for known in self.links):
            raise AlreadyAsAsked(record=words(self.KIND))
        self.links = (*self.links, link)
        return EventLinked(link=link)

    def link_once(self, link: Link) -> EventLinked | None:
        """The same, where it may be there already."""
        return None if any(same(known, link) for known in self.links) else self.link(link)

    def serve_agreement(self, agreement_id: UUID) -> EventLinked | None:
        """An agreement was signed during the event, or is served by it; None when that is known."""
        if agreement_id in self.agreement_ids:
            return None
        self.agreement_ids = (*self.agreement_ids, agreement_id)
        return EventLinked(agreement_ids=(agreement_id,))

    def warn(self, code: str, about: Ref, at: datetime, reason: str | None = None) -> EventWarned | None:
        """Flag what another record has brought about; None when it is flagged, or the event is over."""
        if self.status in {"CLOSED", "CANCELLED"}:
            return None
        if any((warning.code, warning.about.id) == (code, about.id) for warning in self.warnings):
            return None
        self.warnings = (*self.warnings, Warned(code=code, about=about, at=at, reason=reason))[-MOST_WARNINGS:]
        return EventWarned(code=code)

    def suggest_session(self, agreement: Ref, at: datetime) -> EventWarned | None:
        """Flag a stalled agreement with a partner of the event, which a session may move; None when it is flagged."""
        return None if self.status in _TOO_LATE else self.warn("AGREEMENT_STALLED", agreement, at)

    def partner_ids(self) -> tuple[UUID, ...]:
        """The foreign partners that organise with the locality."""
        return tuple(organiser.partner_id for organiser in self.co_organisers if organiser.partner_id)

    def repoint(self, partner_id: UUID, into: UUID) -> EventPartnerRepointed | None:
        """Name the partner that stands for a merged one; its name stays as it was written."""
        if partner_id not in self.partner_ids():
            return None
        self.co_organisers = tuple(
            organiser.model_copy(update={"partner_id": into}) if organiser.partner_id == partner_id else organiser
            for organiser in self.co_organisers
        )
        return EventPartnerRepointed(partner_id=partner_id, into=into)

    def unname(self, partner_id: UUID) -> EventAmended | None:
        """The partner was made restricted, or turned out to be a natural person; None where it is not named."""
        organisers = tuple(
            organiser.model_copy(update={"name": ""}) if organiser.partner_id == partner_id else organiser
            for organiser in self.co_organisers
        )
        if organisers == self.co_organisers:
            return None
        self.co_organisers = organisers
        return EventAmended(fields=("co_organisers",))

    def rehome(self, day: date) -> EventRehomed | None:
        """The unit that answers for the event from this day on, where the one before has ended."""
        if localities.get(self.responsible_locality).valid_on(day):
            return None
        before, unit = self.responsible_locality, responsible(localities.get(self.responsible_locality), day)
        self.responsible_locality = unit.id
        self.localities = tuple(dict.fromkeys((*self.localities, unit.id)))
        return EventRehomed(before=before, responsible_locality=unit.id)


def same(one: Link, other: Link) -> bool:
    """Whether two links say the same of the same record."""
    return (one.upstream.kind, one.upstream.id, one.relation) == (
        other.upstream.kind,
        other.upstream.id,
        other.relation,
    )
