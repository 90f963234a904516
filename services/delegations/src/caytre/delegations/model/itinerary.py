"""Where a delegation goes and who is in it: what can be true of days, stops, hosts and members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from caytre.contracts.agreements.dates import StatedDate
from caytre.contracts.delegations import DelegationState, Host, Member, PolicyFinding, Stop
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.delegations.model.conflicts import Stay, formed_from, leaders_together, stays_of
from caytre.delegations.model.life import days_between, ensure_countries, ensure_fields, ensure_span, only
from caytre.delegations.model.partners import KnownPartner, PartnerUnknown
from caytre.delegations.model.people import Traveller, ensure_distinct
from caytre.delegations.model.planned import Carrier
from caytre.reference import agencies

#: A trip on a public budget is short; who enters a longer one has mistyped a year.
LONGEST_TRIP = 180
MOST_MEMBERS = 200
#: From how many members on the operator's policy asks whether so many must travel.
MANY_MEMBERS = 25


class ReturnBeforeDeparture(Refusal):
    status = 422
    en = "The delegation would return ({returns_on}) before it departs ({departs_on})."
    vi = "Đoàn sẽ về ({returns_on}) trước ngày đi ({departs_on})."


class StopOutsideTrip(Refusal):
    status = 422
    en = "The stop in {place} ({arrives} to {leaves}) does not lie within the trip ({departs_on} to {returns_on})."
    vi = "Chặng {place} ({arrives} đến {leaves}) không nằm trong chuyến đi ({departs_on} đến {returns_on})."


class OneHead(Refusal):
    status = 422
    en = "A delegation has one head; this one names {heads}."
    vi = "Đoàn có đúng một trưởng đoàn; hồ sơ này ghi {heads}."


class Itinerary(Carrier, DelegationState):
    """An outgoing delegation as the rules see it, with the people behind its members."""

    KIND: ClassVar[str] = "delegation"
    CARRIES_NOTHING: ClassVar[frozenset[str]] = frozenset({"DRAFT", "REJECTED"})
    CONFIDENTIAL: ClassVar[frozenset[str]] = frozenset({"people", "invitee_names", "confidential_note"})

    people: tuple[Traveller, ...] = ()
    invitee_names: tuple[str, ...] = ()
    confidential_note: str | None = None

    @property
    def host_ids(self) -> tuple[UUID, ...]:
        """The partners that receive the delegation."""
        return only(host.partner_id for stop in self.stops for host in stop.hosts)

    @property
    def head(self) -> Member | None:
        """Who leads it."""
        return next((member for member in self.members if member.role == "head"), None)

    @property
    def trip(self) -> tuple[date, date] | None:
        """First and last day, where both are known to the day."""
        first = self.departs_on.exact if self.departs_on else None
        last = self.returns_on.exact if self.returns_on else None
        return (first, last) if first and last else None

    @property
    def senders(self) -> tuple[str, ...]:
        """The localities that send it, without those formed from one of them since, which answer for it only."""
        every = only((self.locality, *self.localities))
        return tuple(each for each in every if formed_from(each).isdisjoint(every))

    def stays(self) -> tuple[Stay, ...]:
        """What it takes on which days; nothing while its days are not known to the day."""
        if self.trip is None:
            return ()
        first, last = self.trip
        return stays_of(
            self.id,
            only((self.locality, *self.localities)),
            self.trip,
            people=[digest for person in self.people for digest in person.digests],
            leaders=[(member.locality or self.locality, member.post) for member in self.members],
            stops=[
                (
                    looked_after(stop),
                    [host.partner_id for host in stop.hosts],
                    stop.arrives or first,
                    stop.leaves or last,
                )
                for stop in self.stops
            ],
        )

    def ensure_itinerary(self) -> None:
        """Raises ReturnBeforeDeparture, StopOutsideTrip, OneHead, MemberTwice, Invalid."""
        if self.departs_on and self.returns_on and self.returns_on.latest < self.departs_on.earliest:
            raise ReturnBeforeDeparture(
                pointer="/returns_on", returns_on=self.returns_on.text, departs_on=self.departs_on.text
            )
        if self.trip and days_between(*self.trip) > LONGEST_TRIP:
            raise Invalid(
                pointer="/returns_on",
                reason=Words(f"chuyến đi dài hơn {LONGEST_TRIP} ngày", f"the trip is longer than {LONGEST_TRIP} days"),
            )
        ensure_countries(self.countries, "/stops")
        ensure_fields(self.fields)
        for stop in self.stops:
            self._ensure_within(stop)
        heads = sum(member.role == "head" for member in self.members)
        if heads > 1:
            raise OneHead(pointer="/members", heads=heads)
        numbers = [member.number for member in self.members]
        if len(set(numbers)) != len(numbers):
            raise Invalid(
                pointer="/members",
                reason=Words("hai thành viên mang cùng một số", "two members have the same number"),
            )
        for member in self.members:
            if member.locality and member.locality not in self.localities:
                raise Invalid(
                    pointer="/members",
                    reason=Words(
                        f"{member.locality} không cùng cử đoàn này", f"{member.locality} does not send this delegation"
                    ),
                )
        ensure_distinct(self.people)

    def _ensure_within(self, stop: Stop) -> None:
        arrives, leaves = (StatedDate.on_day(day) if day else None for day in (stop.arrives, stop.leaves))
        ensure_span(arrives, leaves, "/stops")
        first = self.departs_on.earliest if self.departs_on else None
        last = self.returns_on.latest if self.returns_on else None
        if (first and stop.arrives and stop.arrives < first) or (last and stop.leaves and stop.leaves > last):
            raise StopOutsideTrip(
                pointer="/stops",
                place=stop.city or stop.country,
                arrives=stop.arrives,
                leaves=stop.leaves,
                departs_on=self.departs_on.text if self.departs_on else "-",
                returns_on=self.returns_on.text if self.returns_on else "-",
            )

    def policy(self) -> tuple[PolicyFinding, ...]:
        """What the operator's policy warns of; it stops nothing."""
        found = []
        if not self.diaspora_meeting:
            found.append(
                PolicyFinding(
                    code="NO_DIASPORA_MEETING",
                    vi="Chương trình chưa có hoạt động gặp gỡ người Việt Nam ở nước ngoài.",
                    en="The programme has no meeting with overseas Vietnamese.",
                )
            )
        if len(self.members) > MANY_MEMBERS:
            found.append(
                PolicyFinding(
                    code="MANY_MEMBERS",
                    vi=f"Đoàn có hơn {MANY_MEMBERS} thành viên.",
                    en=f"The delegation has more than {MANY_MEMBERS} members.",
                )
            )
        if leaders_together(self.stays()):
            found.append(
                PolicyFinding(
                    code="TWO_LEADERS_AWAY",
                    vi="Bí thư và Chủ tịch cùng đi trong một đoàn.",
                    en="Secretary and chair travel in one delegation.",
                )
            )
        if self.plan is None:
            found.append(
                PolicyFinding(
                    code="OUT_OF_PLAN",
                    vi="Đoàn ngoài kế hoạch năm đã được phê duyệt.",
                    en="The delegation is not in the approved annual plan.",
                )
            )
        return tuple(found)


def looked_after(stop: Stop) -> str:
    """The mission that looks after a stop, one key for all who go to it.

    The country stands for the embassy there: it looks after who names no mission. One that no list has is its own.
    """
    if not stop.mission:
        return stop.country
    try:
        mission = agencies.get(stop.mission)
    except agencies.UnknownAgency:
        return stop.mission
    elsewhere = mission.kind == "mission" and mission.code != f"EMBASSY-{stop.country}"
    return mission.code if elsewhere else stop.country


def with_names(stops: Sequence[Stop], known: Mapping[UUID, KnownPartner]) -> tuple[Stop, ...]:
    """The stops with their hosts as they are called now, merged ones as who stands for them. Raises PartnerUnknown."""
    for id in only(host.partner_id for stop in stops for host in stop.hosts):
        if id not in known:
            raise PartnerUnknown(pointer="/stops", partner=id)

    def named(host: Host) -> Host:
        partner = known[host.partner_id]
        return Host(partner_id=partner.id, name=partner.name)

    return tuple(stop.model_copy(update={"hosts": tuple(map(named, stop.hosts))}) for stop in stops)
