"""Tables that a spreadsheet program opens: no formula gets through, no number becomes text."""

import csv

import numpy as np
import openpyxl
import pandas as pd
import pytest

from geo.services.tabular import is_formula, neutral, write_csv, write_xlsx

HOSTILE = [
    "=1+1", "+1", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0=1", "\ufeff=1", "\u200b=1",
    "＝1+1", "＋1", "－1", "＠x", "−1", '=HYPERLINK("http://a.b","x")',
]  # fmt: skip
HARMLESS = ["Phường Ô Chợ Dừa", "1-2", "a=b", "", "12/5", "'quoted", "x@y"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_may_run_is_made_text(text):
    assert is_formula(text)
    assert neutral(text).startswith("'")


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays(text):
    assert not is_formula(text)
    assert neutral(text) == text


def test_text_behind_a_separator_of_other_lists_is_made_text():
    assert neutral("a;=1+1") == "a;'=1+1"
    assert neutral("a\n @x") == "a\n '@x"


def test_csv_keeps_numbers_and_letters(tmp_path):
    out = tmp_path / "a.csv"
    rows = [[text, -5, -2.5, np.float64("nan"), None, pd.NA] for text in HOSTILE + HARMLESS]
    assert write_csv(out, ["=tên", "n", "x", "nan", "none", "na"], rows) == len(rows)
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    with out.open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.reader(file))
    assert read[0][0] == "'=tên"
    assert all(row[1:] == ["-5", "-2.5", "", "", ""] for row in read[1:])
    assert not any(is_formula(row[0]) for row in read)
    assert read[-1][0] == "x@y"


def test_xlsx_keeps_numbers_and_marks_text(tmp_path):
    out = tmp_path / "a.xlsx"
    write_xlsx(out, {"Bảng/1": (["=tên", "n"], [[text, np.int64(-5)] for text in HOSTILE])})
    sheet = openpyxl.load_workbook(out).active
    assert sheet.title == "Bảng 1"
    cells = list(sheet.iter_rows())
    assert {row[0].data_type for row in cells} == {"s"}
    assert all(row[0].quotePrefix for row in cells)
    assert {(row[1].value, row[1].data_type) for row in cells[1:]} == {(-5, "n")}
