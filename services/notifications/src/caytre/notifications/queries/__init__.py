"""What readers ask: lists, the inbox, the calendar, and when the next timer fires."""
