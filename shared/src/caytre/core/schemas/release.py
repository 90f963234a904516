"""`python -m caytre.core.schemas.release`: write the contracts as new revisions where they differ from the last.

`--check` writes nothing and fails when a contract is not released yet, has changed without a release, was removed,
or breaks a reader of any released revision. Released revisions are never edited.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from caytre.core.schemas.compatibility import bundled, current_schemas, incompatibilities
from caytre.core.schemas.serving import released, revisions_in


def text_of(schema: Mapping[str, Any]) -> bytes:
    """The file of one revision: stable, readable in a diff."""
    return (json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def release(folder: Path, schemas: Mapping[str, Mapping[str, Any]], *, write: bool) -> list[str]:
    """Release what changed into `folder`; the complaints, empty when all is well. With `write` off only complain."""
    complaints = [
        f"{old.name}: was released and is gone from the contracts"
        for old in sorted(folder.iterdir() if folder.is_dir() else ())
        if old.is_dir() and old.name not in schemas
    ]
    for type_, schema in schemas.items():
        place = folder / type_
        revisions = revisions_in(place) if place.is_dir() else {}
        content = text_of(schema)
        if revisions and revisions[max(revisions)] == content:
            continue
        # What a revision refers to is compared as it is now; the state itself is compared with its own revisions.
        before = {number: bundled(json.loads(old), schemas) for number, old in revisions.items()}
        breaks = incompatibilities(bundled(schema, schemas), before)
        complaints += [f"{type_}: {reason}" for reason in breaks]
        if not breaks and write:
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{max(revisions, default=0) + 1}.json").write_bytes(content)
        elif not breaks:
            complaints.append(
                f"{type_}: differs from its last released revision; run python -m caytre.core.schemas.release"
            )
    return complaints


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every contract is released and compatible, else 1 and the reasons on standard error."""
    parser = argparse.ArgumentParser(prog="python -m caytre.core.schemas.release", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when a release is due or impossible")
    options = parser.parse_args(arguments)
    complaints = release(Path(str(released())), current_schemas(), write=not options.check)
    for complaint in complaints:
        sys.stderr.write(complaint + "\n")
    return 1 if complaints else 0


if __name__ == "__main__":
    raise SystemExit(main())
