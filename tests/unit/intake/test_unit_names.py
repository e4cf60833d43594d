"""What words mean among a few units, and among all wards of Vietnam before and after 1 July 2025."""

import csv
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.intake.former_wards import districts_and_provinces, former_wards, that_became
from geo.intake.unit_names import Directory, Meaning, Unit, Written, number_of, spelled

MERGED = dt.date(2025, 7, 1)
QT = ("Tỉnh Quảng Trị",)
DONG_HOI = Unit("18880", ("Phường Đồng Hới", "Đồng Hới"), QT, ("18880",))
UNITS = (
    DONG_HOI,
    Unit("18859", ("Phường Đồng Thuận", "Đồng Thuận"), QT, ("18859",)),
    Unit("00123", ("Phường Xuân", "Xuân"), QT, ("00123",)),
    Unit("00130", ("Phường Xa La", "Xa La"), QT, ("00130",)),
    Unit("25001", ("Phường 1", "1"), QT, ("25001",)),
    Unit("25010", ("Phường 10", "10"), QT, ("25010",)),
    Unit("30001", ("Phường Hoà Bình", "Hoà Bình"), QT, ("30001",)),
    Unit("30002", ("Xã Hoà Bình", "Hoà Bình"), QT, ("30002",)),
    Unit("30003", ("Xã Hoa Binh", "Hoa Binh"), QT, ("30003",)),
    Unit("40001", ("Xã Tân Lập", "Tân Lập"), ("Huyện Đông", "Tỉnh Quảng Trị"), ("40001",)),
    Unit("40002", ("Xã Tân Lập", "Tân Lập"), ("Huyện Tây", "Tỉnh Quảng Trị"), ("40002",)),
    Unit("50001", ("Đặc khu Côn Đảo", "Côn Đảo"), QT, ("50001",)),
    Unit("18889", ("Xã Bảo Ninh",), ("Thành phố Đồng Hới", "Tỉnh Quảng Bình"), ("18880",), MERGED),
    Unit("18889b", ("Xã Đông",), ("Huyện Đông", "Tỉnh Quảng Bình"), ("18880", "18859"), MERGED),
    Unit("18990", ("Thị trấn Hoàn Lão",), ("Huyện Bố Trạch", "Tỉnh Quảng Bình"), ("18859",), MERGED),
    Unit("18991", ("Xã Đồng Thuận",), ("Huyện Bố Trạch", "Tỉnh Quảng Bình"), ("18880",), MERGED),
)  # fmt: skip
KNOWN = Directory(UNITS, ["Tỉnh Hưng Yên", "Quận 8"])


def find(word: str, *parents: str) -> Meaning:
    return KNOWN.find(Written(word, parents))


@pytest.mark.parametrize(
    ("word", "code", "how"),
    [
        ("18880", "18880", "code"), ("donghoi", "18880", "name"), ("P. ĐồngHới", "18880", "name"),
        ("P. Đồng Hới", "18880", "name"), ("P.Đồng Hới", "18880", "name"), ("p đồng hới", "18880", "name"),
        ("Phường Đồng Hới", "18880", "name"), ("PHƯỜNG ĐỒNG HỚI", "18880", "name"),
        ("PĐồng Hới", "18880", "name"), ("phuong dong hoi", "18880", "name"), ("Đồng Hới", "18880", "name"),
        ("Đồng\N{NO-BREAK SPACE}Hới", "18880", "name"),
        ("Ðồng Hới", "18880", "name"), ("Công an phường Đồng Hới", "18880", "name"),
        ("Phường Đồng Hới, tỉnh Quảng Trị", "18880", "name"),
        ("Phường Xuân", "00123", "name"), ("Xuân", "00123", "name"), ("P. Xuân", "00123", "name"),
        ("Xa La", "00130", "name"), ("Phường Xa La", "00130", "name"), ("P. Xa La", "00130", "name"),
        ("Phường 1", "25001", "name"), ("P.1", "25001", "name"), ("P1", "25001", "name"),
        ("Phường 01", "25001", "name"), ("p 10", "25010", "name"), ("phường1", "25001", "name"),
        ("1", "25001", "name"),
        ("Phường Hòa Bình", "30001", "name"), ("X. Hòa Bình", "30002", "name"), ("Hoa Binh", "30003", "name"),
        ("Đặc khu Côn Đảo", "50001", "name"), ("dac khu con dao", "50001", "name"),
        ("X. Đồng Hới", "18880", "other_type"), ("TX Đồng Hới", "18880", "other_type"),
        ("X. Bảo Ninh", "18880", "lineage"), ("bao ninh", "18880", "lineage"), ("18889", "18880", "lineage"),
        ("TT Hoàn Lão", "18859", "lineage"), ("TT. Hoàn Lão", "18859", "lineage"),
        ("TTHoàn Lão", "18859", "lineage"), ("T.T. Hoàn Lão", "18859", "lineage"),
        ("F.1", "25001", "name"), ("F1", "25001", "name"), ("Ph. Đồng Hới", "18880", "name"),
        ("T.P Đồng Hới", "18880", "other_type"), ("Xã Bảo Ninh (cũ)", "18880", "lineage"),
        ("t.trấn Hoàn Lão", None, "unknown"),
        ("Thị trấn Hoàn Lão", "18859", "lineage"), ("Hoàn Lão", "18859", "lineage"),
        ("Xã Đồng Thuận", "18880", "lineage"), ("Phường Đồng Thuận", "18859", "name"),
        ("123", "00123", "mended"), ("123.0", "00123", "mended"), ("123,0", "00123", "mended"),
        ("0123", "00123", "mended"), ("'00123", "00123", "mended"), ("18880.0", "18880", "mended"),
        ("99999", None, "unknown"), ("Nơi khác", None, "unknown"), ("X", None, "unknown"),
    ],
)  # fmt: skip
def test_words(word: str, code: str | None, how: str) -> None:
    meaning = find(word)
    assert meaning.how == how
    assert meaning.certain == (code is not None)
    assert meaning.codes == ((code,) if code else ())


def test_a_name_of_several_units_stays_several() -> None:
    assert find("X. Tân Lập").codes == ("40001", "40002")
    assert not find("X. Tân Lập").certain
    assert find("Hòa Bình").codes == ("30001", "30002")
    assert find("Xã Đông").codes == ("18859", "18880")


def test_what_the_row_says_above_decides_between_namesakes() -> None:
    assert find("X. Tân Lập", "H. Đông").codes == ("40001",)
    assert find("Tân Lập", "huyen tay", "Quảng Trị").codes == ("40002",)
    assert find("Xã Tân Lập (huyện Tây)").codes == ("40002",)
    # A ward of today is found under the district and the province of its former parts too.
    assert find("Phường Đồng Hới", "TP. Đồng Hới", "Quảng Bình").codes == ("18880",)
    # What nothing belongs to tells nothing.
    assert find("Phường Đồng Hới", "Khu 22").codes == ("18880",)
    assert not find("X. Tân Lập", "Khu 22").certain


@pytest.mark.parametrize("parents", [("Tỉnh Hưng Yên",), ("hưng yên",), ("Huyện Đông", "Tỉnh Hưng Yên")])
def test_a_name_is_not_taken_for_one_in_another_province(parents: tuple[str, ...]) -> None:
    meaning = find("X. Tân Lập", *parents)
    assert meaning.how == "elsewhere"
    assert not meaning.certain
    assert {unit.code for unit in meaning.units} == {"40001", "40002"}


def test_a_name_alone_that_looks_like_a_type_and_a_name() -> None:
    known = Directory([Unit("00130", ("Xa La",), (), ("00130",))])
    assert {known.find(Written(word)).codes for word in ("Xa La", "P. Xa La", "xa la")} == {("00130",)}


def test_two_codes_of_one_number_stay_two() -> None:
    known = Directory([Unit(code, (f"Phường {code}x",), (), (code,)) for code in ("0123", "00123")])
    assert known.find(Written("123")).codes == ("00123", "0123")
    assert known.find(Written("0123")).codes == ("0123",)
    named = Directory([
        Unit("00004", ("Phường Ba Đình",), (), ("00004",)), Unit("79004", ("Phường 4",), (), ("79004",))
    ])  # fmt: skip
    assert named.find(Written("4")).codes == ("00004", "79004")
    assert named.find(Written("P.4")).codes == ("79004",)


def test_in_a_file_without_marks_spelling_tells_nothing() -> None:
    assert [meaning.codes for meaning in KNOWN.find_all([Written("Xa Hoa Binh")])] == [("30002", "30003")]
    marked = KNOWN.find_all([Written("Xa Hoa Binh"), Written("Đồng Hới")])
    assert marked[0].codes == ("30003",)


def test_former_names_in_a_file_put_its_other_names_in_doubt() -> None:
    """Đồng Thuận is a ward of today; the commune of that name went into Đồng Hới."""
    alone = KNOWN.find_all([Written("Đồng Thuận")])[0]
    assert alone.certain
    assert [unit.code for unit in alone.rivals] == ["18991"]
    beside = KNOWN.find_all([Written("Đồng Thuận"), Written("Bảo Ninh")])
    assert beside[0].codes == ("18859", "18880")
    assert not beside[0].certain
    assert beside[1].certain
    assert beside[1].rivals == ()
    assert len(KNOWN.find_all([Written("Xã Đông")])[0].units) == 1


@pytest.mark.parametrize(("one", "other"), [("Hoà", "Hòa"), ("KHOẺ", "khỏe"), ("Thuý", "Thúy"), ("Uỷ", "Ủy")])
def test_the_place_of_a_tone_makes_no_name(one: str, other: str) -> None:
    assert spelled(f"{one} Bình") == spelled(f"{other} Bình")
    assert spelled("Hoàn") != spelled("Hòan")
    assert spelled("Hoa") != spelled("Hòa")


@pytest.mark.parametrize(
    ("code", "value"), [("00", "0"), ("007.00", "7"), ("1.5", None), ("A1", None), ("-1", None), ("", None)]
)
def test_numbers_in_codes(code: str, value: str | None) -> None:
    assert number_of(code) == value


def test_the_public_record_is_whole() -> None:
    wards = [unit for unit in former_wards() if unit.code]
    assert len(wards) == 10_035
    assert len({unit.code for unit in wards}) == 10_035
    assert len({code for unit in former_wards() for code in unit.became}) == 3_321
    assert all(unit.became and len(unit.parents) in {1, 2} for unit in former_wards())
    assert sum(len(unit.became) > 1 for unit in wards) == 471
    assert that_became(["18880"])[0].since == MERGED
    assert {"Thành phố Đồng Hới", "Tỉnh Quảng Bình"} <= districts_and_provinces()


@pytest.fixture(scope="module")
def official(shared_data: Path) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Wards of today with what they were made of, from the state map: code, province, name, former wards."""
    table = shared_data / "vn_wards_2025_attrs" / "vn_wards_2025_attrs.csv"
    with table.open(encoding="utf-8") as stream:
        return [
            (row["code"], row["prov"], row["fullName"], tuple(_former(row["a05_truocsn"])))
            for row in csv.DictReader(stream)
        ]


def _former(told: str) -> Iterator[str]:
    """ "Xã A, Xã B (huyện C, tỉnh D)" is two wards."""
    for part in re.split(r",(?![^(]*\))", told):
        if re.match(r"(xã|phường|thị trấn) ", part.strip().casefold()):
            yield part.strip()


@pytest.mark.shared_data
def test_former_wards_of_the_official_list_are_known_and_never_mistaken(
    official: list[tuple[str, str, str, tuple[str, ...]]],
) -> None:
    """Each province by itself: every former ward of the state map's list, written as there."""
    outcome: Counter[str] = Counter()
    mistaken = set()
    for province in sorted({row[1] for row in official}):
        own = [row for row in official if row[1] == province]
        units = [Unit(code, (name, name.split(" ", 1)[1]), (), (code,)) for code, _, name, _ in own]
        known = Directory([*units, *that_became({row[0] for row in own})], districts_and_provinces())
        asked = [(Written(word), code) for code, _, _, former in own for word in former]
        for (one, code), meaning in zip(asked, known.find_all([one for one, _ in asked]), strict=True):
            if meaning.certain and meaning.codes != (code,):
                mistaken.add((province, one.word))
            outcome["known" if code in meaning.codes else meaning.how] += 1
            outcome["certain"] += meaning.certain
    # Slips of the list: two wards of Tuyên Quang exchanged, a phường called a xã.
    assert {province for province, _ in mistaken} == {"08", "22", "75"}
    assert len(mistaken) == 10
    assert outcome["known"] > 10_355
    assert outcome["unknown"] + outcome["elsewhere"] < 10
    assert outcome["certain"] > 9_160
