"""What changes records: officers' acts, what messages carry, timers, and mail."""
