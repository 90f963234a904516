"""Fixtures for all tests: the real engines, started when first asked for."""

pytest_plugins = ["tests.engines"]
