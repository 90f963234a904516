"""The HTTP interface of this service."""
