"""Who asks: the subject of a validated access token, with the roles and the scope that come with it."""

from __future__ import annotations

from dataclasses import dataclass, field

#: The roles of the platform (one table for tokens, policies and documentation).
ROLES = (
    "locality_officer",
    "locality_approver",
    "locality_chair",
    "ministry_officer",
    "ministry_approver",
    "consultee",
    "mission_officer",
    "organiser",
    "auditor",
    "operator",
    "integration",
)


@dataclass(frozen=True, slots=True)
class Caller:
    """`subject` acts; `actor` is the officer behind a system (RFC 8693 `act`), audited beside it."""

    subject: str
    client: str
    roles: frozenset[str] = frozenset()
    localities: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    organisation: str | None = None
    actor: str | None = None
    claims: dict[str, object] = field(default_factory=dict, compare=False, repr=False)

    @property
    def sees_everything(self) -> bool:
        """Ministry roles and auditors read every record whatever its sensitivity."""
        return bool(self.roles & {"ministry_officer", "ministry_approver", "auditor"})

    def has(self, *roles: str) -> bool:
        """Whether the caller has at least one of these roles."""
        return not self.roles.isdisjoint(roles)
