"""A secret comes from a file, standard input or the environment; as an argument it is refused, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from caytre.cli.main import app as caytre
from caytre.cli.reach import DatabaseUrl, Token
from caytre.local.failures import SetupError

TOKEN = "eyJhbGciOiJFZDI1NTE5In0.e30.c2ln"
DATABASE = "postgresql://reader:word@db.example.org/caytre_agreements"
OPEN = "postgresql://db.example.org/caytre_agreements"

app = typer.Typer()
run = CliRunner()


@app.command()
def show(token: Token = None, database: DatabaseUrl = None) -> None:
    """What the command is told."""
    typer.echo(f"{token} {database}")


def test_a_file_says_it(tmp_path: Path) -> None:
    token, database = tmp_path / "token", tmp_path / "database.url"
    token.write_text(f"{TOKEN}\n")
    database.write_text(DATABASE)
    done = run.invoke(app, ["--token", f"@{token}", "--database", f"@{database}"])
    assert done.output == f"{TOKEN} {DATABASE}\n"


def test_standard_input_says_it() -> None:
    assert run.invoke(app, ["--token", "-"], input=f"{TOKEN}\n").output == f"{TOKEN} None\n"


def test_the_environment_says_it_as_it_is() -> None:
    done = run.invoke(app, env={"CAYTRE_TOKEN": TOKEN, "DATABASE_URL": DATABASE})
    assert done.output == f"{TOKEN} {DATABASE}\n"


def test_an_address_without_password_is_no_secret() -> None:
    assert run.invoke(app, ["--database", OPEN]).output == f"None {OPEN}\n"


@pytest.mark.parametrize(
    ("arguments", "variable"),
    [
        (["--token", TOKEN], "CAYTRE_TOKEN"),
        (["--database", DATABASE], "DATABASE_URL"),
        (["--database", f"{OPEN}?user=reader&password=word"], "DATABASE_URL"),
    ],
)
def test_as_an_argument_it_is_refused_with_what_to_do(arguments: list[str], variable: str) -> None:
    done = run.invoke(app, arguments)
    assert isinstance(done.exception, SetupError)
    said = str(done.exception)
    assert all(part in said for part in ("list of processes", "@FILE", variable))
    assert arguments[1] not in said


def test_what_starts_the_platform_refuses_it_too() -> None:
    done = run.invoke(caytre, ["up", "--database", f"agreements={DATABASE}"])
    assert isinstance(done.exception, SetupError)
    assert "CAYTRE_AGREEMENTS_DATABASE_URL" in str(done.exception)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = run.invoke(app, ["--token", f"@{tmp_path / 'nowhere'}"])
    assert isinstance(done.exception, SetupError)
    assert "cannot be read" in str(done.exception)


@pytest.mark.parametrize("command", ["lag", "verify"])
def test_the_help_teaches_it(command: str) -> None:
    said = run.invoke(caytre, [command, "--help"], env={"COLUMNS": "200", "TERM": "dumb"}).output
    assert "@FILE" in said
    assert "standard input" in said
