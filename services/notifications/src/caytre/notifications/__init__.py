"""The notifications service: the working-day calendar, deadlines, reminders and what reaches whom."""
