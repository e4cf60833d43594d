"""What several integration tests stand on: the small city of hotspots, and people signed in to it."""

from collections.abc import Callable

import pytest

from geo.domain.roles import OPERATOR, Actor, Role
from geo.services import accounts, sessions
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database
from tests import hotspots_city

_PASSWORD = "dong-song-7-xanh"

SignIn = Callable[[str, Role, tuple[str, ...]], Actor]


@pytest.fixture(scope="module")
def city(database: DatabaseUrls) -> hotspots_city.City:
    """The small city of hotspots, in the module's database."""
    return hotspots_city.fill(database.owner, incidents=6000)


@pytest.fixture(scope="module")
def sign_in(opened: Database) -> SignIn:
    """``sign_in(name, role, units)``: a new account's session, as the database honours it."""

    def signed_in(name: str, role: Role, units: tuple[str, ...]) -> Actor:
        accounts.add_account(opened, OPERATOR, name, role=role.value, unit_codes=units, password=_PASSWORD)
        token = sessions.sign_in(opened, name, _PASSWORD, "127.0.0.1")
        actor = sessions.actor_for_token(opened, token)
        assert actor is not None
        return actor

    return signed_in
