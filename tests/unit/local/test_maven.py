"""Locks of jars, mirrors and proxies, and files that are not what was locked."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from caytre.local import kafka, maven, zipkin
from caytre.local.failures import SetupError
from caytre.local.maven import MIRROR_SETTING, Source, fetch, read_lock, read_settings

CONTENT = b"a jar, as far as this test goes"


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Write nothing."""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "repository"
    (folder / "org/example/thing/1.0").mkdir(parents=True)
    (folder / "org/example/thing/1.0/thing-1.0.jar").write_bytes(CONTENT)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv(MIRROR_SETTING, f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setenv("M2_REPO", str(tmp_path / "empty"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield folder
    server.shutdown()
    server.server_close()


def _lock(folder: Path, digest: str, version: str = "1.0") -> Path:
    path = folder / "things.lock"
    path.write_text(f"org.example:thing:{version}:jar {digest}\n")
    return path


def test_the_locks_name_every_file_with_its_digest() -> None:
    jars = read_lock(kafka.LOCK)
    assert len(jars) == 46
    assert {len(jar.sha256) for jar in jars} == {64}
    assert [str(jar) for jar in read_lock(zipkin.LOCK)] == ["io.zipkin:zipkin-server:3.6.1:jar:slim"]
    assert read_lock(zipkin.LOCK)[0].filename == "zipkin-server-3.6.1-slim.jar"


def test_a_file_is_brought_once_and_again_when_it_was_damaged(tmp_path: Path, repository: Path) -> None:
    lock = _lock(tmp_path, hashlib.sha256(CONTENT).hexdigest())
    (path,) = fetch(lock, tmp_path / "cache")
    assert path.read_bytes() == CONTENT
    path.write_bytes(b"damaged")
    assert fetch(lock, tmp_path / "cache")[0].read_bytes() == CONTENT
    (repository / "org/example/thing/1.0/thing-1.0.jar").unlink()
    assert fetch(lock, tmp_path / "cache") == [path]


@pytest.mark.usefixtures("repository")
def test_another_file_than_the_locked_one_is_refused_and_not_kept(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"org.example:thing:1.0:jar has SHA-256 .* is locked"):
        fetch(_lock(tmp_path, "0" * 64), tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.usefixtures("repository")
def test_a_missing_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=rf"Download of org.example:thing:2.0:jar failed.*{MIRROR_SETTING}"):
        fetch(_lock(tmp_path, "0" * 64, version="2.0"), tmp_path / "cache")


def test_a_copy_in_the_local_repository_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own/org/example/thing/1.0"
    own.mkdir(parents=True)
    (own / "thing-1.0.jar").write_bytes(CONTENT)
    monkeypatch.setenv("M2_REPO", str(tmp_path / "own"))
    monkeypatch.setenv(MIRROR_SETTING, "http://127.0.0.1:9/")
    (path,) = fetch(_lock(tmp_path, hashlib.sha256(CONTENT).hexdigest()), tmp_path / "cache")
    assert path.read_bytes() == CONTENT


def test_mirror_and_proxy_come_from_the_users_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MIRROR_SETTING, raising=False)
    path = tmp_path / "settings.xml"
    path.write_text(
        """<settings xmlns="http://maven.apache.org/SETTINGS/1.0.0">
        <mirrors>
          <mirror><id>blocked</id><mirrorOf>external:http:*</mirrorOf><url>http://0.0.0.0/</url></mirror>
          <mirror><id>house</id><mirrorOf>*,!other</mirrorOf><url>https://maven.example.org/all/</url></mirror>
        </mirrors>
        <servers><server><id>house</id><username>reader</username><password>p@ss</password></server></servers>
        <proxies><proxy><host>proxy.example.org</host><port>3128</port><nonProxyHosts>*.example.net|localhost</nonProxyHosts>
        </proxy></proxies></settings>"""
    )
    found = read_settings((tmp_path / "absent.xml", path))
    assert found == Source(
        "https://reader:p%40ss@maven.example.org/all", "http://proxy.example.org:3128", ".example.net,localhost"
    )
    monkeypatch.setenv(MIRROR_SETTING, "https://nearer.example.org")
    assert read_settings((path,)).mirror == "https://nearer.example.org"
    assert maven.read_settings((tmp_path / "absent.xml",)) == Source("https://nearer.example.org")
