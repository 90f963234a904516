"""Where things lie: data in the checkout or CAYTRE_HOME, downloads in the user's cache; who may look at them."""

import os
import re
import stat
from pathlib import Path

from caytre.local.failures import SetupError

#: In the ordinary platform's folder: the name of the rehearsal that commands mean.
_ACTIVE = "active-rehearsal"


def make_private(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for its owner alone; what is there stays as it is."""
    for each in (*reversed(folder.parents), folder):
        if not each.exists():
            each.mkdir(mode=0o700, exist_ok=True)


def keep_private(folder: Path) -> None:
    """Make one of our own folders, or close it if it can be entered by others."""
    make_private(folder)
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        folder.chmod(0o700)


def private(path: str, flags: int) -> int:
    """For `open(..., opener=private)`: a file that its owner alone reads and writes, also if it was there before."""
    descriptor = os.open(path, flags, 0o600)
    os.fchmod(descriptor, 0o600)
    return descriptor


def cache_folder() -> Path:
    """Downloads shared by all platforms of this user: CAYTRE_CACHE, else `caytre` in the user's cache folder."""
    given = os.environ.get("CAYTRE_CACHE")
    if given:
        return Path(given).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "caytre"


def checkout() -> Path:
    """The checkout this package was installed from. Raises SetupError when it was installed otherwise."""
    for folder in Path(__file__).resolve().parents:
        if (folder / "requirements.lock").exists() and (folder / "deploy").is_dir():
            return folder
    raise SetupError("Caytre does not run from a checkout here: name a folder for its data by CAYTRE_HOME.")


def home_folder() -> Path:
    """The platform's data: CAYTRE_HOME, else `.caytre` in the checkout."""
    given = os.environ.get("CAYTRE_HOME")
    return Path(given).expanduser().resolve() if given else checkout() / ".caytre"


def rehearsal_folder(name: str) -> Path:
    """The data of the rehearsal of this name. Raises SetupError for a name that is none."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,30}", name):
        raise SetupError(f"{name!r} names no rehearsal: small letters, digits and hyphens, at most 31.")
    return home_folder() / "rehearsals" / name


def active_folder() -> Path:
    """The platform that was started last: the ordinary one, or a rehearsal."""
    home = home_folder()
    try:
        name = (home / _ACTIVE).read_text()
    except FileNotFoundError:
        return home
    return rehearsal_folder(name)


def activate(folder: Path) -> None:
    """Let commands without a folder of their own mean this platform."""
    home = home_folder()
    home.mkdir(parents=True, exist_ok=True)
    if folder == home:
        (home / _ACTIVE).unlink(missing_ok=True)
    else:
        (home / _ACTIVE).write_text(folder.name)
