"""`caytre keys`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from caytre.cli.reach import AsJson
from caytre.cli.screen import emit, out
from caytre.local import issuer, keys
from caytre.local.services import SERVICES


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("keys")(make_keys)


def make_keys(
    folder: Annotated[Path, typer.Argument(help="They lie in its subfolder `keys`.", file_okay=False)],
    as_json: AsJson = False,
) -> None:
    """Make the keys of a platform that this command line does not start, such as one in containers.

    For each service the keys of confidential fields and of the journal's heads, the secret of pseudonyms, and the
    development issuer. Those that are there stay as they are. Keep a copy elsewhere: without the data keys nobody reads
    confidential fields again.

    \b
      caytre keys deploy/compose
      docker compose up --build --wait
    """
    issuer.prepare(folder)
    made = [issuer.jwks_path(folder), keys.pseudonym_key(folder)]
    for service in SERVICES:
        made += [keys.data_keys(folder, service.name), keys.signing_key(folder, service.name)]
    if as_json:
        emit([str(path) for path in made])
        return
    for path in made:
        out().print(str(path), markup=False, soft_wrap=True)
