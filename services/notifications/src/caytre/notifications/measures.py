"""What operators alert on of obligations, timers and mail; see docs/operating.md."""

from __future__ import annotations

from opentelemetry import metrics

from caytre.core.metrics import Gauge

_METER = metrics.get_meter("caytre.notifications")

obligations_overdue = Gauge("obligation.overdue", "{deadline}", "Open deadlines past their day, by what fell due")
timers_late_seconds = Gauge("timer.late_seconds", "s", "How long ago, in business time, the next timer had to fire")
mail_queued = Gauge("mail.queued", "{mail}", "Mails that wait to be sent, by the failure of the last attempt")
mail_late_seconds = Gauge("mail.late_seconds", "s", "How long ago the next mail was to be sent")
mail_deliveries = _METER.create_counter(
    "mail.deliveries", unit="{mail}", description="Attempts to hand a mail over, by what came of them"
)
