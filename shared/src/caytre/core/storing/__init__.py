"""One row per record, one statement per command, and the rights on both."""
