"""Numbers of persons under an innocent header are found by their values, codes of places are not."""

import random
from pathlib import Path

import pandas as pd
import pytest

from geo.domain.errors import InputError
from geo.domain.kinds import Kind
from geo.intake.identity import holds_identity_numbers
from geo.intake.reading import read

_RANDOM = random.Random(5)


def _identity_number(first_place: int = 1) -> str:
    place, century, year = _RANDOM.randint(first_place, 96), _RANDOM.randint(0, 3), _RANDOM.randint(0, 99)
    return f"{place:03}{century}{year:02}{_RANDOM.randint(0, 999_999):06}"


def _mobile_number() -> str:
    return f"0{_RANDOM.choice('35789')}{_RANDOM.randint(0, 99_999_999):08}"


@pytest.mark.parametrize(
    "words",
    [
        [_identity_number() for _ in range(50)],
        [_identity_number(first_place=10)[1:] for _ in range(50)],
        [_mobile_number() for _ in range(50)],
        [f"+84 {number[1:4]} {number[4:]}" for number in (_mobile_number() for _ in range(50))],
        ["038201004417", "038304015229", "001199022031"],
        [*(_identity_number() for _ in range(60)), *(f"H{n}" for n in range(40))],
    ],
    ids=["identity", "zero lost", "mobile", "international", "few", "mixed"],
)
def test_numbers_of_persons_are_seen(words: list[str]) -> None:
    assert holds_identity_numbers(pd.Series(words, dtype="str"))


@pytest.mark.parametrize(
    "words",
    [
        [f"00{ward:03}{n:07}" for ward in range(100, 700, 50) for n in range(200)],
        [f"07{ward:03}{n:05}" for ward in range(200, 300) for n in range(1, 30)],
        [f"{year}{n:06}" for year in range(2015, 2026) for n in range(200)],
        [f"{year}{month:02}{n:05}" for year in range(2015, 2026) for month in range(1, 13) for n in range(9)],
        [f"{n:05}" for n in range(4, 700)],
        [f"Tổ {n}" for n in range(30)],
        ["038201004417", "001199022031"],
        [],
    ],
    ids=["ward and number", "ward and short number", "year", "month", "wards", "words", "two", "none"],
)
def test_codes_of_places_are_not(words: list[str]) -> None:
    assert not holds_identity_numbers(pd.Series(words, dtype="str"))


def test_a_file_with_identity_numbers_as_codes_is_refused_without_showing_one(tmp_path: Path) -> None:
    numbers = [_identity_number() for _ in range(30)]
    path = tmp_path / "ho.csv"
    path.write_text(
        "Mã hộ,Kinh độ,Vĩ độ,Thường trú\n" + "".join(f"{number},106.6,17.5,4\n" for number in numbers),
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        read(path, Kind.HOUSEHOLDS)
    assert caught.value.code == "identity_numbers"
    assert "Mã hộ" in caught.value.message("vi")
    assert not any(number in caught.value.message(lang) for number in numbers for lang in ("vi", "en"))
