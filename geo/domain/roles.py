"""Who may do what. A page hides what a role may not do; the services and the database refuse it."""

from dataclasses import dataclass
from enum import StrEnum

from geo.domain.errors import ForbiddenError


class Role(StrEnum):
    """The five roles. A role says what; the scope (units) says where."""

    ADMIN = "admin"
    COMMANDER = "commander"
    PLANNER = "planner"
    BRIEFER = "briefer"
    WARD_OFFICER = "ward_officer"


class Permission(StrEnum):
    """What a service asks for before it acts."""

    VIEW = "view"
    VIEW_POINTS = "view_points"
    EDIT_COUNTS = "edit_counts"
    EDIT_INCIDENTS = "edit_incidents"
    IMPORT = "import"
    EXPORT = "export"
    PLAN = "plan"
    APPROVE = "approve"
    MANAGE_ACCOUNTS = "manage_accounts"
    READ_AUDIT = "read_audit"
    SET_TARGETS = "set_targets"


_P = Permission
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset({_P.VIEW, _P.IMPORT, _P.EXPORT, _P.MANAGE_ACCOUNTS, _P.READ_AUDIT, _P.SET_TARGETS}),
    Role.COMMANDER: frozenset(
        {_P.VIEW, _P.VIEW_POINTS, _P.EXPORT, _P.APPROVE, _P.READ_AUDIT, _P.SET_TARGETS}
    ),
    Role.PLANNER: frozenset({_P.VIEW, _P.EXPORT, _P.PLAN, _P.IMPORT}),
    Role.BRIEFER: frozenset({_P.VIEW, _P.EXPORT}),
    Role.WARD_OFFICER: frozenset({_P.VIEW, _P.VIEW_POINTS, _P.EDIT_COUNTS, _P.EDIT_INCIDENTS}),
}


@dataclass(frozen=True)
class Actor:
    """Who asks, for permission, scope, audit and cache keys.

    account_id : None for the operator of the machine (command line)
    role : what
    unit_codes : where, the roots of the scope; ``("*",)`` is everything
    session_token : the secret that the database checks row by row; None only for the operator
    """

    account_id: int | None
    name: str
    role: Role
    unit_codes: tuple[str, ...]
    session_token: str | None = None
    operator: bool = False

    @property
    def scope_key(self) -> str:
        """Key for caches: two actors with the same key see the same rows."""
        return "*" if self.operator or "*" in self.unit_codes else ",".join(sorted(self.unit_codes))

    def may(self, permission: Permission) -> bool:
        """Say whether the role grants `permission`; the operator of the machine has all of them."""
        return self.operator or permission in GRANTS[self.role]

    def require(self, permission: Permission) -> None:
        """Raise ForbiddenError unless the role grants `permission`."""
        if not self.may(permission):
            raise ForbiddenError("not_permitted", role=self.role.value, permission=permission.value)


OPERATOR = Actor(None, "operator", Role.ADMIN, ("*",), operator=True)
