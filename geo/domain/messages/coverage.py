"""Messages of coverage: handovers, who was responsible, access."""

MESSAGES: dict[str, tuple[str, str]] = {
    "days_turned": (
        "Ngày cuối {last} đứng trước ngày đầu {first}; hãy đổi lại hai ngày.",
        "The last day {last} lies before the first, {first}; swap the two.",
    ),
    "unknown_incident": (
        "Không có vụ việc mang mã {code} trong phạm vi của bạn; hãy kiểm tra lại mã.",
        "There is no incident {code} in your scope; check the code.",
    ),
    "unknown_post": (
        "Không có trụ sở mang mã {code} trong phạm vi này; hãy chọn trụ sở khác.",
        "There is no post {code} in this scope; choose another one.",
    ),
    "access_too_many": (
        "Phạm vi này có {households} hộ, nhiều hơn {most}; hãy chọn một phường, xã để tính đường đi.",
        "There are {households} households in this scope, more than {most}; choose a ward to measure ways.",
    ),
}
