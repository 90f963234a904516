"""Where things lie: data in the checkout or CAYTRE_HOME, downloads in the user's cache."""

import os
from pathlib import Path

from caytre.local.failures import SetupError


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
