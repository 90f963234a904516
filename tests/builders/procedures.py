"""Later versions of procedures, as the data would hold them: none is in force in the data itself."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any

import pytest
import yaml

from caytre.agreements.model import proposing
from caytre.reference import packaged, procedures
from caytre.reference.procedures import Procedure


def a_later_version(monkeypatch: pytest.MonkeyPatch, code: str, valid_from: date, **changed: Any) -> Procedure:
    """The next version of the procedure for the length of a test, in force from that day on; the latest ends before.

    It is as the latest one but for the top-level entries `changed`. Called again it makes one version more.
    """
    texts = packaged.yaml_texts("procedures")
    documents = {name: yaml.safe_load(text) for name, text in texts.items()}
    name, latest = max(
        ((name, document) for name, document in documents.items() if document["code"] == code),
        key=lambda named: int(named[1]["version"]),
    )
    version = int(latest["version"]) + 1
    later = {**latest, "version": version, "valid_from": valid_from, **changed}
    ended = {**latest, "valid_to": valid_from - timedelta(days=1)}
    texts |= {name: yaml.safe_dump(ended), f"{code.lower()}_{version}.yaml": yaml.safe_dump(later)}
    read = packaged.yaml_texts
    monkeypatch.setattr(packaged, "yaml_texts", lambda folder: texts if folder == "procedures" else read(folder))
    # What was remembered of the data is there again after the test.
    monkeypatch.setattr(procedures, "all_procedures", lru_cache(maxsize=1)(procedures.all_procedures.__wrapped__))
    monkeypatch.setattr(procedures, "applicable", lru_cache(maxsize=1000)(procedures.applicable.__wrapped__))
    monkeypatch.setattr(proposing, "_dossier", cache(proposing._dossier.__wrapped__))
    return procedures.by_version(code, version)
