"""From Kafka to effects, exactly once: checkpoints, parking, halts, rebuilds and what operators do about them."""
