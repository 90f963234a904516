"""The committed documents are valid for the official parsers, and the parsers find what is wrong in a broken one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contract.parsing import Judgement, judged
from tests.house.sources import ROOT

ASYNCAPI = sorted((ROOT / "docs" / "asyncapi").glob("*.json"))
OPENAPI = sorted((ROOT / "docs" / "openapi").glob("*.json"))
Document = dict[str, Any]


def _topic_missing(document: Document) -> None:
    document["operations"]["sayWhatHappened"]["channel"]["$ref"] = "#/channels/nowhere"


def _action_unknown(document: Document) -> None:
    document["operations"]["sayWhatHappened"]["action"] = "shout"


def _schema_missing(document: Document) -> None:
    message = document["components"]["messages"]["restricted"]
    message["payload"]["$ref"] = "#/components/schemas/Nothing"


def _partitions_in_words(document: Document) -> None:
    document["channels"]["events"]["bindings"]["kafka"]["partitions"] = "six"


def _type_unknown(document: Document) -> None:
    document["components"]["schemas"]["restricted"]["type"] = "objekt"


def _answer_of_no_status(document: Document) -> None:
    answers = document["paths"]["/calendar"]["get"]["responses"]
    answers["well"] = answers["200"]


def _parameter_undeclared(document: Document) -> None:
    document["paths"]["/calendar/{nobody}"] = document["paths"]["/calendar"]


def _reference_dangling(document: Document) -> None:
    document["components"]["responses"]["Problem500"] = {"$ref": "#/components/responses/Nothing"}


def _operation_twice(document: Document) -> None:
    document["paths"]["/deadlines"]["get"]["operationId"] = document["paths"]["/calendar"]["get"]["operationId"]


def _schema_of_no_type(document: Document) -> None:
    document["components"]["schemas"]["Problem"]["type"] = "objekt"


FAULTS: dict[Callable[[Document], None], Path] = {
    **dict.fromkeys(
        (_topic_missing, _action_unknown, _schema_missing, _partitions_in_words, _type_unknown),
        ROOT / "docs" / "asyncapi" / "notifications.json",
    ),
    **dict.fromkeys(
        (_answer_of_no_status, _parameter_undeclared, _reference_dangling, _operation_twice, _schema_of_no_type),
        ROOT / "docs" / "openapi" / "notifications.json",
    ),
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[Callable[[Document], None], Path]:
    """Documents with one fault each."""
    folder, made = tmp_path_factory.mktemp("broken"), {}
    for fault, source in FAULTS.items():
        document = json.loads(source.read_text())
        fault(document)
        made[fault] = folder / f"{fault.__name__}.json"
        made[fault].write_text(json.dumps(document))
    return made


@pytest.fixture(scope="module")
def judgements(broken: dict[Callable[[Document], None], Path]) -> dict[Path, Judgement]:
    """Everything judged at once: most of the time goes into starting the parsers."""
    return judged([*ASYNCAPI, *OPENAPI, *broken.values()])


@pytest.mark.parametrize("path", [*ASYNCAPI, *OPENAPI], ids=lambda path: f"{path.parent.name} {path.stem}")
def test_a_committed_document_is_valid(path: Path, judgements: dict[Path, Judgement]) -> None:
    assert judgements[path]["complaints"] == []
    assert judgements[path]["found"] > 10


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__.strip("_"))
def test_a_broken_document_is_refused(
    fault: Callable[[Document], None],
    broken: dict[Callable[[Document], None], Path],
    judgements: dict[Path, Judgement],
) -> None:
    assert judgements[broken[fault]]["complaints"] != []
