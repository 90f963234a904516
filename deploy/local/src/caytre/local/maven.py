"""Jars from a Maven repository: a lock of coordinates and SHA-256, fetched in parallel, checked before use."""

import hashlib
import os
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from caytre.local.failures import SetupError

MIRROR_SETTING = "CAYTRE_MAVEN_MIRROR"
_SETTINGS = (Path("~/.m2/settings.xml"), Path("/etc/maven/settings.xml"))

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file of a lock: Maven coordinates and the SHA-256 of its content."""

    group: str
    name: str
    version: str
    packaging: str
    classifier: str
    sha256: str

    @property
    def filename(self) -> str:
        """The file's name in a Maven repository."""
        classifier = f"-{self.classifier}" if self.classifier else ""
        return f"{self.name}-{self.version}{classifier}.{self.packaging}"

    def __str__(self) -> str:
        return ":".join(filter(None, (self.group, self.name, self.version, self.packaging, self.classifier)))


def read_lock(path: Path) -> list[Artifact]:
    """The artifacts of a lock file whose lines are `group:name:version:packaging[:classifier] sha256`."""
    artifacts = []
    for line in path.read_text().splitlines():
        coordinates, sha256 = line.split()
        group, name, version, packaging, *classifier = coordinates.split(":")
        artifacts.append(Artifact(group, name, version, packaging, "".join(classifier), sha256))
    return artifacts


@dataclass(frozen=True, slots=True)
class Source:
    """Where artifacts come from: a mirror's address or the library's own default, and a proxy for it."""

    mirror: str | None = None
    proxy: str | None = None
    no_proxy: str | None = None


def _text(element: ElementTree.Element, tag: str) -> str:
    found = element.find(f"{{*}}{tag}")
    return (found.text or "").strip() if found is not None else ""


def _with_login(url: str, user: str, password: str) -> str:
    if not user:
        return url
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{parts.netloc}"))


def read_settings(paths: tuple[Path, ...] = _SETTINGS) -> Source:
    """Mirror and proxy that the user's Maven settings name for the central repository.

    Source: https://maven.apache.org/settings.html (mirrors, servers, proxies).
    """
    mirror = proxy = no_proxy = None
    for path in paths:
        try:
            root = ElementTree.parse(path.expanduser()).getroot()  # noqa: S314 - the user's own settings
        except (FileNotFoundError, PermissionError):
            continue
        except ElementTree.ParseError as error:
            raise SetupError(f"{path} is not well-formed XML: {error}") from error
        servers = {_text(server, "id"): server for server in root.iterfind("{*}servers/{*}server")}
        for entry in root.iterfind("{*}mirrors/{*}mirror"):
            patterns = {pattern.strip() for pattern in _text(entry, "mirrorOf").split(",")}
            if mirror is None and patterns & {"*", "external:*", "central"} and "!central" not in patterns:
                server = servers.get(_text(entry, "id"))
                login = (_text(server, "username"), _text(server, "password")) if server is not None else ("", "")
                mirror = _with_login(_text(entry, "url").rstrip("/"), *login)
        for entry in root.iterfind("{*}proxies/{*}proxy"):
            if proxy is None and _text(entry, "active") != "false":
                address = f"http://{_text(entry, 'host')}:{_text(entry, 'port') or '8080'}"
                proxy = _with_login(address, _text(entry, "username"), _text(entry, "password"))
                no_proxy = _text(entry, "nonProxyHosts").replace("|", ",").replace("*.", ".") or None
    return Source(os.environ.get(MIRROR_SETTING, "").rstrip("/") or mirror, proxy, no_proxy)


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _local_copy(artifact: Artifact) -> Path:
    repository = Path(os.environ.get("M2_REPO", "~/.m2/repository")).expanduser()
    return repository.joinpath(*artifact.group.split("."), artifact.name, artifact.version, artifact.filename)


def _fetch(artifact: Artifact, folder: Path, source: Source) -> Path:
    target = folder / artifact.filename
    if _digest(target) == artifact.sha256:
        return target
    again = f"Try again; another repository can be named with {MIRROR_SETTING}=<address> or in ~/.m2/settings.xml."
    with tempfile.TemporaryDirectory(dir=folder, prefix=".download-") as temporary:
        own = _local_copy(artifact)
        if _digest(own) == artifact.sha256:
            part = Path(temporary) / artifact.filename
            part.write_bytes(own.read_bytes())
        else:
            # Loaded here, because all else would wait for it and it is needed once on a machine.
            from jgo.maven import MavenContext

            remote = {"mirror": source.mirror} if source.mirror else None
            context = MavenContext(repo_cache=Path(temporary), remote_repos=remote, timeout=60)
            component = context.project(artifact.group, artifact.name).at_version(artifact.version)
            try:
                part = component.artifact(artifact.classifier, artifact.packaging).resolve()
            except (OSError, RuntimeError) as error:  # requests' errors are OSErrors
                raise SetupError(f"Download of {artifact} failed: {error}. {again}") from error
            found = _digest(part)
            if found != artifact.sha256:
                raise SetupError(
                    f"{artifact} has SHA-256 {found}, but {artifact.sha256} is locked: "
                    f"what the repository sent is not what this version was tested with. {again}"
                )
        part.replace(target)
    return target


def fetch(lock: Path, folder: Path, progress: Progress | None = None) -> list[Path]:
    """Bring every artifact of the lock into `folder` and return their paths; what is there and right is kept.

    Raises SetupError naming the artifact when one cannot be had or is not the one that was locked.
    """
    artifacts = read_lock(lock)
    folder.mkdir(parents=True, exist_ok=True)
    source = read_settings()
    if source.proxy and not {"https_proxy", "HTTPS_PROXY"} & os.environ.keys():
        os.environ["HTTPS_PROXY"] = os.environ["HTTP_PROXY"] = source.proxy
        if source.no_proxy:
            os.environ["NO_PROXY"] = source.no_proxy
    paths = []
    with ThreadPoolExecutor(max_workers=8) as pool:
        for done, path in enumerate(pool.map(lambda artifact: _fetch(artifact, folder, source), artifacts), start=1):
            paths.append(path)
            if progress is not None:
                progress(path.name, done, len(artifacts))
    return paths
