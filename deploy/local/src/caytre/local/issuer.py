"""The development issuer: access tokens in the form of RFC 9068 for the platform on this machine, and nowhere else."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from caytre.core.caller import ROLES
from caytre.core.ids import new_id
from caytre.local.failures import SetupError
from caytre.local.process import write_atomically

ISSUER = "https://issuer.caytre.local"
AUDIENCE = "caytre"
ALGORITHM = "Ed25519"  # RFC 9864; `EdDSA` is deprecated
LIFETIME = 8 * 3600


def _key_path(folder: Path) -> Path:
    return folder / "keys" / "issuer.pem"


def jwks_path(folder: Path) -> Path:
    """The public keys (RFC 7517) of the platform in `folder`."""
    return folder / "keys" / "jwks.json"


def _thumbprinted(pem: str) -> OKPKey:
    key = OKPKey.import_key(pem)
    return OKPKey.import_key(pem, {"kid": key.thumbprint(), "use": "sig", "alg": ALGORITHM})


def prepare(folder: Path) -> None:
    """Make the signing key and its public half at the first start."""
    path = _key_path(folder)
    if not path.exists():
        write_atomically(path, OKPKey.generate_key("Ed25519").as_pem(private=True).decode(), 0o600)
    key = _thumbprinted(path.read_text())
    public = KeySet([key]).as_dict(private=False)
    write_atomically(jwks_path(folder), json.dumps(public, indent=1))


def mint(
    folder: Path,
    *,
    subject: str,
    roles: Sequence[str],
    localities: Sequence[str] = (),
    countries: Sequence[str] = (),
    organisation: str | None = None,
    client_id: str = "caytre-cli",
    actor: str | None = None,
    lifetime: int = LIFETIME,
) -> str:
    """A signed token for `subject`, valid for `lifetime` seconds; `actor` is the officer behind a system (RFC 8693).

    Raises SetupError for a role that does not exist, or when the platform has no key yet.
    """
    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        raise SetupError(f"There is no role {', '.join(unknown)}. The roles are: {', '.join(ROLES)}.")
    try:
        key = _thumbprinted(_key_path(folder).read_text())
    except FileNotFoundError:
        raise SetupError(f"{folder} has no issuer yet: run `caytre up` first.") from None
    now = int(time.time())
    claims: dict[str, object] = {
        "iss": ISSUER,
        "sub": subject,
        "aud": AUDIENCE,
        "client_id": client_id,
        "iat": now,
        "exp": now + lifetime,
        "jti": str(new_id()),
        "roles": list(roles),
        "localities": list(localities),
        "countries": list(countries),
    }
    if organisation is not None:
        claims["organisation"] = organisation
    if actor is not None:
        claims["act"] = {"sub": actor}
    return jwt.encode({"alg": ALGORITHM, "typ": "at+jwt", "kid": key.kid}, claims, key, algorithms=[ALGORITHM])
