"""Messages about tables of assignments that are brought into a plan."""

MESSAGES: dict[str, tuple[str, str]] = {
    "plan_csv_columns": (
        "Bảng cần có dòng tiêu đề với các cột {columns}. Tải CSV của phương án này làm mẫu.",
        "The table needs a header with the columns {columns}. Download this plan's CSV as a model.",
    ),
    "plan_csv_rows": (
        "{n} dòng có tổ hoặc khu vực không thuộc phương án này: {rows}. Chưa áp gì; hãy sửa các dòng đó.",
        "{n} lines name a block or a beat that the plan does not have: {rows}. Nothing was taken; correct them.",
    ),
    "plan_csv_twice": (
        "Dòng {line}: tổ {block} đã có ở dòng trên. Chưa áp gì; mỗi tổ chỉ một dòng.",
        "Line {line}: block {block} stands above already. Nothing was taken; one line for each block.",
    ),
}
