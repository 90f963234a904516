"""From the outbox over the journal to Kafka, and the feed, the journey and the audit that read the journal."""
