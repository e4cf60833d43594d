"""Who may do what, written out a second time so that a change is seen."""

import pytest

from geo.domain.errors import ForbiddenError
from geo.domain.roles import GRANTS, OPERATOR, Actor, Permission, Role


def actor(role: Role, *units: str) -> Actor:
    return Actor(1, "x", role, units or ("*",), "token")


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (Permission.VIEW, set(Role)),
        (Permission.VIEW_POINTS, {Role.COMMANDER, Role.WARD_OFFICER}),
        (Permission.IMPORT, {Role.ADMIN, Role.PLANNER}),
        (Permission.EXPORT, {Role.ADMIN, Role.COMMANDER, Role.PLANNER, Role.BRIEFER}),
        (Permission.APPROVE, {Role.COMMANDER}),
        (Permission.PLAN, {Role.PLANNER}),
        (Permission.EDIT_COUNTS, {Role.WARD_OFFICER}),
        (Permission.EDIT_INCIDENTS, {Role.WARD_OFFICER}),
        (Permission.MANAGE_ACCOUNTS, {Role.ADMIN}),
        (Permission.READ_AUDIT, {Role.ADMIN, Role.COMMANDER}),
    ],
)
def test_grants(permission: Permission, roles: set[Role]) -> None:
    assert {role for role in Role if permission in GRANTS[role]} == roles


def test_a_planner_does_not_approve_the_own_plan() -> None:
    with pytest.raises(ForbiddenError) as refused:
        actor(Role.PLANNER).require(Permission.APPROVE)
    assert refused.value.params == {"role": "planner", "permission": "approve"}


def test_the_operator_may_everything() -> None:
    assert all(OPERATOR.may(permission) for permission in Permission)


def test_caches_are_shared_only_by_those_who_see_the_same() -> None:
    assert actor(Role.BRIEFER, "2", "1").scope_key == actor(Role.PLANNER, "1", "2").scope_key
    assert actor(Role.BRIEFER, "1").scope_key != actor(Role.BRIEFER, "1", "2").scope_key
    assert actor(Role.BRIEFER).scope_key == OPERATOR.scope_key
