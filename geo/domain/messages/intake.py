"""Messages of intake: files, rows, reasons for rejection, warnings."""

_FILES = {
    "import_file_missing": (
        "Không có tệp {file}; hãy kiểm tra đường dẫn.",
        "There is no file {file}; check the path.",
    ),
    "empty_file": ("Tệp {file} rỗng.", "The file {file} is empty."),
    "file_too_large": (
        "Tệp {file} vượt giới hạn {limit_mb} MB (kể cả sau khi giải nén); hãy chia nhỏ tệp.",
        "The file {file} is over the limit of {limit_mb} MB (also after unpacking); split it.",
    ),
    "unsupported_format": (
        "Không đọc được định dạng của {file}; các định dạng nhận: {formats}.",
        "The format of {file} is not read; formats that are: {formats}.",
    ),
    "not_what_it_says": (
        "Tên tệp {file} nói là {claimed} nhưng nội dung là {found}; hãy lưu lại đúng định dạng.",
        "The name of {file} says {claimed} but its content is {found}; save it in that format.",
    ),
    "damaged_file": (
        "Tệp {file} bị hỏng hoặc bị cắt ngắn ({fault}); hãy gửi lại bản gốc.",
        "The file {file} is damaged or cut short ({fault}); send the original again.",
    ),
    "unsafe_archive": (
        "Tệp {file} chứa nội dung không an toàn (đường dẫn ra ngoài, liên kết, dữ liệu nén bất thường hoặc thực thể XML); không đọc.",
        "The file {file} holds something unsafe (a path leading outside, a link, an archive bomb or XML entities); it is not read.",
    ),
    "too_many_members": (
        "Tệp nén {file} có hơn {limit} mục; không đọc.",
        "The archive {file} has more than {limit} members; it is not read.",
    ),
    "missing_sibling": (
        "Shapefile {file} thiếu {missing}; hãy gửi đủ các tệp .shp, .shx, .dbf (và .prj) trong một tệp zip.",
        "The shapefile {file} lacks {missing}; send .shp, .shx, .dbf (and .prj) together in one zip.",
    ),
    "missing_package": (
        "Thiếu gói {package}; hãy chạy lại make setup.",
        "The package {package} is missing; run make setup again.",
    ),
    "unknown_encoding": (
        "Tệp {file} (dòng {row}) không phải UTF-8, TCVN3, VNI hay CP1258; hãy lưu lại dạng CSV UTF-8.",
        "The file {file} (line {row}) is not UTF-8, TCVN3, VNI or CP1258; save it again as CSV UTF-8.",
    ),
    "password_protected": (
        "Tệp {file} có mật khẩu nên không đọc được; hãy bỏ mật khẩu (Lưu thành…, Công cụ, Tuỳ chọn chung) rồi gửi lại.",
        "The file {file} has a password and cannot be read; save it without one and send it again.",
    ),
    "no_rows": ("Tệp {file} không có dòng dữ liệu nào.", "The file {file} has no rows of data."),
    "unknown_sheet": (
        "Không có trang tính hoặc lớp {sheet}; hiện có: {sheets}.",
        "There is no sheet or layer {sheet}; there are: {sheets}.",
    ),
    "several_sheets": (
        "Có nhiều trang tính hoặc lớp phù hợp ({sheets}); hãy chọn một bằng --sheet.",
        "Several sheets or layers would do ({sheets}); choose one with --sheet.",
    ),
}

_COLUMNS = {
    "duplicate_header": (
        "Có nhiều cột cùng tên: {headers}; hãy đổi tên để mỗi cột một tên.",
        "Several columns have one name: {headers}; give each its own.",
    ),
    "unknown_field": (
        "Loại dữ liệu {kind} không có trường {field}; các trường: {fields}.",
        "The kind {kind} has no field {field}; its fields: {fields}.",
    ),
    "unknown_header": (
        "Tệp không có cột {header}; các cột: {headers}.",
        "The file has no column {header}; its columns: {headers}.",
    ),
    "person_column_named": (
        "Cột {header} là thông tin về người nên không được đọc vào {field}.",
        "The column {header} is about persons and may not be read into {field}.",
    ),
    "identity_numbers": (
        "Cột {header} chứa số định danh hoặc số điện thoại của người nên không được đọc; hãy thay bằng mã hộ.",
        "The column {header} holds identity or phone numbers of persons and may not be read; use codes instead.",
    ),
    "missing_fields": (
        "Không có cột cho {fields} của {kind}; hãy chỉ rõ bằng --column trường=cột. Các cột: {headers}.",
        "No column found for {fields} of {kind}; name it with --column field=header. Columns: {headers}.",
    ),
    "missing_geometry": (
        "Tệp không có hình học cho {kind}; hãy gửi GeoJSON, GeoPackage, Shapefile, KML hoặc cột WKT.",
        "The file has no geometry for {kind}; send GeoJSON, GeoPackage, Shapefile, KML or a WKT column.",
    ),
    "coordinates_not_degrees": (
        "{x} từ {west} đến {east}, {y} từ {south} đến {north}: không phải độ, và chưa lưu phường, xã nào để dò múi chiếu; hãy nêu hệ bằng --crs EPSG:n.",
        "{x} runs {west} to {east}, {y} {south} to {north}: not degrees, and no wards are stored to find the zone by; name the CRS with --crs EPSG:n.",
    ),
}

_CRS = {
    "crs_found": (
        "Thử từng múi chiếu với ranh giới phường, xã đã lưu: {share} vị trí rơi vào trong theo {crs} ({name}), {order}, đơn vị {unit}; không múi nào khác đạt như vậy (tệp ghi: {own}).",
        "Each zone was tried against the stored wards: {share} of the places lie in them as {crs} ({name}), {order}, in {unit}; no other zone does as well (the file says: {own}).",
    ),
    "crs_swapped_degrees": (
        "{x} từ {west} đến {east}, {y} từ {south} đến {north}: kinh độ và vĩ độ bị đổi chỗ cho nhau; đã đọc ngược lại theo EPSG:4326.",
        "{x} runs {west} to {east}, {y} {south} to {north}: longitude and latitude are swapped; read the other way round as EPSG:4326.",
    ),
    "crs_not_found": (
        "Đã thử {tried} hệ; tốt nhất là {crs}, chỉ {share} vị trí nằm trong phường, xã đã lưu; hãy nêu hệ bằng --crs EPSG:n.",
        "{tried} systems were tried; the best, {crs}, puts only {share} of the places into stored wards; name the CRS with --crs EPSG:n.",
    ),
    "crs_ambiguous": (
        "Nhiều hệ đặt vị trí vào trong phường, xã đã lưu như nhau ({shares}); hãy nêu hệ bằng --crs EPSG:n.",
        "Several systems put the places into stored wards alike ({shares}); name the CRS with --crs EPSG:n.",
    ),
    "crs_of_file": (
        "Tệp ghi hệ {crs} ({name}).",
        "The file says {crs} ({name}).",
    ),
    "crs_named": (
        "Người gửi nêu hệ {crs} (tệp ghi: {own}).",
        "The sender named {crs} (the file says: {own}).",
    ),
    "crs_assumed_degrees": (
        "{x} từ {west} đến {east}, {y} từ {south} đến {north}: nằm trong khoảng của độ; coi là EPSG:4326.",
        "{x} runs {west} to {east}, {y} {south} to {north}: in the range of degrees; taken as EPSG:4326.",
    ),
    "crs_none": ("Dữ liệu không có toạ độ.", "The data has no coordinates."),
}

_REASONS = {
    "wrong_cell_count": (
        "Dòng có {found} ô, cần {wanted} ô; hãy kiểm tra dấu phân cách.",
        "The row has {found} cells, {wanted} are needed; check the delimiters.",
    ),
    "missing_value": (
        "Cột {column} để trống; hãy điền giá trị.",
        "Column {column} is empty; fill it in.",
    ),
    "bad_number": (
        "Cột {column}: {value!r} không phải số hợp lệ.",
        "Column {column}: {value!r} is not a number that can be used.",
    ),
    "bad_time": (
        "Cột {column}: {value!r} không phải ngày giờ; hãy viết dạng 2026-11-22 15:30 hoặc 22/11/2026 15:30.",
        "Column {column}: {value!r} is not a time; write 2026-11-22 15:30 or 22/11/2026 15:30.",
    ),
    "year_out_of_range": (
        "Cột {column}: {value!r} rơi vào năm {year}; hãy kiểm tra lại năm.",
        "Column {column}: {value!r} falls into the year {year}; check the year.",
    ),
    "in_future": (
        "Cột {column}: {value!r} ở tương lai; hãy kiểm tra lại ngày.",
        "Column {column}: {value!r} lies in the future; check the date.",
    ),
    "formula_error": (
        "Cột {column}: công thức bị lỗi {value}; hãy sửa công thức hoặc gõ giá trị.",
        "Column {column}: the formula failed with {value}; mend it or type the value.",
    ),
    "number_out_of_range": (
        "Cột {column}: {value} ngoài khoảng {low} đến {high}.",
        "Column {column}: {value} is outside {low} to {high}.",
    ),
    "unknown_word": (
        "Cột {column}: không hiểu {value!r}; các giá trị nhận: {known}.",
        "Column {column}: {value!r} is not known; known values: {known}.",
    ),
    "duplicate_key": (
        "Mã {key} đã có ở dòng {row} của tệp này.",
        "The code {key} is in row {row} of this file already.",
    ),
    "missing_place": (
        "Không có toạ độ; hãy điền kinh độ và vĩ độ.",
        "There is no location; fill in longitude and latitude.",
    ),
    "half_place": (
        "Chỉ có một trong hai cột {x} và {y}; cần cả hai.",
        "Only one of {x} and {y} is filled in; both are needed.",
    ),
    "not_on_earth": (
        "Toạ độ ({lon}, {lat}) đọc theo {crs} không nằm trên Trái Đất.",
        "The place ({lon}, {lat}), read as {crs}, is not on the Earth.",
    ),
    "wrong_geometry": (
        "Hình học là {found}, cần {wanted}.",
        "The geometry is a {found}; a {wanted} is needed.",
    ),
    "missing_geometry_row": ("Dòng không có hình học.", "The row has no geometry."),
    "invalid_polygon": (
        "Ranh giới sai ({why}); sửa tự động sẽ đổi {change_m2} m², nên cần người vẽ lại.",
        "The border is invalid ({why}); a repair would change {change_m2} m², so it must be redrawn.",
    ),
}

_STORE_REASONS = {
    "outside_all_wards": (
        "Vị trí không nằm trong phường, xã nào đã lưu.",
        "The place lies in no ward that is stored.",
    ),
    "outside_scope": (
        "Vị trí không nằm trong đơn vị thuộc quyền của bạn.",
        "The place lies in no unit of your scope.",
    ),
    "unknown_block": ("Không có tổ dân phố mã {code}.", "There is no block with code {code}."),
    "unknown_beat": ("Không có khu vực mã {code}.", "There is no beat with code {code}."),
    "unknown_officer": ("Không có cán bộ số hiệu {code}.", "There is no officer with number {code}."),
    "beat_has_primary": (
        "Khu vực đã có người phụ trách chính từ {since} đến {until}; hãy kết thúc phân công đó trước.",
        "The beat has a primary officer from {since} to {until}; end that assignment first.",
    ),
    "block_taken": (
        "Tổ dân phố {block} đã thuộc khu vực {beat}.",
        "Block {block} belongs to beat {beat} already.",
    ),
    "listed_beyond_ward": (
        "Tổ dân phố {block} thuộc phường khác với khu vực; sửa mã tổ hoặc mã phường của khu vực.",
        "Block {block} is of another ward than the beat; correct the block's code or the beat's ward.",
    ),
    "other_validity": (
        "Mã {code} đã có hiệu lực từ {stored}, tệp ghi từ {given}; thay thế đơn vị không làm bằng nhập tệp.",
        "Code {code} is in force since {stored}, the file says {given}; a succession is not made by a file.",
    ),
}

_STORE_FAULTS = {
    "unknown_batch": (
        "Không có lần nhập số {batch} trong phạm vi của bạn.",
        "There is no import batch {batch} in your scope.",
    ),
    "batch_undone": (
        "Lần nhập {batch} đã được hoàn tác trước đó.",
        "Import batch {batch} was undone before.",
    ),
    "batch_touched": (
        "Không hoàn tác được lần nhập {batch}: {rows} dòng ({table}) đã được sửa sau đó.",
        "Import batch {batch} cannot be undone: {rows} rows ({table}) were changed later.",
    ),
    "batch_in_use": (
        "Không hoàn tác được lần nhập {batch}: dữ liệu nhập sau đang dùng các dòng này; hãy hoàn tác chúng trước.",
        "Import batch {batch} cannot be undone: later rows name these; undo them first.",
    ),
    "import_conflict": (
        "Tệp mâu thuẫn với dữ liệu đã lưu ({constraint}); không có gì được ghi.",
        "The file contradicts what is stored ({constraint}); nothing was written.",
    ),
    "import_outside_scope": (
        "Tệp có dòng ngoài phạm vi đơn vị của bạn; không có gì được ghi.",
        "The file has rows outside the units of your scope; nothing was written.",
    ),
}

# What was passed over or filled in while the table was looked for in its sheet.
_FOUND = {
    "title_row": (
        "Dòng {row} ở trên tiêu đề cột là tên bảng, không phải dữ liệu.",
        "Row {row} stands above the header: a title, no data.",
    ),
    "total_row": (
        "Dòng cộng {label!r} không được tính là dữ liệu.",
        "The total {label!r} does not count as data.",
    ),
    "signature_row": (
        "Dòng {row} thuộc phần ký tên hoặc ghi chú cuối bảng, không phải dữ liệu.",
        "Row {row} belongs to the signatures below the table: no data.",
    ),
    "merged_filled": (
        "Ô gộp được điền xuống {rows} dòng của nó.",
        "A merged cell was filled down into its {rows} rows.",
    ),
    "hidden_row": (
        "Dòng {row} bị ẩn trong bảng tính nhưng vẫn được đọc.",
        "Row {row} is hidden in the sheet; it was read all the same.",
    ),
    "hidden_sheet": (
        "Trang tính ẩn {sheet!r} không được đọc.",
        "The hidden sheet {sheet!r} was not read.",
    ),
    "formula_values": (
        "{cells} ô là công thức; dùng giá trị lưu lần cuối, có thể đã cũ: hãy mở tệp, tính lại (F9) và lưu nếu số liệu đã đổi.",
        "{cells} cells are formulas; the values last stored were taken and may be stale: recalculate and save if figures changed.",
    ),
}

_WARNINGS = {
    "zero_place": (
        "{x} và {y} đều là 0: không phải vị trí, coi như để trống; hãy điền toạ độ nếu biết.",
        "{x} and {y} are both 0: no place, taken as empty; fill in the coordinates if they are known.",
    ),
    "serial_date": (
        "Cột {column}: {value!r} là số ngày của bảng tính và đã được đổi thành ngày.",
        "Column {column}: {value!r} is a spreadsheet's day number and was turned into a date.",
    ),
    "year_assumed": (
        "Cột {column}: {value!r} không có năm; lấy năm chung của các dòng khác trong cột.",
        "Column {column}: {value!r} has no year; the year that the rest of the column shares was taken.",
    ),
    "dates_month_first": (
        "Cột {column} ghi tháng trước ngày, vì có {value!r}; cả cột được đọc như vậy.",
        "Column {column} writes the month first, as {value!r} shows; all of it was read so.",
    ),
    "dates_undecided": (
        "Cột {column}: không ô nào cho biết ngày hay tháng viết trước ({value!r}); đọc ngày trước, như lệ thường.",
        "Column {column}: no cell shows whether day or month comes first ({value!r}); read day first, as is the custom.",
    ),
    "about_number": (
        "Cột {column}: {value!r} là số ước chừng; đã lấy đúng con số đó.",
        "Column {column}: {value!r} is a rough number; it was taken as it stands.",
    ),
    "category_unknown": (
        "Không có loại vụ việc {word!r}; ghi là chưa phân loại.",
        "There is no category {word!r}; stored as unclassified.",
    ),
    "province_added": (
        "Chưa có tỉnh mã {code}; đã thêm (chưa có ranh giới).",
        "Province {code} was not stored; it was added, without a border.",
    ),
    "block_beyond_ward": (
        "Ranh giới khu vực lấn sang tổ dân phố của phường khác; tổ đó không được đưa vào khu vực.",
        "The beat's border reaches over a block of another ward; that block is not taken into the beat.",
    ),
    "block_in_other_beat": (
        "Tổ dân phố đã thuộc khu vực khác, được giữ nguyên ở đó.",
        "The block belongs to another beat and stays there.",
    ),
    "street_split": (
        "Đường gồm nhiều đoạn rời; mỗi đoạn được lưu riêng.",
        "The street is in several pieces; each is stored by itself.",
    ),
    "polygon_repaired": (
        "Ranh giới sai ({why}) đã được sửa: diện tích {area_m2} m², thay đổi {change_m2} m².",
        "The border was invalid ({why}) and was repaired: area {area_m2} m², changed by {change_m2} m².",
    ),
    "parts_merged": (
        "Nhiều dòng cùng mã là các phần của một khu vực; đã gộp làm một.",
        "Several rows with one code are parts of one area; they were put together.",
    ),
    "unclassified": (
        "Không có loại vụ việc; ghi là chưa phân loại.",
        "There is no category; stored as unclassified.",
    ),
    "origin_assumed": (
        "Không ghi nguồn tin; coi là tin báo.",
        "The origin is not stated; taken as reported.",
    ),
    "status_assumed": (
        "Không ghi trạng thái; coi là mới tiếp nhận.",
        "The status is not stated; taken as received.",
    ),
    "role_assumed": (
        "Không ghi vai trò; coi là phụ trách chính.",
        "The role is not stated; taken as primary.",
    ),
    "no_time": ("Không có thời gian xảy ra.", "There is no time of occurrence."),
    "no_place": ("Không có toạ độ; vụ việc không lên bản đồ.", "There is no location; it is not on the map."),
    "number_made": (
        "Không có số hồ sơ; số được tạo từ nội dung của dòng.",
        "There is no file number; one was made from the row's content.",
    ),
    "name_from_code": ("Không có tên; dùng mã làm tên.", "There is no name; the code stands for it."),
    "code_from_name": (
        "Không có cột mã; tên có dạng mã nên được dùng làm mã.",
        "There is no column of codes; the names look like codes and were taken.",
    ),
    "temporary_assumed_zero": (
        "Không ghi số tạm trú; coi là 0.",
        "Temporary residents are not stated; taken as 0.",
    ),
    "absent_assumed_zero": (
        "Không ghi số tạm vắng; coi là 0.",
        "Absent residents are not stated; taken as 0.",
    ),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **_FILES,
    **_COLUMNS,
    **_CRS,
    **_REASONS,
    **_STORE_REASONS,
    **_STORE_FAULTS,
    **_FOUND,
    **_WARNINGS,
}
