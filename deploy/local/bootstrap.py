"""Set up `.venv` on a machine that has Python 3.11 or newer and nothing else. Standard library only.

Run by `make`; does nothing when neither the lock nor a member's pyproject.toml has changed. pip's own settings are
honoured: pip itself reads them, and uv is told them through its environment.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

UV = "uv==0.13.6"
BACKEND = "uv_build==0.13.6"
ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "caytre-stamp"
PYTHON = ENVIRONMENT / "bin" / "python"


class Failure(Exception):
    """The environment cannot be made; the text says why and what to do."""


def members() -> list[Path]:
    """The workspace's packages."""
    found = [ROOT / "shared", *sorted((ROOT / "services").iterdir()), ROOT / "deploy" / "local", ROOT / "bench"]
    return [folder for folder in found if (folder / "pyproject.toml").exists()]


def stamp() -> str:
    """A digest of all that the environment is made from."""
    digest = hashlib.sha256(f"{UV} {BACKEND} {sys.version_info[:2]} {ROOT}".encode())
    for path in (ROOT / "requirements.lock", *(folder / "pyproject.toml" for folder in members())):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def run(purpose: str, command: list[str], environment: dict[str, str] | None = None) -> None:
    """Run one step. Raises Failure naming it."""
    print(f"setup: {purpose}", flush=True)
    try:
        subprocess.run(command, check=True, env=environment, cwd=ROOT)
    except subprocess.CalledProcessError as error:
        raise Failure(
            f"{purpose} failed (exit code {error.returncode}); what was missing stands above. "
            "Try again with the same command; a mirror or proxy is taken from pip's settings (pip.conf, PIP_INDEX_URL)."
        ) from error


def make_environment() -> None:
    """Make `.venv` with pip, or keep the one that is there."""
    if PYTHON.exists() and subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return
    if importlib.util.find_spec("ensurepip") is None:
        raise Failure("This Python has no `venv` with pip. On Debian and Ubuntu: apt install python3-venv")
    run("environment in .venv", [sys.executable, "-m", "venv", str(ENVIRONMENT)])


def pip_settings() -> dict[str, str]:
    """pip's settings by their last name, environment over file over default."""
    listed = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    found = {}
    for line in listed.stdout.splitlines():
        name, _, value = line.partition("=")
        section, _, key = name.partition(".")
        if section in {"global", "install", ":env:"}:
            found[key] = value.strip("'\"")
    return found


def uv_environment() -> dict[str, str]:
    """uv's environment, with pip's index, mirrors, certificates and wheels where uv has none of its own."""
    settings = pip_settings()
    told = {"VIRTUAL_ENV": str(ENVIRONMENT), "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
        "trusted-host": "UV_INSECURE_HOST",
        "default-timeout": "UV_HTTP_TIMEOUT",
        "timeout": "UV_HTTP_TIMEOUT",
    }
    for key, name in names.items():
        if settings.get(key):
            told[name] = " ".join(settings[key].replace("\\n", " ").split())
    if settings.get("no-index") in {"1", "true", "yes", "on"}:
        told["UV_NO_INDEX"] = "1"
    if settings.get("proxy"):
        told |= {"HTTPS_PROXY": settings["proxy"], "HTTP_PROXY": settings["proxy"]}
    return {**told, **os.environ, "VIRTUAL_ENV": str(ENVIRONMENT)}


def main() -> None:
    """Bring the environment to what the lock says."""
    if sys.version_info < (3, 11):  # noqa: UP036 - run by whatever Python the machine has
        raise Failure(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}. Name another: make PYTHON=…")
    wanted = stamp()
    if STAMP.exists() and STAMP.read_text() == wanted and PYTHON.exists():
        return
    make_environment()
    environment = uv_environment()
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(f"{UV} and {BACKEND}", [*pip, UV, BACKEND])
    uv = [str(ENVIRONMENT / "bin" / "uv"), "pip"]
    quiet = ["--quiet", "--python", str(PYTHON)]
    run("packages of requirements.lock", [*uv, "sync", *quiet, "--require-hashes", "requirements.lock"], environment)
    run(BACKEND, [*uv, "install", *quiet, BACKEND], environment)
    editable = [part for folder in members() for part in ("--editable", str(folder))]
    run("this project", [*uv, "install", *quiet, "--no-deps", "--no-build-isolation", *editable], environment)
    STAMP.write_text(wanted)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"error: {failure}")
