"""`python -m tests.documents` writes what the documentation takes from the code; a test compares."""

import sys

from tests.documents.writing import expected, outdated
from tests.house.sources import ROOT


def main() -> None:
    """Write every outdated file and name it."""
    texts = expected()
    for path in outdated(texts):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[path], encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


main()
