"""What this service does when it or others speak, one thing per file."""

from caytre.delegations.consumers import conflicts, following, partners, plans, signing, suggesting, time
from caytre.delegations.consumers.listening import consumers

__all__ = ["conflicts", "consumers", "following", "partners", "plans", "signing", "suggesting", "time"]
