"""Numbers as they are read."""

import pytest

from geo.domain.numerals import counted


@pytest.mark.parametrize(
    ("value", "said"),
    [(1, "1\u00a0block"), (0, "0\u00a0blocks"), (2, "2\u00a0blocks"), (1200, "1,200\u00a0blocks")],
)
def test_one_of_a_thing_is_said_without_its_s(value: int, said: str) -> None:
    assert "{n:block|blocks}".format(n=counted(value, "en")) == said


def test_without_words_a_count_is_a_number() -> None:
    assert "{n} tổ".format(n=counted(1200, "vi")) == "1.200 tổ"
