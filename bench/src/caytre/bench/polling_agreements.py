"""The agreements service with a relay that nobody wakes: it polls every 20 ms, as most outbox relays do."""

from caytre.agreements.main import main
from caytre.core.relaying import relay

POLL = 0.02


def install() -> None:
    """Take the wake away and fix the poll."""
    relay.SHORTEST_POLL = relay.LONGEST_POLL = POLL
    setattr(relay.Relay, "wake", lambda self: None)  # noqa: B010 - mypy refuses the assignment


if __name__ == "__main__":
    install()
    main()
