"""Data of another version, a full disk, a folder too deep for a socket: told before anything is started."""

import os
from pathlib import Path

import pytest

from caytre.local import platform as platform_module
from caytre.local.failures import SetupError
from caytre.local.kafka import Kafka
from caytre.local.platform import Platform
from caytre.local.postgres import Postgres, socket_folder


def test_the_socket_fits_wherever_the_folder_is(tmp_path: Path) -> None:
    for depth in range(0, 200, 7):
        folder = tmp_path / ("d" * depth) if depth else tmp_path
        path = socket_folder(folder) / ".s.PGSQL.65535.lock"
        assert len(os.fsencode(path)) <= 107
    assert socket_folder(Path("/srv/caytre")) == Path("/srv/caytre/socket")


def test_data_of_another_postgresql_are_refused(tmp_path: Path) -> None:
    postgres = Postgres(tmp_path, road="plain" if os.geteuid() else "namespace")
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(SetupError, match=r"belong to PostgreSQL 17, this is 18"):
        postgres.prepare()


def test_a_log_directory_of_another_kafka_or_cluster_is_refused(tmp_path: Path) -> None:
    kafka = Kafka(tmp_path, 1, 2)
    (tmp_path / "kafka").mkdir()
    (tmp_path / "kafka" / "meta.properties").write_text("cluster.id=somebody-elses\n")
    with pytest.raises(SetupError, match="belongs to another cluster"):
        kafka.require_own_data()
    (tmp_path / "kafka.version").write_text("3.9.0\n")
    with pytest.raises(SetupError, match=r"made by Kafka 3.9.0, this is 4.3.1"):
        kafka.require_own_data()


def test_the_cluster_id_is_made_once_and_is_no_option(tmp_path: Path) -> None:
    ids = {Kafka(tmp_path / str(number), 1, 2).cluster_id for number in range(200)}
    assert len(ids) == 200
    assert not any(one.startswith("-") for one in ids)
    assert Kafka(tmp_path / "0", 1, 2).cluster_id in ids


def test_a_full_disk_is_told_before_anything_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform_module, "LEAST_FREE", 1 << 62)
    with pytest.raises(SetupError, match=r"MiB free.*CAYTRE_HOME"):
        Platform(tmp_path).require_room()


def test_one_process_at_a_time_holds_the_platform(tmp_path: Path) -> None:
    with (
        Platform(tmp_path).locked(),
        pytest.raises(SetupError, match="Another process"),
        Platform(tmp_path).locked(),
    ):
        raise AssertionError("held twice")
