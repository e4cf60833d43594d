import hashlib
import struct

import pandas as pd

from geo.intake.numbering import numbers_of

_MASK = 2**64 - 1
_GOLDEN = 0x9E3779B97F4A7C15


def _mix(word: int) -> int:
    """SplitMix64 in whole numbers, as published."""
    word = (word + _GOLDEN) & _MASK
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _MASK
    return word ^ (word >> 31)


def _number(microseconds: int, lon: float, lat: float, category: str) -> str:
    digest = hashlib.blake2b(category.encode(), digest_size=8).digest()
    state = _GOLDEN
    steps = (round(lon * 1e7) & _MASK, round(lat * 1e7) & _MASK)
    for word in (microseconds, *steps, *struct.unpack("<Q", digest)):
        state = _mix(state ^ word)
    return f"auto-{state:016x}"


def test_splitmix_is_the_published_one() -> None:
    # First two outputs of SplitMix64 seeded with 0: the states are 0 and the golden gamma.
    assert _mix(0) == 0xE220A8397B1DCDAF
    assert _mix(_GOLDEN) == 0x6E789E6AA1B965F4


def test_numbers_follow_the_definition_and_count_equal_rows() -> None:
    times = pd.Series(pd.to_datetime(["2026-01-01 03:00"] * 3, utc=True)).astype("datetime64[us, UTC]")
    lon, lat = pd.Series([105.8, 105.8, -87.6]), pd.Series([21.0, 21.0, 41.8])
    made = numbers_of(times, lon, lat, pd.Series(["trộm cắp"] * 3))
    microseconds = 1_767_236_400_000_000
    here, there = (_number(microseconds, x, y, "trộm cắp") for x, y in [(105.8, 21.0), (-87.6, 41.8)])
    assert made.tolist() == [f"{here}-1", f"{here}-2", f"{there}-1"]
