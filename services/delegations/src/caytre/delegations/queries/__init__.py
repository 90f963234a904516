"""What can be asked. Everything runs under the reader's own scope (row-level security is the second wall)."""
