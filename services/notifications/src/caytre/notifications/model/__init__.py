"""The rules: how days are counted, when a deadline is due, who is told of what and in which words."""

from caytre.notifications.model.calendar import Calendar, Day
from caytre.notifications.model.deadline import Deadline
from caytre.notifications.model.notification import Notification
from caytre.notifications.model.recipient import Recipient

__all__ = ["Calendar", "Day", "Deadline", "Notification", "Recipient"]
