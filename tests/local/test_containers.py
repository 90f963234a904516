"""What the containers' PostgreSQL runs when it is new is run here on a server of the same version."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from caytre.cli.main import app
from caytre.core.storing import migrations
from caytre.local.account import wheel_programs
from caytre.local.folders import checkout
from caytre.local.ports import LOOPBACK, free_port
from caytre.local.postgres import ADMIN, Postgres

WORD = "a-word"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Postgres]:
    server = Postgres(tmp_path, free_port(), durable=False)
    server.prepare()
    server.start()
    try:
        server.wait_ready()
        yield server
    finally:
        server.kill()


def test_roles_and_databases_of_the_containers_are_what_the_migrations_need(server: Postgres) -> None:
    server.sql((checkout() / "deploy/k8s/components/postgres/roles.sql").read_text())
    environment = {
        "PATH": f"{wheel_programs()}:{os.environ['PATH']}",
        "PGHOST": LOOPBACK,
        "PGPORT": str(server.port),
        "PGPASSWORD": server.password(ADMIN),
        "POSTGRES_USER": ADMIN,
        "PGDATABASE": "postgres",
        "CAYTRE_DATABASE_PASSWORD": WORD,
    }
    subprocess.run([checkout() / "deploy/compose/databases.sh"], env=environment, check=True, timeout=60)
    url = f"postgresql://caytre_agreements:{WORD}@{LOOPBACK}:{server.port}/caytre_agreements"
    asyncio.run(migrations.migrate(url, checkout() / "services/agreements/src/caytre/agreements/migrations"))
    tables = server.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", "caytre_agreements").split()
    assert {"agreement", "partner", "journal"} <= set(tables)


def test_keys_for_containers_are_made_once_and_give_a_token(tmp_path: Path) -> None:
    made = CliRunner().invoke(app, ["keys", str(tmp_path), "--json"])
    assert made.exit_code == 0
    before = {path: Path(path).read_bytes() for path in json.loads(made.stdout)}
    assert {Path(path).name for path in before} >= {"jwks.json", "pseudonym.key", "gateway.data.json"}
    assert CliRunner().invoke(app, ["keys", str(tmp_path)]).exit_code == 0
    assert {path: Path(path).read_bytes() for path in before} == before
    token = CliRunner().invoke(app, ["token", "--role", "auditor", "--folder", str(tmp_path)])
    assert token.stdout.count(".") == 2
