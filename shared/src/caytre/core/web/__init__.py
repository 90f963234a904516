"""HTTP: guarded routes, callers, problems, conditions, pages and the documents that describe them."""
