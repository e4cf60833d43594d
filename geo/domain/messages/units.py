"""Messages of the names of units in a file: what a word was taken for, and why it was not."""

MESSAGES: dict[str, tuple[str, str]] = {
    "unit_by_lineage": (
        "'{word}' ({before}) nay thuộc '{unit}', mã {code}{decision}, từ {since} (số dòng: {rows}).",
        "'{word}' ({before}) belongs to '{unit}', code {code}{decision}, since {since} (rows: {rows}).",
    ),
    "unit_by_place": (
        "'{word}' có thể là {candidates}; vị trí cho biết là '{unit}', mã {code} (số dòng: {rows}).",
        "'{word}' may be {candidates}; the place says '{unit}', code {code} (rows: {rows}).",
    ),
    "unit_other_type": (
        "'{word}' được hiểu là '{unit}', mã {code}: khác loại đơn vị (số dòng: {rows}); hãy kiểm tra.",
        "'{word}' is taken for '{unit}', code {code}, a unit of another type (rows: {rows}); check it.",
    ),
    "unit_code_mended": (
        "'{word}' được hiểu là mã {code} ('{unit}'): mã đã mất số 0 hoặc bị đổi thành số (số dòng: {rows}).",
        "'{word}' is taken for code {code} ('{unit}'), which lost its zeros or became a number (rows: {rows}).",
    ),
    "unit_named_as_before": (
        "'{word}' được hiểu là đơn vị hiện nay '{unit}', mã {code} (số dòng: {rows}); đơn vị cũ cùng tên: {candidates}; nếu ý là đơn vị cũ, hãy ghi mã.",
        "'{word}' is taken for the present '{unit}', code {code} (rows: {rows}); former units of that name: {candidates}; if that is meant, write its code.",
    ),
    "ambiguous_unit": (
        "'{word}' là tên của nhiều đơn vị: {candidates}; hãy ghi mã đơn vị, hoặc thêm cột huyện hay tỉnh.",
        "'{word}' is the name of several units: {candidates}; write the code, or add a column with the district or province.",
    ),
    "unit_split": (
        "'{word}' ({before}) từ {since} đã chia cho nhiều đơn vị: {candidates}; hãy ghi mã của đơn vị hiện nay.",
        "'{word}' ({before}) was split among several units on {since}: {candidates}; write the code of the present one.",
    ),
    "unit_elsewhere": (
        "Không có đơn vị '{word}' ở nơi đã ghi; cùng tên có: {candidates}. Hãy sửa tên, sửa huyện hay tỉnh, hoặc ghi mã.",
        "There is no unit '{word}' in what the row says; of that name there are: {candidates}. Correct the name, the district or province, or write the code.",
    ),
    "unit_outside_scope": (
        "'{word}' là '{unit}', mã {code}, ngoài phạm vi của bạn; hãy nhờ người phụ trách đơn vị đó nhập.",
        "'{word}' is '{unit}', code {code}, outside your scope; ask someone in charge of it to import the row.",
    ),
    "code_mended": (
        "'{word}' được hiểu là mã {code}: mã đã mất số 0 hoặc bị đổi thành số; hãy để cột mã dạng văn bản.",
        "'{word}' is taken for code {code}, which lost its zeros or became a number; keep codes as text.",
    ),
    "ambiguous_code": (
        "'{word}' có thể là mã {candidates}; hãy ghi đủ các số 0.",
        "'{word}' may be code {candidates}; write all its zeros.",
    ),
    "ambiguous_block": (
        "'{word}' là tên của nhiều tổ dân phố: {candidates}; hãy ghi mã tổ, hoặc thêm cột phường, xã.",
        "'{word}' is the name of several blocks: {candidates}; write the code, or add a column with the ward.",
    ),
}
