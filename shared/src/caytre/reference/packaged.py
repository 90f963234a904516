"""Reading the data files that travel inside the wheel."""

import json
from importlib.resources import files
from typing import Any


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of ``data/<name>.json``."""
    found: list[dict[str, Any]] = json.loads(_data(f"{name}.json"))["rows"]
    return found


def yaml_texts(folder: str) -> dict[str, str]:
    """The texts of the YAML files in ``data/<folder>``, by file name."""
    entries = (files("caytre.reference") / "data" / folder).iterdir()
    return {entry.name: entry.read_text("utf-8") for entry in entries if entry.name.endswith(".yaml")}


def _data(name: str) -> str:
    return (files("caytre.reference") / "data" / name).read_text("utf-8")
