"""Who may do what: one table per service, default deny, pure and therefore exhaustively testable.

An operation is `<kind>.<verb>`. What is not in the table is allowed to nobody. Visibility is the same as the
row-level security policy of the database: a restricted record exists only for those it concerns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from caytre.contracts.message import State, is_restricted
from caytre.core.caller import ROLES, Caller
from caytre.core.refusals import Forbidden, NotFound

#: What the record has to do with the caller: `own` = a locality in common, `consulted` = the caller's organisation is
#: asked, `country` = the caller's mission serves a country of the record, `ministry` = the caller is the ministry.
Scope = Literal["any", "own", "consulted", "country", "ministry"]
MINISTRY = ("ministry_officer", "ministry_approver")


@dataclass(frozen=True, slots=True)
class Rule:
    """Any of `roles` may, on visible records that are in `scope`. Raises ValueError for a role nobody can have."""

    roles: frozenset[str]
    scope: Scope

    def __init__(self, *roles: str, scope: Scope = "any") -> None:
        unknown = set(roles) - set(ROLES)
        if unknown or not roles:
            raise ValueError(f"no such role: {sorted(unknown)}")
        object.__setattr__(self, "roles", frozenset(roles))
        object.__setattr__(self, "scope", scope)

    def allows(self, caller: Caller, state: State) -> bool:
        """Whether this rule lets the caller act on the record."""
        return not self.roles.isdisjoint(caller.roles) and _in_scope(self.scope, caller, state)


def _in_scope(scope: Scope, caller: Caller, state: State) -> bool:
    match scope:
        case "any":
            return True
        case "own":
            return not caller.localities.isdisjoint(state.localities)
        case "consulted":
            return caller.organisation is not None and caller.organisation in consultees_of(state)
        case "country":
            return not caller.countries.isdisjoint(countries_of(state))
        case "ministry":
            return caller.has(*MINISTRY)


def consultees_of(state: State) -> Sequence[str]:
    """The organisations that are consulted about the record and may therefore read it."""
    consultees: Sequence[str] = getattr(state, "consultees", ())
    return consultees


def countries_of(state: State) -> Sequence[str]:
    """The foreign countries of the record, whose missions may therefore read it."""
    countries: Sequence[str] = getattr(state, "countries", ())
    return countries


def visible(caller: Caller, state: State) -> bool:
    """Whether the caller may know of the record at all; the same predicate as the database's policy."""
    return (
        (not is_restricted(state.sensitivity) and not state.PRIVATE)
        or caller.sees_everything
        or not caller.localities.isdisjoint(state.localities)
        or (caller.organisation is not None and caller.organisation in consultees_of(state))
        or (caller.has("mission_officer") and not caller.countries.isdisjoint(countries_of(state)))
    )


class Policy:
    """The table of one service: `Policy({"agreement.sign": Rule("locality_chair", scope="own"), ...})`."""

    def __init__(self, rules: Mapping[str, Rule | Sequence[Rule]]) -> None:
        self._rules = {operation: (r,) if isinstance(r, Rule) else tuple(r) for operation, r in rules.items()}

    def __contains__(self, operation: object) -> bool:
        return operation in self._rules

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def require(self, operation: str, caller: Caller) -> None:
        """Raises Forbidden unless one of the caller's roles has the operation on some record."""
        if not any(rule.roles & caller.roles for rule in self._rules.get(operation, ())):
            raise Forbidden(operation=operation)

    def permit(self, operation: str, caller: Caller) -> Callable[[State], None]:
        """A check for one record: raises NotFound (may not know of it) or Forbidden (may know, may not do)."""

        def check(state: State) -> None:
            if not visible(caller, state):
                raise NotFound(kind=operation.partition(".")[0], id=state.id)
            if not any(rule.allows(caller, state) for rule in self._rules.get(operation, ())):
                raise Forbidden(operation=operation)

        return check

    def allowed(self, operation: str, caller: Caller, state: State) -> bool:
        """Whether the caller may; for lists of what a person can do next."""
        return visible(caller, state) and any(r.allows(caller, state) for r in self._rules.get(operation, ()))

    def visible(self, caller: Caller, state: State) -> bool:
        """Whether the caller may know of the record at all."""
        return visible(caller, state)

    def table(self) -> str:
        """The table as Markdown, for the documentation."""
        lines = ["| operation | role | on which records |", "|---|---|---|"]
        for operation in sorted(self._rules):
            for rule in self._rules[operation]:
                lines += [f"| `{operation}` | {role} | {rule.scope} |" for role in ROLES if role in rule.roles]
        return "\n".join(lines) + "\n"
