"""The aggregate: one row, one version, rules as methods that return the message saying what happened."""

from __future__ import annotations

import json
from typing import Any, ClassVar, Self

from caytre.contracts.message import Provenance, State, is_restricted

_ALL_BUT_ORIGIN = set(Provenance.model_fields) - {"origin"}


class Record(State):
    """What every aggregate is to the store. Subclasses also inherit their contract's State and add the rules.

    `CONFIDENTIAL` fields are encrypted, never journalled and never on a topic. Of a restricted record everything but
    the `ENVELOPE` is confidential, so journal, topics and views hold an envelope without a special case anywhere; of
    its provenance the envelope keeps the origin, since the rest quotes files, publications and register numbers.
    """

    KIND: ClassVar[str]
    SHAPE: ClassVar[int] = 1
    CONFIDENTIAL: ClassVar[frozenset[str]] = frozenset()
    ENVELOPE: ClassVar[frozenset[str]] = frozenset(
        {"id", "version", "shape", "sensitivity", "localities", "confidential"}
    )

    def reference(self) -> str | None:
        """The number by which people call this record, for traces; None where there is none or it may not be shown."""
        return None

    def confidential_fields(self) -> frozenset[str]:
        """The fields that may not be journalled, given the present sensitivity."""
        if is_restricted(self.sensitivity):
            return frozenset(type(self).model_fields) - self.ENVELOPE
        return self.always_confidential()

    def always_confidential(self) -> frozenset[str]:
        """The fields whose reading is an operation of its own, whatever the sensitivity."""
        return self.CONFIDENTIAL

    def open_json(self) -> bytes:
        """The JSON of the part that may be journalled: document, state of the message and answer at once."""
        hidden: dict[str, Any] = dict.fromkeys(self.confidential_fields(), True)
        if "provenance" in hidden:
            hidden["provenance"] = _ALL_BUT_ORIGIN
        return self.__pydantic_serializer__.to_json(self, exclude=hidden)

    def open_text(self) -> str:
        """The same as text."""
        return self.open_json().decode()

    def confidential_text(self) -> str | None:
        """The JSON text of the part to be encrypted, or None when there is nothing to protect."""
        fields = self.confidential_fields()
        values = self.model_dump(mode="json", include=set(fields), exclude_defaults=True) if fields else {}
        return json.dumps(values, ensure_ascii=False, separators=(",", ":")) if values else None

    @classmethod
    def upcast(cls, document: dict[str, Any]) -> dict[str, Any]:
        """Lift a document of an older shape to the present one. Pure; nothing stored is rewritten."""
        return document

    @classmethod
    def from_text(cls, document: str) -> Self:
        """The aggregate from its stored document alone; in one pass while there is no older shape to lift."""
        return cls.model_validate_json(document) if cls.SHAPE == 1 else cls.from_parts(json.loads(document))

    @classmethod
    def from_parts(cls, document: dict[str, Any], confidential: dict[str, Any] | None = None) -> Self:
        """The aggregate from its stored document and its decrypted confidential part."""
        return cls.model_validate(cls.upcast({**document, **(confidential or {})}))
