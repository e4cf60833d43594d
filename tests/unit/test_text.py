import unicodedata

import pytest

from geo.domain.text import fold, fold_all, nfc


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Hòa Bình", "Hoà Bình"),
        ("Thủy", "Thuỷ"),
        ("Đồng Hới", "Ðồng Hới"),  # the second begins with eth
        ("ĐỐNG ĐA", "Đống Đa"),
        ("Ô Chợ Dừa", unicodedata.normalize("NFD", "Ô Chợ Dừa")),
        ("Ba\u00a0Đình", " Ba  Đình "),
    ],
)
def test_two_ways_to_write_a_name_share_a_search_key(left: str, right: str) -> None:
    assert fold(left) == fold(right)


def test_fold_keeps_letters_apart_from_marks() -> None:
    assert fold("Ô Chợ Dừa") == "o cho dua"
    assert fold("Ngọc Hà") != fold("Ngọc Hồi")


def test_nfc_composes_and_tidies_spaces_but_keeps_marks_and_case() -> None:
    assert nfc(unicodedata.normalize("NFD", "  Hoà\u00a0 Bình ")) == "Hoà Bình"


def test_fold_all_keeps_order() -> None:
    assert fold_all(["Đà Nẵng", "Hà Nội", "Đà Nẵng"]) == ["da nang", "ha noi", "da nang"]
