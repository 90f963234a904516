"""Who listens where on this machine."""

import socket
from contextlib import closing

import psutil

from caytre.local.failures import SetupError

LOOPBACK = "127.0.0.1"


def is_open(port: int, timeout: float = 0.3) -> bool:
    """True when something accepts connections on this port of the loopback address."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=timeout):
            return True
    except OSError:
        return False


def holder(port: int) -> str | None:
    """Name and pid of the process that listens on the port, if the system lets us see it."""
    try:
        for connection in psutil.net_connections(kind="tcp"):
            local = connection.laddr
            if connection.status == psutil.CONN_LISTEN and local and local.port == port and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except (psutil.AccessDenied, psutil.NoSuchProcess):
        return None
    return None


def require_free(port: int, purpose: str, setting: str) -> None:
    """Raise SetupError, naming the holder and the setting to change, when the port cannot be listened on."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        # As servers do: a port whose last connections are still being forgotten is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            who = holder(port)
            by = f" by {who}" if who else ""
            raise SetupError(f"Port {port}, needed for {purpose}, is in use{by}. Choose another: {setting}") from None


def free_port() -> int:
    """A port that was free a moment ago, for platforms that need not keep theirs."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
