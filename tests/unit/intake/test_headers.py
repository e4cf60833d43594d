import pytest

from geo.domain.errors import InputError
from geo.domain.frames import CONTRACTS
from geo.domain.kinds import Kind
from geo.intake.columns import match
from geo.intake.headers import AMBIGUOUS, FIELDS, header_key


@pytest.mark.parametrize("kind", Kind)
def test_one_spelling_never_means_two_fields(kind: Kind) -> None:
    seen: dict[str, str] = {}
    for field, names in FIELDS[kind].items():
        for key in set(map(header_key, names)):
            other = seen.setdefault(key, field)
            # what is a block's name where it has no other
            shared = (other, field) == ("name", "neighbourhood") and key in map(header_key, AMBIGUOUS)
            assert other == field or shared, key


@pytest.mark.parametrize("kind", Kind)
def test_every_field_of_the_contract_can_be_found_by_its_own_name(kind: Kind) -> None:
    assert set(FIELDS[kind]) == set(CONTRACTS[kind].columns)
    found = match(list(CONTRACTS[kind].columns), kind, {}).fields
    assert found == {name: name for name in CONTRACTS[kind].columns}


def test_vietnamese_headers_are_found_in_any_dress() -> None:
    found = match(["MA_HO", "Kinh độ", "viDo", "THƯỜNG TRÚ", "tam_tru", "Chủ hộ"], Kind.HOUSEHOLDS, {})
    assert found.fields == {
        "code": "MA_HO",
        "lon": "Kinh độ",
        "lat": "viDo",
        "permanent": "THƯỜNG TRÚ",
        "temporary": "tam_tru",
    }
    assert found.dropped == ("Chủ hộ",)


def test_a_named_column_wins_and_is_found_by_spelling_too() -> None:
    assert match(["code", "So Nha"], Kind.HOUSEHOLDS, {"code": "số nhà"}).fields["code"] == "So Nha"


def test_an_officers_name_is_read_and_a_residents_is_not() -> None:
    assert match(["Số hiệu", "Họ tên", "SĐT"], Kind.OFFICERS, {}).fields["display_name"] == "Họ tên"
    assert match(["Số hiệu", "Họ tên", "SĐT"], Kind.OFFICERS, {}).dropped == ("SĐT",)


@pytest.mark.parametrize(
    ("headers", "named", "code"),
    [
        (["a", "a"], {}, "duplicate_header"),
        (["a"], {"nothing": "a"}, "unknown_field"),
        (["a"], {"code": "b"}, "unknown_header"),
        (["CCCD"], {"code": "CCCD"}, "person_column_named"),
    ],
)
def test_wrong_naming_is_refused(headers: list[str], named: dict[str, str], code: str) -> None:
    with pytest.raises(InputError) as caught:
        match(headers, Kind.HOUSEHOLDS, named)
    assert caught.value.code == code


def test_a_khu_pho_is_the_name_of_a_block_or_that_of_the_part_it_belongs_to() -> None:
    parts = match(["Mã tổ", "Tên tổ", "Khu phố"], Kind.BLOCKS, {})
    assert parts.fields == {"code": "Mã tổ", "name": "Tên tổ", "neighbourhood": "Khu phố"}
    alone = match(["Mã khu phố", "Khu phố"], Kind.BLOCKS, {})
    assert alone.fields == {"code": "Mã khu phố", "name": "Khu phố"}
    english = match(["code", "name", "Neighborhood"], Kind.BLOCKS, {})
    assert english.fields["neighbourhood"] == "Neighborhood"
