"""The one permission map: which roles hold which right."""

from accounts.models.workspace import Role

_ALL = frozenset(Role)
_TEAM = frozenset({Role.OWNER, Role.ADMIN, Role.ANALYST, Role.VIEWER})
_WRITERS = frozenset({Role.OWNER, Role.ADMIN, Role.ANALYST})
_ADMINS = frozenset({Role.OWNER, Role.ADMIN})

PERMISSIONS: dict[str, frozenset[Role]] = {
    "workspace.view": _ALL,
    "workspace.change": _ADMINS,
    "members.view": _TEAM,
    "members.change": _ADMINS,
    "tokens.manage": _WRITERS,
    "audit.view": _ADMINS,
    "jobs.view": _TEAM,
    "jobs.cancel": _WRITERS,
    "intake.view": _TEAM,
    "intake.change": _WRITERS,
    "data.view": _TEAM,
    "data.change": _WRITERS,
    "sources.manage": _WRITERS,
    "personal.view": _WRITERS,
    "customers.change": _WRITERS,
    "customers.erase": _ADMINS,
    "segments.view": _TEAM,
    "segments.change": _WRITERS,
    "segments.export": _WRITERS,
    "icps.view": _TEAM,
    "icps.change": _WRITERS,
    "plan.view": _TEAM,
    "plan.change": _WRITERS,
    "rounds.run": _WRITERS,
    "rounds.grade": _ALL,
}

_ORDER = [Role.GRADER, Role.VIEWER, Role.ANALYST, Role.ADMIN, Role.OWNER]


def reaches(own: str, other: str) -> bool:
    """Whether the role `own` may hand out, change or take away the role `other`: nobody reaches above the own one."""
    return _ORDER.index(Role(own)) >= _ORDER.index(Role(other))


def roles_up_to(own: str) -> list[Role]:
    """The roles somebody may hand out, the least first."""
    return [role for role in _ORDER if reaches(own, role)]
