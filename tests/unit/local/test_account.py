"""Where PostgreSQL keeps the data of a platform that root runs without user namespaces."""

from pathlib import Path

from caytre.local import account


def test_a_new_checkout_at_an_old_path_never_gets_the_old_ones_folder() -> None:
    homes = {account._new_home(Path("/srv/caytre/.caytre")) for _ in range(20)}
    assert len(homes) == 20


def test_the_socket_in_it_fits_the_bound_of_the_system() -> None:
    # 107 bytes is what a Unix socket's address holds.
    assert len(str(account._new_home(Path("/x" * 300)) / "socket" / ".s.PGSQL.5432")) <= 107
