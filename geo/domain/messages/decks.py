"""Messages of decks and the files made of them."""

MESSAGES: dict[str, tuple[str, str]] = {
    "briefing_cancelled": (
        "Đã dừng theo yêu cầu; chưa có tệp nào được tạo. Bấm lại khi muốn làm tiếp.",
        "Stopped as asked; no file was made. Start again when you want it.",
    ),
}
