"""The tables of this service, and the stores that keep calendar, deadlines, recipients and notifications in them."""

from __future__ import annotations

import sqlalchemy as sa

from caytre.core.storing.store import Store
from caytre.core.storing.tables import BUSY, kernel, new_metadata, record_table
from caytre.notifications.model import Calendar, Day, Deadline, Notification, Recipient
from caytre.notifications.model.deadline import STILL_OPEN

metadata = new_metadata()
kernel(metadata)

deadline = record_table(
    "deadline",
    metadata,
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("answerable", sa.Text, nullable=False),
    # ISO day, 9999 without one: a text sorts what has no day last and travels in a cursor as it is.
    sa.Column("due_order", sa.Text, nullable=False),
    sa.Column("is_open", sa.Boolean, nullable=False),
    sa.Column("next_at", sa.DateTime(timezone=True)),
    # The version of the calendar it was last counted with, whether or not that changed anything.
    sa.Column("calendar_checked", sa.Integer, nullable=False),
    sa.Index("ix_deadline_next_at", "next_at", "id", postgresql_where=sa.text("next_at IS NOT NULL")),
    sa.Index("ix_deadline_calendar_checked", "calendar_checked", postgresql_where=sa.text("is_open")),
    sa.Index("ix_deadline_overdue", "code", postgresql_where=sa.text("status = 'OVERDUE'")),
    sa.Index("ix_deadline_owner", "owner"),
    sa.Index("ix_deadline_due_order_id", "due_order", "id"),
    sa.Index("ix_deadline_answerable_due_order_id", "answerable", "due_order", "id"),
    sa.Index("ix_deadline_localities", "localities", postgresql_using="gin"),
)

#: What was settled before the message that carries it came.
early_settlement = sa.Table(
    "early_settlement",
    metadata,
    sa.Column("deadline_id", sa.UUID, primary_key=True),
    sa.Column("settled_on", sa.Date, nullable=False),
    sa.Column("message_id", sa.UUID, nullable=False),
)

calendar = record_table("calendar", metadata)

#: For which version of the calendar open deadlines are to be counted anew, and because of which message.
calendar_change = sa.Table(
    "calendar_change",
    metadata,
    sa.Column("calendar_version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("message_id", sa.UUID, nullable=False),
    sa.Column("correlation_id", sa.UUID, nullable=False),
    sa.Column("traceparent", sa.Text),
)

day = record_table("day", metadata, sa.Column("day", sa.Date, nullable=False, unique=True))

recipient = record_table(
    "recipient",
    metadata,
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("organisation", sa.Text),
    sa.Column("locality", sa.Text),
    sa.Column("country", sa.Text),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Index("ix_recipient_locality_role", "locality", "role"),
    sa.Index("ix_recipient_organisation", "organisation"),
)

notification = record_table(
    "notification",
    metadata,
    sa.Column("cause_id", sa.UUID, nullable=False),
    sa.Column("recipient_key", sa.UUID, nullable=False),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("role", sa.Text),
    sa.Column("organisation", sa.Text),
    sa.Column("locality", sa.Text),
    sa.Column("country", sa.Text),
    sa.Column("about_id", sa.UUID, nullable=False),
    sa.Column("acknowledged", sa.Boolean, nullable=False),
    sa.UniqueConstraint("cause_id", "recipient_key", "template", name="uq_notification_told_once"),
    sa.Index("ix_notification_locality_id", "locality", "id"),
    sa.Index("ix_notification_organisation_id", "organisation", "id"),
    sa.Index("ix_notification_role_id", "role", "id"),
    sa.Index("ix_notification_about_id", "about_id"),
)

#: Mails that are to be sent: who holds one has so long to send it, and nobody else tries meanwhile.
mail_queue = sa.Table(
    "mail_queue",
    metadata,
    sa.Column("record_id", sa.UUID, primary_key=True),
    sa.Column("send_at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("leased_until", sa.DateTime(timezone=True)),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_error", sa.Text),
    sa.Column("correlation_id", sa.UUID, nullable=False),
    sa.Column("traceparent", sa.Text),
    postgresql_with=BUSY,
)


def _deadline_columns(record: Deadline) -> dict[str, object]:
    return {
        "countries": record.countries,
        "consultees": record.consultees,
        "owner": record.owner,
        "code": record.code,
        "status": record.status,
        "answerable": record.answerable,
        "due_order": record.due_on.isoformat() if record.due_on else "9999",
        "is_open": record.status in STILL_OPEN,
        "next_at": record.next_at,
        "calendar_checked": record.calendar_version,
    }


def _notification_columns(record: Notification) -> dict[str, object]:
    return {
        "countries": record.countries,
        "consultees": record.consultees,
        "cause_id": record.cause.message_id,
        "recipient_key": record.recipient_key,
        "template": record.template,
        "status": record.status,
        "role": record.audience.role,
        "organisation": record.audience.organisation,
        "locality": record.audience.locality,
        "country": record.audience.country,
        "about_id": record.about.id,
        "acknowledged": record.acknowledged_at is not None,
    }


def _recipient_columns(record: Recipient) -> dict[str, object]:
    return {
        "countries": record.countries,
        "consultees": record.consultees,
        "role": record.role,
        "organisation": record.organisation,
        "locality": record.locality,
        "country": record.country,
        "active": record.active,
    }


DEADLINES = Store(Deadline, deadline, _deadline_columns)
CALENDARS = Store(Calendar, calendar, lambda record: {})
DAYS = Store(Day, day, lambda record: {"day": record.day})
RECIPIENTS = Store(Recipient, recipient, _recipient_columns)
NOTIFICATIONS = Store(Notification, notification, _notification_columns)
