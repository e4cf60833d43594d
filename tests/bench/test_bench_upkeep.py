"""Fifty people save the same beat at once, two hundred times: one winner, forty-nine told, nothing lost."""

from datetime import date

from pytest_benchmark.fixture import BenchmarkFixture

from geo.demo.parameters import CityParameters
from geo.domain.roles import Role
from geo.services import demo
from geo.services.upkeep_counts import beats
from geo.store.engine import Database
from tests.integration.conftest import SignIn, sign_in
from tests.integration.test_upkeep_counts import race

__all__ = ["sign_in"]
TODAY = date(2026, 6, 1)
ROUNDS = 200


def test_two_hundred_rounds(opened: Database, sign_in: SignIn, benchmark: BenchmarkFixture) -> None:
    demo.load(opened, CityParameters(today=TODAY, wards=2, households=2_400, incidents=200), 3)
    officers = tuple(sign_in(f"can-bo-{i}", Role.WARD_OFFICER, ("99001",)) for i in range(5))
    beat = beats(opened, officers[0], TODAY)[0].code
    rounds = iter(range(ROUNDS))
    benchmark.pedantic(
        lambda: race(opened, officers, beat, next(rounds)), rounds=ROUNDS, iterations=1, warmup_rounds=0
    )
