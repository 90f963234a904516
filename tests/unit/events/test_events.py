"""The life of an event beside its permission: days and zones, sessions, quotas, report, ways out, links."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from caytre.contracts.agreements import StatedDate
from caytre.contracts.events import EventReport, Organiser, Session
from caytre.contracts.lineage import Ref
from caytre.contracts.message import Provenance
from caytre.core.admission import StateSecretNotAdmitted
from caytre.core.ids import new_id
from caytre.core.refusals import Invalid
from caytre.events.model import Event
from caytre.events.model.entries import HeldInTheFuture, NotRecorded
from caytre.events.model.planning import SessionOutsideEvent, SessionsClash
from caytre.events.model.running import NotBegunYet, NotOverYet, QuotaBelowAdmitted, ReportBeforeTheEnd
from caytre.events.model.schedule import (
    EndsBeforeItStarts,
    HourDoesNotExist,
    LastsTooLong,
    UnknownTimeZone,
    recorded,
    scheduled,
)
from caytre.events.model.statuses import AlreadyAsAsked, NotPossibleInStatus, PublicationMissing, PublishedStays
from tests.builders.events import (
    AT,
    FIRST_DAY,
    HUNG_YEN,
    OLD_THAI_BINH,
    THERE,
    TODAY,
    a_draft,
    a_paper,
    days,
    held,
    link_to,
    live,
    on,
    opened,
    planned,
    quotas,
)


def test_an_hour_in_another_zone_says_which_day_it_is_in_viet_nam() -> None:
    seoul = scheduled(starts_on=date(2026, 6, 1), starts_at=time(0, 30), time_zone="Asia/Seoul")
    assert seoul.starts_at is not None
    assert seoul.starts_at.isoformat() == "2026-06-01T00:30:00+09:00"
    assert (seoul.starts_on.exact, seoul.vietnam_starts_on, seoul.moves_date) == (
        date(2026, 6, 1),
        date(2026, 5, 31),
        True,
    )
    here = scheduled(starts_on=date(2026, 6, 1), starts_at=time(0, 30))
    assert (here.vietnam_starts_on, here.moves_date) == (date(2026, 6, 1), False)
    # Without an hour no day is moved.
    assert scheduled(starts_on=date(2026, 6, 1), time_zone="America/New_York").moves_date is False
    # The clock of the law counts from the Vietnamese day.
    event = a_draft(schedule=seoul, mode="online")
    assert event.plan(AT).deadlines[0].anchor == date(2026, 5, 31)


def test_hours_that_clocks_skip_or_repeat_are_refused() -> None:
    for day, hour in ((date(2026, 3, 8), time(2, 30)), (date(2026, 11, 1), time(1, 30))):
        with pytest.raises(HourDoesNotExist):
            scheduled(starts_on=day, starts_at=hour, time_zone="America/New_York")


@pytest.mark.parametrize("zone", ["Asia/Hanoi", "../../etc/passwd", "VN", "asia/ho_chi_minh"])
def test_a_zone_that_the_database_has_not_is_refused(zone: str) -> None:
    with pytest.raises(UnknownTimeZone):
        scheduled(starts_on=TODAY, time_zone=zone)


def test_an_event_ends_after_it_starts_and_within_a_year() -> None:
    with pytest.raises(EndsBeforeItStarts):
        scheduled(starts_on=TODAY, ends_on=TODAY - timedelta(days=1))
    with pytest.raises(EndsBeforeItStarts):
        scheduled(starts_on=TODAY, starts_at=time(9), ends_at=time(9))
    with pytest.raises(LastsTooLong):
        scheduled(starts_on=TODAY, ends_on=TODAY + timedelta(days=400))


def test_it_begins_and_ends_by_the_clock_of_the_venue() -> None:
    event = opened(schedule=on(FIRST_DAY, time(9), ends_on=FIRST_DAY + timedelta(days=1)))
    # Seven in the evening of 31 May in UTC is two in the morning of 1 June in Viet Nam.
    with pytest.raises(NotBegunYet):
        event.start(datetime(2026, 5, 31, 16, 59, tzinfo=UTC))
    event.start(datetime(2026, 5, 31, 17, 0, tzinfo=UTC))
    with pytest.raises(NotOverYet):
        event.hold(attendance=1, at=THERE)
    said = event.hold(attendance=1, at=THERE + timedelta(days=1))
    assert [(clock.code, clock.n, clock.unit, clock.anchor) for clock in said.deadlines] == [
        ("EVT_REPORT", 15, "CALENDAR", FIRST_DAY + timedelta(days=1))
    ]


def test_sessions_lie_within_the_event_and_do_not_meet_at_one_place() -> None:
    first = Session(code="A", title="Khai mạc", on=FIRST_DAY, from_time="08:00", to_time="10:00", place="Hội trường")
    second = first.model_copy(update={"code": "B", "title": "Triển lãm", "from_time": "09:59"})
    with pytest.raises(SessionsClash):
        a_draft(sessions=(first, second))
    elsewhere = second.model_copy(update={"place": "Sảnh"})
    assert a_draft(sessions=(first, elsewhere)).sessions
    with pytest.raises(SessionOutsideEvent):
        a_draft(sessions=(first.model_copy(update={"on": FIRST_DAY + timedelta(days=1)}),))
    with pytest.raises(Invalid):
        a_draft(sessions=(first, first))


def test_the_quota_is_never_below_those_admitted() -> None:
    event = opened()
    with pytest.raises(QuotaBelowAdmitted):
        event.change_quotas(quotas(onsite=9), {"onsite": 10, "online": 0})
    event.change_quotas(quotas(onsite=10), {"onsite": 10, "online": 0})
    assert event.quotas == quotas(onsite=10)


def test_the_report_settles_its_deadline_and_the_file_is_closed() -> None:
    event = held()
    with pytest.raises(ReportBeforeTheEnd):
        event.file_report(EventReport(filed_on=FIRST_DAY - timedelta(days=1), results="x"), THERE)
    said = event.file_report(EventReport(filed_on=FIRST_DAY, results="12 biên bản ghi nhớ", lessons="x"), THERE)
    assert [each.code for each in said.settles] == ["EVT_REPORT"]
    event.close()
    assert event.status == "CLOSED"


def test_cancelling_and_postponing_end_what_runs_and_a_new_day_takes_up_again() -> None:
    event = planned()
    assert [each.code for each in event.postpone(reason="bão", document=None, at=AT).settles] == ["EVT_APPLY"]
    said = event.reschedule(on(FIRST_DAY + timedelta(days=30)), AT)
    assert [(clock.code, clock.round) for clock in said[1].deadlines] == [("EVT_APPLY", 2)]
    assert (event.status, event.ending) == ("PLANNED", None)
    granted = opened()
    granted.postpone(reason="bão", document=None, at=AT)
    granted.reschedule(on(FIRST_DAY + timedelta(days=30)), AT)
    assert granted.status == "PERMISSION_GRANTED"
    assert [each.code for each in planned().cancel(reason="bão", document=a_paper(), at=AT).settles] == ["EVT_APPLY"]
    with pytest.raises(NotPossibleInStatus):
        live().cancel(reason="x", document=None, at=THERE)


def test_links_and_agreements_are_said_once() -> None:
    event, visit = held(), link_to("visit", relation="occasioned_event")
    assert event.link(visit).link == visit
    assert event.link_once(visit) is None
    with pytest.raises(AlreadyAsAsked):
        event.link(visit)
    agreement = new_id()
    assert event.serve_agreement(agreement)
    assert event.serve_agreement(agreement) is None
    assert event.agreement_ids == (agreement,)


def test_a_warning_is_given_once_and_not_after_the_end() -> None:
    event, visit = opened(), Ref(service="delegations", kind="visit", id=new_id())
    assert event.warn("OCCASION_CANCELLED", visit, AT)
    assert event.warn("OCCASION_CANCELLED", visit, AT) is None
    event.cancel(reason="x", document=None, at=AT)
    assert event.warn("OCCASION_POSTPONED", visit, AT) is None


def test_a_session_about_a_stalled_agreement_is_suggested_once_and_while_there_is_time() -> None:
    agreement = Ref(service="agreements", kind="agreement", id=new_id())
    ahead, over = opened(), held()
    assert ahead.suggest_session(agreement, AT)
    assert ahead.suggest_session(agreement, AT) is None
    assert over.suggest_session(agreement, AT) is None


def history(**particulars: object) -> tuple[Event, object]:
    day = StatedDate.on_day(date(2023, 12, 1))
    values: dict[str, object] = {
        "localities": ("Thái Bình",),
        "status": "HELD",
        "kind": "festival",
        "title_vi": "Ngày hội minh họa",
        "schedule": recorded(day, None),
        "provenance": Provenance(origin="sourced", publication="S1", statement="7"),
        "at": AT,
        **particulars,
    }
    return Event.record(id=new_id(), **values)  # type: ignore[arg-type]


def test_history_comes_with_its_place_then_and_the_one_responsible_now_and_starts_no_clock() -> None:
    event, message = history()
    assert (event.responsible_locality, event.localities) == (HUNG_YEN, (OLD_THAI_BINH, HUNG_YEN))
    assert event.lead_organiser.name == "Tỉnh Thái Bình"
    assert message.deadlines == ()  # type: ignore[attr-defined]
    assert event.running_deadlines() == ()
    with pytest.raises(PublicationMissing):
        history(provenance=Provenance(origin="sourced"))
    with pytest.raises(HeldInTheFuture):
        history(localities=("Hưng Yên",), schedule=recorded(StatedDate.on_day(TODAY + timedelta(days=1)), None))


def test_a_rough_date_of_history_stays_rough() -> None:
    early = StatedDate(text="đầu năm 2023", earliest=date(2023, 1, 1), latest=date(2023, 4, 30), precision="season")
    event, _ = history(schedule=recorded(early, None))
    assert event.schedule is not None
    assert (event.schedule.starts_on.text, event.schedule.vietnam_starts_on) == ("đầu năm 2023", None)


def test_an_entry_changes_what_was_recorded_and_nothing_that_is_handled_here() -> None:
    event, _ = history()
    there, _ = history(title_vi="Tên khác")
    assert event.differing(there) == ("title_vi",)
    assert event.follow(there).fields == ("title_vi",)
    with pytest.raises(NotRecorded):
        held().follow(there)


def test_the_successor_of_a_province_answers_from_its_first_day() -> None:
    event, _ = Event.draft(
        id=new_id(),
        locality=OLD_THAI_BINH,
        kind="forum",
        title_vi="x",
        at=datetime(2023, 3, 1, tzinfo=UTC),
    )
    assert event.rehome(date(2025, 6, 30)) is None
    said = event.rehome(date(2025, 7, 1))
    assert said is not None
    assert (said.before, event.responsible_locality, event.localities) == (
        OLD_THAI_BINH,
        HUNG_YEN,
        (OLD_THAI_BINH, HUNG_YEN),
    )
    assert event.rehome(date(2025, 7, 2)) is None


def test_a_merged_co_organiser_is_named_by_the_one_that_stands() -> None:
    merged, into = new_id(), new_id()
    event = a_draft(co_organisers=(Organiser(kind="partner", name="Hiệp hội Minh Họa", partner_id=merged),))
    assert event.repoint(merged, into)
    assert (event.partner_ids(), event.co_organisers[0].name) == ((into,), "Hiệp hội Minh Họa")
    assert event.repoint(merged, into) is None


def test_names_of_guests_stay_in_the_confidential_part_and_secrets_are_not_admitted() -> None:
    event = a_draft(guest_names=("Người Khách",))
    assert "Người Khách" not in event.open_text()
    assert "Người Khách" in (event.confidential_text() or "")
    with pytest.raises(StateSecretNotAdmitted):
        a_draft(description="(TUYỆT MẬT) nội dung")
    with pytest.raises(PublishedStays):
        event.classify("restricted", confirmed=False)
    assert event.classify("restricted", confirmed=True).TYPE == "caytre.event.withdrawn.v1"
    assert isinstance(event.id, UUID)
    assert days(0) == AT


def test_a_co_organiser_that_the_register_names_no_more_is_known_by_its_id_alone() -> None:
    partner, other = new_id(), new_id()
    event = a_draft(
        co_organisers=(
            Organiser(kind="partner", name="Hiệp hội Minh Họa", partner_id=partner),
            Organiser(kind="partner", name="Hội Tre", partner_id=other),
        )
    )
    said = event.unname(partner)
    assert said is not None
    assert said.fields == ("co_organisers",)
    assert [(each.partner_id, each.name) for each in event.co_organisers] == [(partner, ""), (other, "Hội Tre")]
    assert event.unname(partner) is None
