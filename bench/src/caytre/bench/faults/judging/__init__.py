"""What must hold after a fault, one thing each: journals, commands, topics, effects, views, mail."""
