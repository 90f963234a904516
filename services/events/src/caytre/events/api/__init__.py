"""The events service over HTTP: bodies to arguments, answers to responses."""
