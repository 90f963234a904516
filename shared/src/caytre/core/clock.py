"""The two clocks. Business time is what the law counts; machine time is what leases, tokens and ids live by.

Business time (`business_now`, `business_today`) fills `at`, deadlines and the CloudEvents `time`. Machine time
(`machine_now`) is never moved, whatever a rehearsal does to the other one.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def business_now() -> datetime:
    """The present of the business, aware, in UTC."""
    return machine_now()


def business_today() -> date:
    """The business day in Vietnam (UTC+7, no daylight saving time)."""
    return day_of(business_now())


def day_of(moment: datetime) -> date:
    """The Vietnamese calendar day on which `moment` falls."""
    return moment.astimezone(VIETNAM).date()


def machine_now() -> datetime:
    """The present of the machine, aware, in UTC."""
    return datetime.now(UTC)
