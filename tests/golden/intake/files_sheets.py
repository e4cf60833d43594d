"""Item 1: workbooks as ward offices keep them, each made by a real writer of its format.

The same report, in XLSX (openpyxl), XLS (xlwt), ODS (odfpy) and HTML under the name .xls, as Excel saves it.

    1-3   titles over the whole width           9   "Tổng cộng" (passed over)
    4-5   header in two rows, merged cells     10   ward 00002, merged from 10 to 13, over the total of row 12
    6     ward 00001, merged from 6 to 8       13   a household below the total: of no ward that is known
    7     a hidden row                      14-16   place and date, offices, names
    8     #REF! instead of a count
"""

import datetime as dt
import html
import re
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msoffcrypto
import openpyxl
import xlwt
from odf import style
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P
from xlwt.CompoundDoc import XlsDoc

Row = Sequence[Any]

REPORT: list[Row] = [
    ["CÔNG AN PHƯỜNG ĐỒNG HỚI", None, None, None, None, None],
    ["BẢNG TỔNG HỢP HỘ DÂN", None, None, None, None, None],
    ["Quý III năm 2025", None, None, None, None, None],
    ["Phường", "Mã hộ", "Toạ độ", None, "Nhân khẩu", None],
    [None, None, "Kinh độ", "Vĩ độ", "Thường trú", "Tạm trú"],
    ["00001", "H1", 106.6, 17.4, 4, 0],
    [None, "H2", 106.61, 17.41, 3, 1],
    [None, "H3", 106.62, 17.42, "#REF!", 0],
    ["Tổng cộng", None, None, None, 7, 1],
    ["00002", "H4", 106.63, 17.43, 5, 0],
    [None, "H5", 106.64, 17.44, 6, 2],
    [None, "Cộng", None, None, 11, 2],
    [None, "H6", 106.65, 17.45, 2, 0],
    [None, None, None, None, "Đồng Hới, ngày 5 tháng 10 năm 2025", None],
    ["Người lập biểu", None, None, None, "TRƯỞNG CÔNG AN PHƯỜNG", None],
    ["Kín Thị Danh", None, None, None, "Kín Văn Danh", None],
]
# (first row, first column, last row, last column), all from 0.
MERGES = [
    (0, 0, 0, 5), (1, 0, 1, 5), (2, 0, 2, 5), (3, 0, 4, 0), (3, 1, 4, 1), (3, 2, 3, 3), (3, 4, 3, 5),
    (5, 0, 7, 0), (9, 0, 12, 0),
]  # fmt: skip
HIDDEN_ROW = 6
# In HTML: one among the households, one in a total.
FORMULAS = {(5, 4): "=2+2", (8, 4): "=SUM(E6:E8)"}
DRAFT: list[Row] = [["Mã hộ", "Kinh độ", "Vĩ độ", "Thường trú"], ["NHÁP", 106.6, 17.4, 99]]
HEADER: Row = ["Mã hộ", "Kinh độ", "Vĩ độ", "Nam", "Nữ", "Thường trú"]


def report_xlsx(folder: Path) -> Path:
    """The report in XLSX, with a hidden sheet beside it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Hộ"
    for row in REPORT:
        sheet.append(row)
    for top, left, bottom, right in MERGES:
        sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    sheet.row_dimensions[HIDDEN_ROW + 1].hidden = True
    draft = book.create_sheet("Nháp")
    for row in DRAFT:
        draft.append(row)
    draft.sheet_state = "hidden"
    book.save(folder / "bao_cao.xlsx")
    return folder / "bao_cao.xlsx"


def report_xls(folder: Path) -> Path:
    """The report in XLS (BIFF8), with a hidden sheet beside it."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Hộ")
    corners = {(top, left): (bottom, right) for top, left, bottom, right in MERGES}
    for r, row in enumerate(REPORT):
        for c, cell in enumerate(row):
            if cell == "#REF!":
                sheet.row(r).set_cell_error(c, "#REF!")
            elif (r, c) in corners:
                bottom, right = corners[r, c]
                sheet.write_merge(r, bottom, c, right, cell)
            elif cell is not None:
                sheet.write(r, c, cell)
    sheet.row(HIDDEN_ROW).hidden = True
    draft = book.add_sheet("Nháp")
    for r, row in enumerate(DRAFT):
        for c, cell in enumerate(row):
            draft.write(r, c, cell)
    draft.visibility = 1
    book.save(str(folder / "bao_cao.xls"))
    return folder / "bao_cao.xls"


def report_ods(folder: Path) -> Path:
    """The report in ODS, with a hidden sheet beside it."""
    document = OpenDocumentSpreadsheet()
    unseen = style.Style(name="unseen", family="table")
    unseen.addElement(style.TableProperties(display="false"))
    document.automaticstyles.addElement(unseen)
    document.spreadsheet.addElement(_ods_table("Hộ", REPORT, MERGES, HIDDEN_ROW))
    document.spreadsheet.addElement(_ods_table("Nháp", DRAFT, [], None, stylename=unseen))
    document.save(folder / "bao_cao.ods")
    return folder / "bao_cao.ods"


def report_html_named_xls(folder: Path) -> Path:
    """The report as Excel saves a web page, under the name .xls."""
    corners = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in MERGES}
    covered = _covered(MERGES)
    lines = []
    for r, row in enumerate(REPORT):
        cells = []
        for c, cell in enumerate(row):
            down, across = corners.get((r, c), (1, 1))
            spans = f" rowspan={down}" * (down > 1) + f" colspan={across}" * (across > 1)
            if (r, c) in FORMULAS:
                spans += f' x:num x:fmla="{FORMULAS[r, c]}"'
            if (r, c) not in covered:
                cells.append(f"<td{spans} class=xl65>{'' if cell is None else html.escape(str(cell))}</td>")
        unseen = " style='display:none'" if r == HIDDEN_ROW else ""
        lines.append(f"<tr height=20{unseen}>{''.join(cells)}</tr>")
    page = (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>'
        '<meta http-equiv=Content-Type content="text/html; charset=utf-8"><style>.xl65 {color:black;}</style>'
        f"</head><body><table>\n{chr(10).join(lines)}\n</table></body></html>"
    )
    (folder / "bao_cao_web.xls").write_text(page, encoding="utf-8")
    return folder / "bao_cao_web.xls"


def formulas_xlsx(folder: Path) -> Path:
    """Formulas: one as last worked out, one out of date (typed and dragged), one never worked out."""
    book = openpyxl.Workbook()
    for row in [HEADER, *([f"H{at}", 106.6, 17.4, 2, at] for at in range(2, 7))]:
        book.active.append(row)
    for at in range(2, 7):
        book.active[f"F{at}"] = f"=SUM(D{at}:E{at})"
    book.active["G1"], book.active["G2"] = "Ghi chú", "=D2*0"
    # Row 5 and row 6 carry the formula of row 4 dragged down, which Excel writes once; row 3 was never
    # worked out, nor was G2.
    shared = {
        4: '<f t="shared" ref="F4:F6" si="0">SUM(D4:E4)</f>', 5: '<f t="shared" si="0"/>',
        6: '<f t="shared" si="0"/>',
    }  # fmt: skip
    path = folder / "cong_thuc.xlsx"
    return _with_values(book, path, {"F2": "4", "F4": "6", "F5": "99", "F6": "8"}, shared)


def uncheckable_xlsx(folder: Path) -> Path:
    """Formulas whose value cannot be checked here: over a date, over an error, by another function."""
    book = openpyxl.Workbook()
    day = dt.datetime(2025, 3, 5)  # noqa: DTZ001 (a cell of a spreadsheet has no zone)
    for row in [HEADER, *([f"H{at}", 106.6, 17.4, 2, 1] for at in range(2, 5))]:
        book.active.append(row)
    book.active["D2"], book.active["E3"] = day, "#N/A"
    book.active["F2"], book.active["F3"], book.active["F4"] = "=SUM(D2:E2)", "=D3+E3", "=MAX(D4:E4)"
    return _with_values(book, folder / "khong_kiem.xlsx", {"F2": "4", "F3": "5", "F4": "6"}, {})


def _with_values(book: openpyxl.Workbook, path: Path, values: dict[str, str], shared: dict[int, str]) -> Path:
    """`book` with the values of its formulas put in as Excel leaves them; openpyxl writes none."""
    book.save(path)
    parts = _parts(path)
    xml = parts["xl/worksheets/sheet1.xml"].decode()
    for place, value in values.items():
        start = xml.index("<f>", xml.index(f'r="{place}"'))
        end = xml.index("</c>", start)
        formula = shared.get(int(place[1:]), xml[start : xml.index("</f>", start) + 4])
        xml = f"{xml[:start]}{formula}<v>{value}</v>{xml[end:]}"
    _zip(path, {**parts, "xl/worksheets/sheet1.xml": xml.encode()})
    return path


def formulas_xls(folder: Path) -> Path:
    """Formulas in XLS: one as last worked out, one out of date, one never worked out, one that failed."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Ho")
    for c, name in enumerate(HEADER):
        sheet.write(0, c, name)
    sums = ["SUM(D2:E2)", "D3+E3", "SUM(D4;E4)", "SUM(D5:E5)"]
    for r, formula in enumerate(sums, start=1):
        for c, cell in enumerate([f"H{r + 1}", 106.6, 17.4, 2, 3]):
            sheet.write(r, c, cell)
        sheet.write(r, 5, xlwt.Formula(formula))
    # xlwt leaves all values open: these are put in as Excel would have left them (#REF! is error 0x17).
    stream = book.get_biff_data()
    values = {1: struct.pack("<d", 5), 2: struct.pack("<d", 0), 4: b"\x02\x00\x17\x00\x00\x00\xff\xff"}
    for row, value in values.items():
        at = stream.index(struct.pack("<HH", row, 5) + b"\x11\x00\x03\x00\x00\x00\x00\x00\xff\xff") + 6
        stream = stream[:at] + value + stream[at + 8 :]
    XlsDoc().save(str(folder / "cong_thuc.xls"), stream)
    return folder / "cong_thuc.xls"


def formulas_ods(folder: Path) -> Path:
    """Formulas in ODS: one as last worked out, one out of date, one never worked out, one that failed."""
    document = OpenDocumentSpreadsheet()
    sheet = _ods_table("Hộ", [HEADER], [], None)
    for at, stored in ((2, 5), (3, 9), (4, None), (5, 777)):
        line = TableRow()
        for cell in [f"H{at}", 106.6, 17.4, 2, 3]:
            line.addElement(_ods_cell(cell))
        value = {} if stored is None else {"valuetype": "float", "value": stored}
        line.addElement(TableCell(formula=f"of:=SUM([.D{at}:.E{at}])", **value))
        sheet.addElement(line)
    document.spreadsheet.addElement(sheet)
    document.save(folder / "cong_thuc.ods")
    # odfpy does not know LibreOffice's mark of an error: it is put in where the value is 777.
    calc = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
    parts = _parts(folder / "cong_thuc.ods")
    failed = f'office:value-type="string" office:string-value="" c:value-type="error" xmlns:c="{calc}"'
    xml = re.sub(
        r'(<table:table-cell[^>]*?)office:value-type="float"([^>]*) office:value="777"([^>]*?)/>',
        rf"\1{failed}\2\3><text:p>#REF!</text:p></table:table-cell>",
        re.sub(
            r'(office:value="777")([^>]*?) (office:value-type="float")',
            r"\3\2 \1",
            parts["content.xml"].decode(),
        ),
    )
    _zip(folder / "cong_thuc.ods", {**parts, "content.xml": xml.encode()})
    return folder / "cong_thuc.ods"


def locked_xlsx(folder: Path) -> Path:
    """A workbook that Excel locked with a password (ECMA-376 agile encryption)."""
    plain, locked = report_xlsx(folder), folder / "khoa.xlsx"
    with plain.open("rb") as source, locked.open("wb") as target:
        msoffcrypto.OfficeFile(source).encrypt("mật khẩu", target)
    return locked


def locked_xls(folder: Path) -> Path:
    """An XLS with a password: after its first record one (FILEPASS) says how the rest is encrypted."""
    book = xlwt.Workbook()
    book.add_sheet("Ho").write(0, 0, "x")
    stream = book.get_biff_data()
    first = 4 + struct.unpack_from("<H", stream, 2)[0]
    rc4 = struct.pack("<HHHHH", 0x002F, 54, 1, 1, 1) + bytes(range(48))
    XlsDoc().save(str(folder / "khoa.xls"), stream[:first] + rc4 + stream[first:])
    return folder / "khoa.xls"


def locked_ods(folder: Path) -> Path:
    """An ODS with a password as LibreOffice wrote it until 24.2: its parts are encrypted one by one."""
    return _locked_ods(folder / "khoa.ods", "content.xml")


def locked_ods_whole(folder: Path) -> Path:
    """An ODS with a password as LibreOffice writes it since 24.8: one encrypted package holds all parts."""
    return _locked_ods(folder / "khoa_goi.ods", "encrypted-package")


def locked_zip(folder: Path) -> Path:
    """A shapefile in a zip whose members are marked as encrypted."""
    path = folder / "khoa.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for suffix in ("shp", "shx", "dbf"):
            archive.writestr(f"phuong.{suffix}", bytes(100))
    content = bytearray(path.read_bytes())
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(magic)
        while at >= 0:
            content[at + flags] |= 1
            at = content.find(magic, at + 4)
    path.write_bytes(content)
    return path


def cut_xls(folder: Path) -> Path:
    """An XLS of which the last fifth was lost on the way."""
    content = formulas_xls(folder).read_bytes()
    (folder / "cut.xls").write_bytes(content[: len(content) * 4 // 5])
    return folder / "cut.xls"


def cut_ods(folder: Path) -> Path:
    """An ODS with a stretch of zeros in its packed content."""
    path = report_ods(folder)
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("content.xml").header_offset + 60
    content = bytearray(path.read_bytes())
    content[start : start + 200] = bytes(200)
    path.write_bytes(content)
    return path


def _locked_ods(path: Path, member: str) -> Path:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    namespace = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = (
        f'<m:manifest xmlns:m="{namespace}"><m:file-entry m:full-path="{member}" m:size="9">'
        '<m:encryption-data m:checksum="x"/></m:file-entry></m:manifest>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(member, bytes(range(64)))
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zip(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def _ods_table(
    name: str,
    rows: Sequence[Row],
    merges: Sequence[tuple[int, int, int, int]],
    hidden: int | None,
    **how: Any,
) -> Table:
    corners = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in merges}
    covered = _covered(merges)
    table = Table(name=name, **how)
    for r, row in enumerate(rows):
        line = TableRow(visibility="collapse") if r == hidden else TableRow()
        for c, cell in enumerate(row):
            if (r, c) in covered:
                line.addElement(CoveredTableCell())
            else:
                down, across = corners.get((r, c), (1, 1))
                line.addElement(_ods_cell(cell, numberrowsspanned=down, numbercolumnsspanned=across))
        table.addElement(line)
    return table


def _ods_cell(cell: Any, **spans: int) -> TableCell:
    if isinstance(cell, int | float):
        found = TableCell(valuetype="float", value=cell, **spans)
    elif cell is None:
        return TableCell(**spans)
    else:
        found = TableCell(valuetype="string", **spans)
    found.addElement(P(text=str(cell)))
    return found


def _covered(merges: Sequence[tuple[int, int, int, int]]) -> set[tuple[int, int]]:
    return {
        (r, c)
        for top, left, bottom, right in merges
        for r in range(top, bottom + 1)
        for c in range(left, right + 1)
        if (r, c) != (top, left)
    }


REPORTS = (report_xlsx, report_xls, report_ods, report_html_named_xls)
LOCKED = (locked_xlsx, locked_xls, locked_ods, locked_ods_whole, locked_zip)
DAMAGED = (cut_xls, cut_ods)
FILES = (*REPORTS, formulas_xlsx, uncheckable_xlsx, formulas_xls, formulas_ods, *LOCKED, *DAMAGED)
