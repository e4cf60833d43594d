"""Messages of what cells of sheets and text tables say: formulas, delimiters, dates that do not agree."""

_REASONS = {
    "formula_without_value": (
        "Cột {column}: công thức ở ô {cell} chưa có giá trị; hãy mở tệp bằng chương trình bảng tính, lưu lại rồi gửi lại.",
        "Column {column}: the formula in cell {cell} has no stored value; open the file in a spreadsheet program, save it and send it again.",
    ),
    "formula_stale": (
        "Cột {column}: ô {cell} lưu {stored} nhưng {formula} hiện bằng {now}; hãy mở tệp, tính lại (F9), lưu rồi gửi lại.",
        "Column {column}: cell {cell} stores {stored} but {formula} now gives {now}; open the file, recalculate (F9), save it and send it again.",
    ),
    "date_order_contradicted": (
        "Cột {column}: không rõ {value!r} là ngày hay tháng trước, vì cột vừa có {day_first!r} vừa có {month_first!r}; hãy viết dạng 2025-04-03 rồi gửi lại.",
        "Column {column}: whether {value!r} has day or month first is not known, as the column holds {day_first!r} and {month_first!r}; write it like 2025-04-03 and send it again.",
    ),
}

_WARNINGS = {
    "dates_day_first": (
        "Cột {column} ghi ngày trước tháng, vì có {value!r}; cả cột được đọc như vậy.",
        "Column {column} writes the day first, as {value!r} shows; all of it was read so.",
    ),
    "dates_maybe_turned": (
        "Cột {column}: mọi ô kiểu ngày có ngày không quá 12, còn mọi ô chữ (như {value!r}) có ngày lớn hơn 12: bảng tính có thể đã đảo ngày và tháng của các ô kiểu ngày; hãy so với bản gốc.",
        "Column {column}: all typed dates have a day up to 12, all dates in text (like {value!r}) one over 12: the spreadsheet may have turned day and month around in the typed ones; compare the original.",
    ),
    "points_decimal": (
        "Cột {column}: {value!r} được đọc là số thập phân, vì cột có {shown!r}; hãy kiểm tra.",
        "Column {column}: {value!r} was read as a decimal, as the column has {shown!r}; check it.",
    ),
    "about_time": (
        "Cột {column}: {value!r} là thời điểm ước chừng; đã lấy đúng thời điểm đó.",
        "Column {column}: {value!r} is a rough time; it was taken as it stands.",
    ),
    "separator_line": (
        "Dòng {row} nêu dấu phân cách {delimiter!r} và được dùng để cắt cột, không phải dữ liệu.",
        "Row {row} names the delimiter {delimiter!r}, by which columns were cut: no data.",
    ),
    "cells_padded": (
        "Dòng có {found} ô, ít hơn {wanted} ô của tiêu đề; các ô thiếu ở cuối được coi là trống.",
        "The row has {found} cells, fewer than the {wanted} of the header; those missing at its end were taken as empty.",
    ),
    "cells_surplus": (
        "Dòng có {found} ô, nhiều hơn {wanted} ô của tiêu đề; các ô thừa đều trống nên được bỏ.",
        "The row has {found} cells, more than the {wanted} of the header; all the extra ones are empty and were dropped.",
    ),
}

MESSAGES: dict[str, tuple[str, str]] = {**_REASONS, **_WARNINGS}
