"""What becomes of single rows, kind by kind: filled in, warned of, left out with a reason."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from geo.domain.errors import InputError
from geo.domain.kinds import Kind
from geo.intake.reading import Intake, Options, read

CsvFile = Callable[..., Path]


def took(path: Path, kind: Kind, **options: object) -> Intake:
    intake = read(path, kind, Options(**options))
    assert intake.rows_read == intake.source_counts.sum() + len(intake.rejects)
    return intake


def reasons(intake: Intake) -> dict[int, str]:
    return {reject.row: reject.reason.code for reject in intake.rejects}


def test_households_that_cannot_be_stored_are_named_by_row(csv_file: CsvFile) -> None:
    path = csv_file(
        "Mã hộ,Chủ hộ,CCCD,Kinh độ,Vĩ độ,Thường trú,Tạm trú,Tạm vắng,Ngày rà soát\n"
        "H1,Secret Person,001099000001,105.8,21.0,4,0,1,2026-01-05\n"
        "\n"
        "H2,Secret Person,001099000002,105.8,,4,0,0,\n"
        "H3,Secret Person,001099000003,105.8,21.0,x,0,0,\n"
        "H4,Secret Person,001099000004,105.8,21.0,-4,0,0,\n"
        "H1,Secret Person,001099000005,105.8,21.0,4,0,0,\n"
        ",Secret Person,001099000006,105.8,21.0,4,0,0,\n"
        "H7,Secret Person,001099000007,105.8,21.0,4,0,0,31/02/2026\n"
        "H8,Secret Person,001099000008,205.8,21.0,4,,,\n"
        "H9,Secret Person,001099000009,,,4,0,0,\n"
        "H10,Secret Person,001099000010,105.8,21.0,4\n"
        + "".join(f"K{i},Secret Person,1,105.8,21.0,2,,0,\n" for i in range(30))
    )
    intake = took(path, Kind.HOUSEHOLDS)
    assert reasons(intake) == {
        4: "half_place",
        5: "bad_number",
        6: "number_out_of_range",
        7: "duplicate_key",
        8: "missing_value",
        9: "bad_time",
        10: "not_on_earth",
        11: "missing_place",
        12: "wrong_cell_count",
    }
    assert intake.rows_read == 40
    assert intake.frame["code"].tolist()[:2] == ["H1", "K0"]
    assert intake.warnings == {"temporary_assumed_zero": 30, "places_stacked": 31}
    assert intake.dropped_columns == ("Chủ hộ", "CCCD")
    assert "Secret Person" not in repr(intake)
    assert "0010990000" not in repr(intake)
    bad_number = intake.rejects[1]
    assert bad_number.reason.params == {"column": "Thường trú", "value": "x"}
    assert bad_number.original["Mã hộ"] == "H3"


def test_all_faults_of_a_row_are_reported_together(csv_file: CsvFile) -> None:
    path = csv_file("code,lon,lat,permanent,reviewed_on\nH1,abc,21,x,never\nH2,105,21,1,\n")
    reject = took(path, Kind.HOUSEHOLDS).rejects[0]
    assert [reason.code for reason in (reject.reason, *reject.also)] == [
        "bad_number",
        "bad_number",
        "bad_time",
    ]


def test_incidents_without_number_get_the_same_one_each_time(csv_file: CsvFile) -> None:
    rows = ["2026-01-01 10:00,105.8,21.0", "2026-01-01 10:00,105.8,21.0", "2026-01-02 10:00,,"]
    first = took(csv_file("date,lon,lat\n" + "\n".join(rows)), Kind.INCIDENTS).frame
    again = took(
        csv_file("lat;lon;date\n" + "\n".join(";".join(reversed(row.split(","))) for row in rows[::-1])),
        Kind.INCIDENTS,
    )
    assert first["code"].is_unique
    assert set(first["code"]) == set(again.frame["code"])
    assert first["code"].str.fullmatch(r"auto-[0-9a-f]{16}-\d+").all()
    assert first["code"][0][:-1] == first["code"][1][:-1]
    assert again.warnings["no_place"] == 1


def test_incident_words_and_defaults(csv_file: CsvFile) -> None:
    path = csv_file(
        "mã,loại,nguồn tin,trạng thái,ngày giờ,xảy ra đến,lon,lat\n"
        "1,Trộm cắp,Tin báo,Đã giải quyết,2026-01-01 10:00,2026-01-01 12:00,105.8,21\n"
        "2,,PHÁT HIỆN,,2026-01-01 10:00,,105.8,21\n"
        "3,Trộm cắp,đồn đoán,,2026-01-01 10:00,,105.8,21\n"
        "4,Trộm cắp,,,2026-01-01 10:00,2026-01-01 09:00,105.8,21\n"
        "5,Trộm cắp,,,,,,\n"
    )
    intake = took(path, Kind.INCIDENTS)
    assert reasons(intake) == {4: "unknown_word", 5: "end_before_start"}
    frame = intake.frame.set_index("code")
    assert frame.loc["1", ["category_code", "origin", "status"]].tolist() == [
        "Trộm cắp",
        "reported",
        "resolved",
    ]
    assert frame.loc["2", ["category_code", "origin", "status"]].tolist() == [
        "unclassified",
        "discovered",
        "received",
    ]
    assert frame.loc["2", "occurred_to"] == frame.loc["2", "occurred_from"]
    assert pd.isna(frame.loc["5", "occurred_from"])
    assert intake.warnings["unclassified"] == 1
    assert intake.warnings["no_time"] == 1


def test_plain_coordinates_are_degrees_or_named(csv_file: CsvFile) -> None:
    metres = csv_file("code,name,x,y\nT1,Trụ sở,582000,2322000\n")
    with pytest.raises(InputError) as caught:
        took(metres, Kind.POSTS)
    assert caught.value.code == "coordinates_not_degrees"
    assert "--crs" in caught.value.message("vi")
    intake = took(metres, Kind.POSTS, crs="EPSG:3405")
    assert intake.frame[["lon", "lat"]].iloc[0].tolist() == pytest.approx([105.79, 20.996], abs=0.01)
    with pytest.raises(InputError) as caught:
        took(metres, Kind.POSTS, crs="EPSG:99999999")
    assert caught.value.code == "unknown_crs"


def test_evidence_of_assumed_degrees_shows_the_range(csv_file: CsvFile) -> None:
    intake = took(csv_file("code,name,lon,lat\nT1,a,105.8,21\nT2,b,105.9,20.5\n"), Kind.POSTS)
    assert intake.crs.code == "EPSG:4326"
    assert "105.8000" in intake.crs.sentence("vi")
    assert "20.5000" in intake.crs.sentence("en")


def test_beats_as_table_of_blocks(csv_file: CsvFile) -> None:
    one_cell = took(csv_file("Mã khu vực,Các tổ\nKV1,T1;T2\nKV2,T3\n"), Kind.BEATS)
    one_row_a_block = took(csv_file("Mã khu vực,Tổ\nKV1,T1\nKV1,T2\nKV2,T3\n"), Kind.BEATS)
    for intake in (one_cell, one_row_a_block):
        assert intake.frame["block_codes"].tolist() == ["T1;T2", "T3"]
    assert one_row_a_block.source_counts.tolist() == [2, 1]
    assert one_row_a_block.rows_read == 3


def test_assignments(csv_file: CsvFile) -> None:
    path = csv_file(
        "khu vực,số hiệu,vai trò,từ ngày,đến ngày,số quyết định,họ tên\n"
        "KV1,001,Phụ trách chính,01/01/2026,01/07/2026,12/QĐ,X\n"
        "KV1,001,kiêm nhiệm,2026-07-01,,,X\n"
        "KV2,001,,2026-07-01,2026-07-01,,X\n"
        "KV2,001,giám đốc,2026-07-01,,,X\n"
        "KV1,001,primary,2026-01-01,,,X\n"
    )
    intake = took(path, Kind.ASSIGNMENTS)
    assert reasons(intake) == {4: "end_before_start", 5: "unknown_word", 6: "duplicate_key"}
    assert intake.frame["role"].tolist() == ["primary", "concurrent"]
    assert intake.frame["valid_from"][0] == pd.Timestamp("2026-01-01")
    assert intake.dropped_columns == ("họ tên",)


@pytest.mark.parametrize(
    ("kind", "header", "missing"),
    [
        (Kind.HOUSEHOLDS, "code,lon,lat", "permanent"),
        (Kind.POSTS, "name,lon,lat", "code"),
        (Kind.OFFICERS, "số hiệu,họ tên", "unit_code"),
        (Kind.ASSIGNMENTS, "số hiệu,từ ngày", "beat_code"),
        (Kind.INCIDENTS, "code,date", "lon"),
    ],
)
def test_a_file_without_a_needed_column_says_which(
    csv_file: CsvFile, kind: Kind, header: str, missing: str
) -> None:
    with pytest.raises(InputError) as caught:
        took(csv_file(f"{header}\n" + ",".join("x" for _ in header.split(","))), kind)
    assert caught.value.code == "missing_fields"
    assert missing in caught.value.params["fields"]


def test_a_table_has_no_borders(csv_file: CsvFile) -> None:
    with pytest.raises(InputError) as caught:
        took(csv_file("code,name\n1,a\n"), Kind.WARDS)
    assert caught.value.code == "missing_geometry"


def test_quoted_cells_may_hold_delimiters_and_line_breaks(csv_file: CsvFile) -> None:
    intake = took(csv_file('code,name,lon,lat\nT1,"Trụ sở,\nsố 1",105.8,21\nT2,b,105.8,x\n'), Kind.POSTS)
    assert intake.frame["name"].tolist() == ["Trụ sở, số 1"]
    assert reasons(intake) == {3: "bad_number"}
