"""Messages of store: database, cluster, migrations."""

MESSAGES: dict[str, tuple[str, str]] = {
    "database_unreachable": (
        "Không kết nối được cơ sở dữ liệu {place}; hãy chạy `make run`, hoặc kiểm tra DATABASE_URL.",
        "The database {place} cannot be reached; run `make run`, or check DATABASE_URL.",
    ),
    "database_not_migrated": (
        "Cơ sở dữ liệu ở phiên bản {found}, chương trình cần {needed}; hãy chạy `python -m geo migrate`.",
        "The database is at revision {found}, this program needs {needed}; run `python -m geo migrate`.",
    ),
}
