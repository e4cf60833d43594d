"""Case 1: what ward offices do to a spreadsheet. Every file here is written by a real spreadsheet writer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msoffcrypto
import openpyxl
import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from geo.domain.errors import InputError
from geo.domain.kinds import Kind
from geo.intake.reading import Intake, read

# │ title      │         │        │         │            │          │
# │ (2 rows)   │         │        │         │            │          │
# │ Phường     │ Mã hộ   │ Toạ độ (merged)  │ Nhân khẩu (merged)    │
# │            │         │ Kinh độ│ Vĩ độ   │ Thường trú │ Tạm trú  │
# │ (1)        │ (2)     │ ...                                      │
# │ Đồng Hới ↓ │ H1..H3, then "Tổng cộng", the next ward, a total, signatures
ROWS: list[list[Any]] = [
    ["UBND PHƯỜNG", None, None, None, None, None],
    ["BẢNG TỔNG HỢP HỘ", None, None, None, None, None],
    ["Phường", "Mã hộ", "Toạ độ", None, "Nhân khẩu", None],
    [None, None, "Kinh độ", "Vĩ độ", "Thường trú", "Tạm trú"],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
    ["00001", "H1", 106.6, 17.4, 4, 0],
    [None, "H2", 106.61, 17.41, 3, 1],
    [None, "H3", 106.62, 17.42, 2, 0],
    ["Tổng cộng", None, None, None, 9, 1],
    ["00002", "H4", 106.63, 17.43, 5, 0],
    [None, "H5", 106.64, 17.44, 6, 2],
    ["Cộng:", None, None, None, 11, 2],
    [None, None, None, None, "Đồng Hới, ngày 5 tháng 3 năm 2026", None],
    ["Người lập biểu", None, None, None, "TRƯỞNG CÔNG AN", None],
    ["Secret Signer", None, None, None, "Secret Chief", None],
]
# The second merge reaches over the total below it: it must stop there.
MERGES = ["A1:F1", "C3:D3", "E3:F3", "A3:A4", "B3:B4", "A6:A8", "A10:A12"]


def as_xlsx(folder: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ROWS:
        sheet.append(row)
    for merge in [*MERGES[:-1], "A10:A11"]:
        sheet.merge_cells(merge)
    book.save(folder / "ho.xlsx")
    return folder / "ho.xlsx"


def as_xls(folder: Path) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Hộ")
    spans = {(5, 0): 7, (9, 0): 10}
    for r, row in enumerate(ROWS):
        for c, cell in enumerate(row):
            if (r, c) in spans:
                sheet.write_merge(r, spans[r, c], c, c, cell)
            elif (r, c) in {(2, 2), (2, 4)}:
                sheet.write_merge(r, r, c, c + 1, cell)
            elif cell is not None:
                sheet.write(r, c, cell)
    book.save(str(folder / "ho.xls"))
    return folder / "ho.xls"


def as_html_named_xls(folder: Path) -> Path:
    spans = {(5, 0): ' rowspan="3"', (9, 0): ' rowspan="2"', (2, 2): ' colspan="2"', (2, 4): ' colspan="2"'}
    covered = {(6, 0), (7, 0), (10, 0), (2, 3), (2, 5)}
    lines = [
        "".join(
            f"<td{spans.get((r, c), '')}>{'' if cell is None else cell}</td>"
            for c, cell in enumerate(row)
            if (r, c) not in covered
        )
        for r, row in enumerate(ROWS)
    ]
    html = "<html><body><table>" + "".join(f"<tr>{line}</tr>\n" for line in lines) + "</table></body></html>"
    (folder / "ho.xls").write_text(html, encoding="utf-8")
    return folder / "ho.xls"


def said(intake: Intake, code: str) -> list[int]:
    return [note.row for note in intake.notes if note.reason.code == code]


def conserved(path: Path, kind: Kind = Kind.HOUSEHOLDS) -> Intake:
    intake = read(path, kind)
    assert intake.rows_read == intake.source_counts.sum() + len(intake.rejects)
    return intake


@pytest.mark.parametrize("write", [as_xlsx, as_xls, as_html_named_xls])
def test_a_table_as_an_office_writes_it(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    intake = conserved(write(tmp_path))
    assert not intake.rejects
    assert intake.frame["code"].tolist() == ["H1", "H2", "H3", "H4", "H5"]
    assert intake.frame["unit_code"].tolist() == ["00001"] * 3 + ["00002"] * 2
    assert intake.frame["permanent"].tolist() == [4, 3, 2, 5, 6]
    assert intake.frame["lon"].tolist() == [106.6, 106.61, 106.62, 106.63, 106.64]
    assert intake.taken_rows.tolist() == [6, 7, 8, 10, 11]
    assert intake.columns["permanent"] == "Thường trú"
    assert said(intake, "title_row") == [1, 2]
    assert said(intake, "total_row") == [9, 12]
    assert said(intake, "signature_row") == [13, 14, 15]
    assert said(intake, "merged_filled") == [6, 10]
    assert intake.warnings["total_row"] == 2
    assert "Secret" not in repr(intake)
    sentences = {note.reason.sentence("vi") for note in intake.notes}
    assert "Dòng cộng 'Tổng cộng' không được tính là dữ liệu." in sentences


def test_a_merge_that_reaches_over_a_total_stops_there(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [
        ["STT", "Mã phường", "Mã hộ", "Kinh độ", "Vĩ độ", "Thường trú"],
        [1, "00001", "H1", 106.6, 17.4, 4],
        [2, None, "H2", 106.6, 17.4, 4],
        ["Tổng cộng", None, None, None, None, 8],
        [3, None, "H3", 106.6, 17.4, 4],
    ]:
        sheet.append(row)
    sheet.merge_cells("B2:B5")
    book.save(tmp_path / "m.xlsx")
    intake = conserved(tmp_path / "m.xlsx")
    assert intake.frame["unit_code"].fillna("?").tolist() == ["00001", "00001", "?"]


def test_open_document(tmp_path: Path) -> None:
    document = OpenDocumentSpreadsheet()
    for name in ("Hộ",):
        sheet = Table(name=name)
        for row in ROWS:
            line = TableRow()
            for cell in row:
                typed = {"valuetype": "float", "value": cell} if isinstance(cell, int | float) else {}
                found = TableCell(**typed) if typed else TableCell(valuetype="string")
                if cell is not None:
                    found.addElement(P(text=str(cell)))
                line.addElement(found)
            sheet.addElement(line)
        document.spreadsheet.addElement(sheet)
    document.save(tmp_path / "ho.ods")
    intake = conserved(tmp_path / "ho.ods")
    assert intake.frame["code"].tolist() == ["H1", "H2", "H3", "H4", "H5"]
    assert intake.sheet == "Hộ"
    assert intake.warnings["total_row"] == 2


def test_hidden_rows_are_read_and_hidden_sheets_are_not_and_both_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [["Mã", "Tên", "x", "y"], ["T1", "a", 106, 17], ["T2", "b", 106, 17]]:
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    old = book.create_sheet("cũ")
    old.append(["Mã", "Tên"])
    old.sheet_state = "hidden"
    book.save(tmp_path / "t.xlsx")
    intake = conserved(tmp_path / "t.xlsx", Kind.POSTS)
    assert intake.frame["code"].tolist() == ["T1", "T2"]
    assert said(intake, "hidden_row") == [3]
    assert [n.reason.params for n in intake.notes if n.reason.code == "hidden_sheet"] == [{"sheet": "cũ"}]


def test_formulas_are_told_of_and_failed_ones_are_rejects(tmp_path: Path) -> None:
    # openpyxl stores no value of a formula: so does any program that only writes files.
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [
        ["Mã hộ", "x", "y", "Thường trú"],
        ["H1", 106, 17, "=2+2"],
        ["H2", 106, 17, "#REF!"],
        ["#REF!", 106, 17, 2],
        ["H4", 106, 17, 3],
    ]:
        sheet.append(row)
    book.save(tmp_path / "f.xlsx")
    intake = conserved(tmp_path / "f.xlsx")
    assert intake.frame["code"].tolist() == ["H4"]
    assert {r.row: r.reason.code for r in intake.rejects} == {
        2: "formula_without_value",
        3: "formula_error",
        4: "formula_error",
    }
    assert "ô D2 chưa có giá trị" in intake.rejects[0].reason.sentence("vi")
    assert "#REF!" in intake.rejects[1].reason.sentence("vi")


@pytest.mark.parametrize("name", ["k.xlsx", "k.xls"])
def test_a_password_is_said(tmp_path: Path, name: str) -> None:
    with as_xlsx(tmp_path).open("rb") as plain, (tmp_path / name).open("wb") as locked:
        msoffcrypto.OfficeFile(plain).encrypt("secret", locked)
    with pytest.raises(InputError) as caught:
        read(tmp_path / name, Kind.HOUSEHOLDS)
    assert caught.value.code == "password_protected"
    assert "mật khẩu" in caught.value.message("vi")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_titles_and_totals_in_delimited_text(tmp_path: Path, delimiter: str) -> None:
    lines = [delimiter.join("" if cell is None else str(cell) for cell in row) for row in ROWS]
    lines[0] = "UBND PHƯỜNG"
    lines[-1] = "Người lập biểu: Secret Signer"
    (tmp_path / "ho.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    intake = conserved(tmp_path / "ho.csv")
    assert not intake.rejects
    assert intake.frame["code"].tolist() == ["H1", "H2", "H3", "H4", "H5"]
    assert intake.taken_rows.tolist() == [6, 7, 8, 10, 11]
    assert said(intake, "title_row") == [1, 2]
    assert said(intake, "total_row") == [9, 12]
    assert "Secret" not in repr(intake)


@pytest.mark.parametrize("name", ["Cộng Hòa", "Cộng Hiền", "Tống Trân", "Tổng Cọt"])
def test_communes_whose_names_begin_like_totals_are_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "t.csv").write_text(f"Tên,Mã,x,y\n{name},T1,106,17\n", encoding="utf-8")
    assert len(conserved(tmp_path / "t.csv", Kind.POSTS).frame) == 1
