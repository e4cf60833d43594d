"""Messages of store: database, cluster, migrations."""

MESSAGES: dict[str, tuple[str, str]] = {
    "audit_broken": (
        "Nhật ký bị sửa: sự kiện {event} không khớp ({fault}); hãy giữ nguyên máy và báo người quản trị.",
        "The audit trail was altered: event {event} does not fit ({fault}); leave all as it is, tell the admin.",
    ),
    "backup_exists": (
        "Tệp {path} đã có; hãy chọn tên khác để không ghi đè bản sao lưu.",
        "{path} exists already; choose another name so that no backup is overwritten.",
    ),
    "not_a_backup": (
        "{path} không phải bản sao lưu do `python -m geo backup` tạo ra.",
        "{path} is not a backup made by `python -m geo backup`.",
    ),
    "backup_failed": (
        "{program} không làm được: {detail}. Cơ sở dữ liệu vẫn như trước.",
        "{program} failed: {detail}. The database is as it was.",
    ),
    "restore_would_replace": (
        "Cơ sở dữ liệu đang có dữ liệu thật; hãy sao lưu trước rồi chạy lại với --replace.",
        "The database holds real data; back it up first, then run again with --replace.",
    ),
    "no_such_file": (
        "Không có tệp {path}.",
        "There is no file {path}.",
    ),
    "column_option": (
        "--column {given!r} không đúng dạng trường=tiêu_đề, ví dụ --column code=ma_phuong.",
        "--column {given!r} is not FIELD=HEADER, for example --column code=ward_code.",
    ),
    "database_unreachable": (
        "Không kết nối được cơ sở dữ liệu {place}; hãy chạy `make run`, hoặc kiểm tra DATABASE_URL.",
        "The database {place} cannot be reached; run `make run`, or check DATABASE_URL.",
    ),
    "database_not_migrated": (
        "Cơ sở dữ liệu ở phiên bản {found}, chương trình cần {needed}; hãy chạy `python -m geo migrate`.",
        "The database is at revision {found}, this program needs {needed}; run `python -m geo migrate`.",
    ),
    "postgres_missing": (
        (
            "Máy này chưa có PostgreSQL; hãy chạy `make setup` bằng root, hoặc cài gói postgresql và "
            "postgresql-15-postgis-3 (số theo phiên bản), hoặc đặt DATABASE_URL."
        ),
        (
            "PostgreSQL is not installed; run `make setup` as root, or install the packages postgresql and "
            "postgresql-15-postgis-3 (the number follows the version), or set DATABASE_URL."
        ),
    ),
    "postgis_missing": (
        (
            "PostgreSQL {version} chưa có PostGIS; hãy chạy `make setup` bằng root, hoặc cài gói "
            "postgresql-{version}-postgis-3, hoặc đặt DATABASE_URL."
        ),
        (
            "PostgreSQL {version} has no PostGIS; run `make setup` as root, or install the package "
            "postgresql-{version}-postgis-3, or set DATABASE_URL."
        ),
    ),
    "postgres_version_missing": (
        (
            "Dữ liệu thuộc PostgreSQL {version} nhưng máy không còn phiên bản đó; hãy cài lại các gói "
            "postgresql-{version} và postgresql-{version}-postgis-3."
        ),
        (
            "The data belongs to PostgreSQL {version}, which is no longer installed; install the packages "
            "postgresql-{version} and postgresql-{version}-postgis-3 again."
        ),
    ),
    "postgis_not_on_server": (
        "Máy chủ {place} không có PostGIS và btree_gist; hãy cài PostGIS trên máy chủ đó.",
        "The server of {place} lacks PostGIS or btree_gist; install PostGIS on that server.",
    ),
    "database_needs_admin": (
        (
            "Tài khoản của {place} không được tạo phần mở rộng hoặc vai trò; hãy nhờ quản trị cơ sở dữ "
            "liệu tạo "
            "postgis, btree_gist và các vai trò {roles}, rồi cấp các vai trò đó cho tài khoản."
        ),
        (
            "The login of {place} may not create extensions or roles; have the database's "
            "administrator create "
            "postgis, btree_gist and the roles {roles}, and grant these roles to the login."
        ),
    ),
    "server_user_missing": (
        (
            "PostgreSQL không chạy được bằng root mà máy không có người dùng {user}; hãy cài gói postgresql "
            "hoặc chạy bằng một người dùng thường."
        ),
        (
            "PostgreSQL does not run as root and there is no system user {user}; install the package "
            "postgresql "
            "or run as an ordinary user."
        ),
    ),
    "cluster_not_up": (
        "Cơ sở dữ liệu riêng chưa được tạo; hãy chạy `python -m geo up`.",
        "The private database has not been made yet; run `python -m geo up`.",
    ),
    "cluster_not_yours": (
        "{path} thuộc một người dùng khác; hãy chạy bằng người dùng đã tạo nó, hoặc đặt DIABAN_VAR_DIR.",
        "{path} belongs to another user; run as the user who made it, or set DIABAN_VAR_DIR.",
    ),
    "cluster_busy": (
        (
            "Một lệnh khác đang khởi động hoặc dừng cơ sở dữ liệu ({path}) quá lâu; hãy đợi hoặc kết thúc "
            "lệnh đó."
        ),
        (
            "Another command has been starting or stopping the database ({path}) for too long; wait for it "
            "or end it."
        ),
    ),
    "cluster_no_place": (
        (
            "Người dùng {user} không ghi được vào {path}; hãy đặt DIABAN_VAR_DIR tới một thư mục mà {user} "
            "vào được."
        ),
        "The user {user} cannot write to {path}; set DIABAN_VAR_DIR to a folder that {user} can reach.",
    ),
    "cluster_secrets_lost": (
        (
            "Thiếu tệp mật khẩu {path} của dữ liệu ở {data_dir}; hãy khôi phục tệp đó từ bản sao lưu, hoặc "
            "chuyển "
            "thư mục dữ liệu đi nơi khác để bắt đầu lại."
        ),
        (
            "The password file {path} of the data in {data_dir} is gone; restore it from a backup, or "
            "move the "
            "data folder away to start anew."
        ),
    ),
    "cluster_init_failed": (
        "Không tạo được cơ sở dữ liệu riêng: {detail}",
        "The private database could not be made: {detail}",
    ),
    "cluster_start_failed": (
        "Không khởi động được cơ sở dữ liệu riêng: {detail} (nhật ký ở {log})",
        "The private database did not start: {detail} (logs in {log})",
    ),
    "cluster_stop_failed": (
        "Không dừng được cơ sở dữ liệu riêng: {detail}",
        "The private database did not stop: {detail}",
    ),
    "cluster_port_taken": (
        (
            "Cổng {port} đang có chương trình khác dùng; hãy đặt DIABAN_PG_PORT=0 để tự chọn, hoặc một cổng "
            "khác."
        ),
        "Port {port} is in use by another program; set DIABAN_PG_PORT=0 to have one chosen, or another port.",
    ),
    "cluster_orphans": (
        "Các tiến trình {pids} của cơ sở dữ liệu cũ chưa kết thúc; hãy đợi một phút rồi chạy lại.",
        "The processes {pids} of the database that was killed have not ended; wait a minute and run again.",
    ),
    "copy_out_of_range": (
        "Cột {column}: {count} giá trị không vừa kiểu {type}; giá trị đầu ở dòng {row} (đếm từ 0).",
        "Column {column}: {count} values do not fit {type}; the first is in row {row} (counted from 0).",
    ),
    "copy_wrong_type": (
        "Cột {column} cần kiểu {type} nhưng chứa: {found}.",
        "Column {column} needs {type} but holds: {found}.",
    ),
    "copy_nul_text": (
        ("Cột {column}: {count} ô có ký tự NUL, dòng đầu là {row} (đếm từ 0); hãy bỏ ký tự đó khỏi dữ liệu."),
        (
            "Column {column}: {count} texts hold the NUL character, the first in row {row} (counted from 0); "
            "remove it."
        ),
    ),
    "copy_half_point": (
        (
            "Cột {column}: {count} điểm thiếu một trong hai toạ độ hoặc có toạ độ vô hạn, dòng đầu là {row} "
            "(đếm từ 0)."
        ),
        (
            "Column {column}: {count} points lack one of their coordinates or have an infinite one, the "
            "first in row {row} (counted from 0)."
        ),
    ),
    "copy_empty_range": (
        (
            "Cột {column}: {count} khoảng ngày có ngày kết thúc không sau ngày bắt đầu, dòng đầu là {row} "
            "(đếm từ 0)."
        ),
        (
            "Column {column}: {count} date ranges do not end after they begin, the first in row {row} "
            "(counted from 0)."
        ),
    ),
    "copy_null": (
        "Cột {column} có {count} ô trống, kiểu {type} không biểu diễn được; hãy đọc bằng read_table().",
        "Column {column} has {count} NULLs, which {type} cannot hold in NumPy; read it with read_table().",
    ),
    "copy_infinite": (
        "Cột {column} có {count} mốc thời gian vô hạn; hãy thay bằng NULLIF trong câu truy vấn.",
        "Column {column} has {count} infinite dates or times; turn them to NULL with NULLIF in the query.",
    ),
    "copy_not_utf8": (
        "Kết nối dùng bảng mã {encoding}; hãy đặt client_encoding=UTF8 trong DATABASE_URL.",
        "The connection's encoding is {encoding}; set client_encoding=UTF8 in DATABASE_URL.",
    ),
    "asset_missing": (
        "Gói {package} không có tệp {path}; hãy xoá node_modules rồi chạy lại `make setup`.",
        "The package {package} has no file {path}; remove node_modules and run `make setup` again.",
    ),
    "assets_not_built": (
        "Chưa có tệp giao diện ở {path}; hãy chạy `make setup`.",
        "The front-end files in {path} are not there yet; run `make setup`.",
    ),
    "asset_not_local": (
        "Bản đồ đòi tải {url} từ internet; hãy thêm địa chỉ này vào geo/maps/asset_sources.py.",
        "The map asks for {url} on the internet; add this address to geo/maps/asset_sources.py.",
    ),
}
