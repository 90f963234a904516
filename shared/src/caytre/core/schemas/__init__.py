"""Released schemas: served, checked for compatibility, released."""
