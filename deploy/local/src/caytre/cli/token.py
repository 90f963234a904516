"""`caytre token`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from caytre.local import issuer
from caytre.local.folders import active_folder


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(token)


def token(
    role: Annotated[list[str], typer.Option(help="A role; may be repeated.")],
    subject: Annotated[str, typer.Option(help="Whom the token speaks for.")] = "officer@example.org",
    locality: Annotated[
        list[str] | None, typer.Option(help="A locality, such as VN-P-2025-33; may be repeated.")
    ] = None,
    country: Annotated[list[str] | None, typer.Option(help="A mission's country, such as KR; may be repeated.")] = None,
    organisation: Annotated[str | None, typer.Option(help="The organisation that is consulted.")] = None,
    client: Annotated[str, typer.Option(help="The system that asks (`client_id`).")] = "caytre-cli",
    actor: Annotated[str | None, typer.Option(help="The officer behind a system (RFC 8693 `act`).")] = None,
    hours: Annotated[float, typer.Option(help="How long it is valid.", min=0.01, max=24)] = 8,
    folder: Annotated[
        Path | None, typer.Option(help="The folder of `caytre keys`, for a platform in containers.", file_okay=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As an OAuth 2.0 token response.")] = False,
) -> None:
    """Print an access token (RFC 9068) of the development issuer, for platforms on this machine only.

    Roles, and the option that says for whom or where:

    \b
      locality_officer   prepares a province's records      --locality
      locality_approver  leads its foreign affairs office   --locality
      locality_chair     decides and signs for it           --locality
      ministry_officer   desk of the foreign ministry
      ministry_approver  decides for the foreign ministry
      consultee          is asked for its opinion           --organisation
      mission_officer    a mission abroad                   --country
      organiser          runs events                        --locality
      auditor            reads all, changes nothing
      operator           runs the platform
      integration        a system for an officer            --client --actor

    Examples:

    \b
      caytre token --role locality_officer --locality VN-P-2025-33
      caytre token --role mission_officer --country KR
      caytre token --role integration --actor officer@example.org --json
      caytre token --role operator --hours 1
      caytre token --role auditor --folder deploy/compose
    """
    lifetime = int(hours * 3600)
    text = issuer.mint(
        folder or active_folder(),
        subject=subject,
        roles=role,
        localities=locality or [],
        countries=country or [],
        organisation=organisation,
        client_id=client,
        actor=actor,
        lifetime=lifetime,
    )
    if as_json:
        typer.echo(json.dumps({"access_token": text, "token_type": "Bearer", "expires_in": lifetime}))
    else:
        typer.echo(text)
