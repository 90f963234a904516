"""Whether an agreement is stalled: a pure function of what is known of it and of the day.

Each rule says from which day on a reason holds if nothing else happens; what lies ahead of that is when to look again.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from caytre.contracts.agreements.implementation import Effectiveness, Implementation, Sentence, Stall, StallReason
from caytre.core.refusals import Bilingual, Words
from caytre.reference import localities, stalling
from caytre.reference.stalling import StallRules
from caytre.reference.unclear import Unclear

#: What can come to a standstill.
JUDGED = ("SIGNED", "IN_FORCE", "SUSPENDED")
_APPROVED = ("APPROVED", "ACTIVE", "COMPLETED")
#: What to do about each reason, the most pressing first.
NEXT_ACTIONS: dict[str, Words] = {
    "S7_UNREPORTED": Words("gửi báo cáo, bản sao theo luật còn thiếu", "file the statutory report or copy"),
    "S5_NO_OWNER": Words("giao cơ quan chủ trì mới", "name another lead agency"),
    "S6_NEAR_EXPIRY_NO_RESULT": Words("quyết định gia hạn hay để hết hạn", "decide on renewal or let it end"),
    "S1_NO_PLAN": Words("lập và trình duyệt kế hoạch thực hiện", "draw up the plan and have it approved"),
    "S2_NO_PROGRESS": Words("rà soát các mốc với cơ quan chủ trì", "review the milestones with the lead agency"),
    "S3_LATE_MILESTONES": Words(
        "hoàn thành hoặc lùi ngày các mốc chậm", "complete the late milestones or set them another day"
    ),
    "S8_SUCCESSION_OPEN": Words("hoàn tất việc kế thừa thỏa thuận", "bring the succession to its end"),
    "S4_NO_ACTIVITY": Words("thêm chuyến thăm hoặc sự kiện với đối tác", "plan a visit or an event with the partner"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a judgement rests on. `missing_reports` are kinds found overdue and not filed since."""

    status: str
    implementation: Implementation
    signed_on: date | None
    expires_on: date | None
    parties: Sequence[str]
    missing_reports: Sequence[str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What holds on the day, and the next day on which time alone changes it."""

    stall: Stall | None
    effectiveness: Effectiveness | None
    check_on: date | None
    rule_version: int


@dataclass(frozen=True, slots=True)
class _Trip:
    code: str
    level: str
    on: date
    fact: Words


def judge(facts: Facts, today: date) -> Judgement:
    """What holds on the day, under the rules of the day."""
    rules = stalling.rules_on(today)
    if facts.status not in JUDGED or facts.implementation.judged_from is None:
        return Judgement(None, None, None, rules.version)
    trips = tuple(_trips(facts, facts.implementation.judged_from, rules))
    held: dict[str, _Trip] = {}
    for trip in sorted(trips, key=lambda each: each.on):
        if trip.on <= today:
            held[trip.code] = trip
    ahead = [trip.on for trip in trips if trip.on > today]
    if lapse := _activity_ends(facts, rules):
        ahead += [lapse] if lapse > today else []
    if change := stalling.next_version_after(today):
        ahead.append(change)
    reasons = [held[code] for code in NEXT_ACTIONS if code in held]
    return Judgement(_stall(reasons, rules), score(facts, today), min(ahead, default=None), rules.version)


def _stall(reasons: Sequence[_Trip], rules: StallRules) -> Stall | None:
    if not reasons:
        return None
    grave = [trip for trip in reasons if trip.level == "critical"]
    decisive = grave or list(reasons)
    return Stall(
        level="critical" if grave else "warn",
        since=min(trip.on for trip in decisive),
        reasons=tuple(
            StallReason(
                code=trip.code, level=trip.level, since=trip.on, fact=_sentence(trip.fact), rule_version=rules.version
            )
            for trip in reasons
        ),
        next_action=_sentence(NEXT_ACTIONS[decisive[0].code]),
    )


def _sentence(words: Bilingual) -> Sentence:
    return Sentence(vi=words.vi, en=words.en)


def _trips(facts: Facts, since: date, rules: StallRules) -> Iterator[_Trip]:
    yield from _no_plan(facts, since, rules)
    yield from _no_progress(facts, rules)
    yield from _late_milestones(facts, rules)
    yield from _no_activity(facts, since, rules)
    yield from _no_owner(facts, since)
    yield from _near_expiry(facts, since, rules)
    yield from _unreported(facts, since)
    yield from _successions(facts)


def _after(code: str, anchor: date, warn: int, critical: int, what: tuple[str, str]) -> Iterator[_Trip]:
    for level, days in (("warn", warn), ("critical", critical)):
        fact = Words(
            f"{what[0]} sau {days} ngày kể từ {anchor.isoformat()}", f"{what[1]} {days} days after {anchor.isoformat()}"
        )
        yield _Trip(code, level, anchor + timedelta(days=days), fact)


def _no_plan(facts: Facts, since: date, rules: StallRules) -> Iterator[_Trip]:
    plan = facts.implementation.plan
    if plan is not None and plan.status in _APPROVED:
        return
    # A plan that was given up leaves as much time for another one as the signature did.
    anchor = max(since, plan.changed_on) if plan is not None and plan.status == "ABANDONED" else since
    words = ("chưa có kế hoạch được duyệt", "no approved plan")
    yield from _after("S1_NO_PLAN", anchor, rules.no_plan.warn, rules.no_plan.critical, words)


def _no_progress(facts: Facts, rules: StallRules) -> Iterator[_Trip]:
    plan = facts.implementation.plan
    if plan is not None and plan.status == "ACTIVE":
        words = ("không mốc nào thay đổi", "no milestone has changed")
        yield from _after("S2_NO_PROGRESS", plan.changed_on, rules.no_progress.warn, rules.no_progress.critical, words)


def _late_milestones(facts: Facts, rules: StallRules) -> Iterator[_Trip]:
    plan = facts.implementation.plan
    if plan is None or plan.status not in ("APPROVED", "ACTIVE"):
        return
    due, several, long = sorted(plan.open_due), rules.late_milestones.several, rules.late_milestones.one_days
    days = [due[0] + timedelta(days=long + 1)] if due else []
    if len(due) >= several:
        days.append(due[several - 1] + timedelta(days=1))
    if days:
        fact = Words(
            f"từ {several} mốc trở lên chậm, hoặc một mốc chậm quá {long} ngày",
            f"{several} or more milestones are late, or one by more than {long} days",
        )
        yield _Trip("S3_LATE_MILESTONES", "warn", min(days), fact)


def _no_activity(facts: Facts, since: date, rules: StallRules) -> Iterator[_Trip]:
    last = _last_activity(facts)
    anchor = max(since, last) if last else since
    fact = Words(
        f"không có đoàn, sự kiện hay kết quả nào trong {rules.no_activity_months} tháng kể từ {anchor.isoformat()}",
        f"no delegation, event or outcome in {rules.no_activity_months} months since {anchor.isoformat()}",
    )
    yield _Trip("S4_NO_ACTIVITY", "warn", months_later(anchor, rules.no_activity_months), fact)


def _last_activity(facts: Facts) -> date | None:
    known = facts.implementation
    return max((day for day in (known.activity.last_on, known.outcomes.last_on) if day), default=None)


def _activity_ends(facts: Facts, rules: StallRules) -> date | None:
    last = _last_activity(facts)
    return months_later(last, rules.no_activity_months) if last else None


def _no_owner(facts: Facts, since: date) -> Iterator[_Trip]:
    plan = facts.implementation.plan
    if plan is None or plan.status not in ("APPROVED", "ACTIVE"):
        return
    if plan.lead_agency is None:
        yield _Trip("S5_NO_OWNER", "critical", since, Words("không có cơ quan chủ trì", "there is no lead agency"))
    elif plan.lead_locality and (ended := last_day_of(plan.lead_locality)):
        fact = Words(
            f"đơn vị của cơ quan chủ trì đã kết thúc ngày {ended.isoformat()}",
            f"the unit of the lead agency ended on {ended.isoformat()}",
        )
        yield _Trip("S5_NO_OWNER", "critical", ended + timedelta(days=1), fact)


def _near_expiry(facts: Facts, since: date, rules: StallRules) -> Iterator[_Trip]:
    known, near = facts.implementation, rules.near_expiry
    progress = known.plan.progress if known.plan else 0
    if facts.expires_on is None or progress >= near.progress or known.outcomes.count:
        return
    fact = Words(
        f"hết hiệu lực ngày {facts.expires_on.isoformat()}, tiến độ {progress} %, chưa có kết quả",
        f"it ends on {facts.expires_on.isoformat()} with a progress of {progress} % and no outcome",
    )
    begins = max(since, facts.expires_on - timedelta(days=near.days - 1))
    yield _Trip("S6_NEAR_EXPIRY_NO_RESULT", "critical", begins, fact)


def _unreported(facts: Facts, since: date) -> Iterator[_Trip]:
    if facts.missing_reports:
        fact = Words("báo cáo hoặc bản sao theo luật đã quá hạn", "a statutory report or copy is overdue")
        yield _Trip("S7_UNREPORTED", "critical", facts.implementation.unreported_since or since, fact)


def _successions(facts: Facts) -> Iterator[_Trip]:
    closed = {case.locality for case in facts.implementation.successions if case.status == "CLOSED"}
    ended = [(day, id) for id in facts.parties if id not in closed and (day := last_day_of(id))]
    for day, id in sorted(ended)[:1]:
        name = localities.get(id)
        fact = Words(
            f"{name.name_vi} đã kết thúc ngày {day.isoformat()}, chưa kết thúc việc kế thừa",
            f"{name.name_en} ended on {day.isoformat()} and no succession is closed",
        )
        yield _Trip("S8_SUCCESSION_OPEN", "warn", day + timedelta(days=1), fact)


def last_day_of(unit: str) -> date | None:
    """The last day of a unit that ends or has ended; None for one without an end, and for one nobody knows."""
    try:
        return localities.get(unit).valid_to
    except Unclear:
        return None


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day (Civil Code 2015, Art. 148, counts months so)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def score(facts: Facts, today: date) -> Effectiveness:
    """The effectiveness with its components; it is shown with them, never alone."""
    rules, known = stalling.rules_on(today), facts.implementation
    points, ends = rules.points, _activity_ends(facts, rules)
    plan = points.plan if known.plan and known.plan.status in _APPROVED else 0
    milestones = points.milestones * known.plan.progress // 100 if known.plan and plan else 0
    activity = points.activity if ends and today < ends else 0
    claimed = points.outcome_claimed if known.outcomes.count else 0
    outcomes = points.outcome_confirmed if known.outcomes.confirmed else claimed
    return Effectiveness(
        score=plan + milestones + activity + outcomes,
        plan=plan,
        milestones=milestones,
        activity=activity,
        outcomes=outcomes,
        rule_version=rules.version,
        as_of=today,
    )
