"""Released schemas as components of one document that needs no other: references made local, in draft 7's words.

AsyncAPI's own schema object is JSON Schema draft 7; the released schemas are of 2020-12. What they use of it means the
same in both but for three things: where definitions stand, tuples, and what stands beside a reference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from typing import Any

from caytre.core.schemas.serving import released, revisions_in

LOCAL = "#/components/schemas/"
_MAPS = ("properties", "patternProperties")
_LISTS = ("allOf", "anyOf", "oneOf")
_ONE = ("items", "additionalProperties", "not")
_IDENTITY = ("$id", "$schema", "$defs")


def newest(type: str) -> tuple[int, dict[str, Any]]:
    """The newest released revision of a type and its number. Raises KeyError for a type that was never released."""
    folder: Traversable = released() / type
    if not folder.is_dir():
        raise KeyError(type)
    revisions = revisions_in(folder)
    number = max(revisions)
    schema: dict[str, Any] = json.loads(revisions[number])
    return number, schema


class Components:
    """The schemas of one document by name: each type once, and each shape once however many types have it."""

    def __init__(self) -> None:
        self.schemas: dict[str, dict[str, Any]] = {}
        self._shapes: dict[str, str] = {}

    def released(self, type: str) -> str:
        """Add the newest revision of a type with everything it refers to; the reference to it."""
        if type not in self.schemas:
            revision, schema = newest(type)
            self.schemas[type] = {}
            self.schemas[type] = {**self._local(schema, type), "x-schema": f"/schemas/{type}/{revision}"}
        return LOCAL + type

    def made(self, name: str, schema: Mapping[str, Any]) -> str:
        """Add a schema of 2020-12 that is no released one; the reference to it."""
        self.schemas[name] = self._local(schema, name)
        return LOCAL + name

    def _local(self, schema: Mapping[str, Any], owner: str) -> dict[str, Any]:
        shapes: Mapping[str, Any] = schema.get("$defs", {})
        names = {name: self._name(name, shapes, owner) for name in shapes}
        for name, chosen in names.items():
            if chosen not in self.schemas:
                self.schemas[chosen] = self._in_draft_7(shapes[name], names)
        own = {key: value for key, value in schema.items() if key not in _IDENTITY}
        local: dict[str, Any] = self._in_draft_7(own, names)
        return local

    def _name(self, name: str, shapes: Mapping[str, Any], owner: str) -> str:
        """The name of a shape in the document: its own, or with its owner's where another shape has that one."""
        text = json.dumps(_whole(shapes[name], shapes, (name,)), sort_keys=True)
        kind = owner.split(".")[1] if "." in owner else owner
        for candidate in (name, f"{kind}.{name}", f"{owner}.{name}"):
            if self._shapes.setdefault(candidate, text) == text:
                return candidate
        raise ValueError(f"{owner}: two shapes are called {name}")

    def _in_draft_7(self, schema: Any, names: Mapping[str, str]) -> Any:
        if not isinstance(schema, Mapping):
            return schema
        result: dict[str, Any] = {}
        for key, value in schema.items():
            if key in _MAPS:
                result[key] = {name: self._in_draft_7(member, names) for name, member in value.items()}
            elif key in _LISTS:
                result[key] = [self._in_draft_7(member, names) for member in value]
            elif key == "prefixItems":
                result["items"] = [self._in_draft_7(member, names) for member in value]
            elif key in _ONE:
                beside = "prefixItems" in schema and key == "items"
                result["additionalItems" if beside else key] = self._in_draft_7(value, names)
            elif key != "$ref":
                result[key] = value
        if "$ref" not in schema:
            return result
        reference = {"$ref": self._reference(schema["$ref"], names)}
        # Draft 7 reads nothing that stands beside a reference.
        return {"allOf": [reference], **result} if result else reference

    def _reference(self, reference: str, names: Mapping[str, str]) -> str:
        if reference.startswith(LOCAL):
            return reference
        if reference.startswith("/schemas/"):
            return self.released(reference.removeprefix("/schemas/"))
        return LOCAL + names[reference.removeprefix("#/$defs/")]


def _whole(schema: Any, shapes: Mapping[str, Any], inside: tuple[str, ...]) -> Any:
    """The schema with what it refers to in its place, so that two can be compared; a shape inside itself stays."""
    if isinstance(schema, list):
        return [_whole(each, shapes, inside) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    result = {key: _whole(value, shapes, inside) for key, value in schema.items()}
    name = str(schema.get("$ref", "")).removeprefix("#/$defs/")
    if name in shapes and name not in inside:
        result["$ref"] = _whole(shapes[name], shapes, (*inside, name))
    return result
