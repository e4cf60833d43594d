"""Words of the Reassign page: a solve that goes on, and what is said of what it found."""

WORDS: dict[str, tuple[str, str]] = {
    "reassign.solving.smallest": ("Đang tìm mức đổi ít nhất", "Looking for the smallest change"),
    "reassign.solving.scratch": ("Đang vẽ lại từ đầu", "Drawing from scratch"),
    "reassign.solving.curve": ("Đang tính đường cong", "Working out the curve"),
    "reassign.phase.waiting": ("chờ đến lượt", "waits for its turn"),
    "reassign.phase.search": (
        "tìm phương án · {seconds}/{limit} giây",
        "searching for a plan · {seconds} of {limit} s",
    ),
    "reassign.phase.proof": (
        "giảm số hộ và chứng minh · {seconds}/{limit} giây",
        "moving fewer, and proving it · {seconds} of {limit} s",
    ),
    "reassign.phase.shape": (
        "làm gọn hình dạng · {seconds}/{limit} giây",
        "bettering the shape · {seconds} of {limit} s",
    ),
    "reassign.solving.none": ("chưa có phương án nào", "no plan yet"),
    "reassign.solving.best": (
        "tốt nhất đến nay: chuyển {moved} {counted}, lệch nhiều nhất {off}",
        "best so far: {moved} {counted} moved, worst beat {off} off",
    ),
    "reassign.solving.at_hand": (
        "đang có: chuyển {moved} {counted}, lệch nhiều nhất {off}",
        "at hand: {moved} {counted} moved, worst beat {off} off",
    ),
    "reassign.solving.gap": (
        "đã chứng minh không dưới {bound} (khoảng cách {gap})",
        "proved that none is below {bound} (gap {gap})",
    ),
    "reassign.solving.take": ("Dừng và lấy phương án tốt nhất", "Stop and take the best so far"),
    "reassign.solving.drop": ("Bỏ", "Discard"),
    "reassign.solving.stopping": ("Đang dừng…", "Stopping…"),
    "reassign.ended_by_user": ("Bạn đã dừng trước khi tính xong.", "You ended it before it was done."),
    "reassign.ended_by_time": (
        "Hết giờ trước khi chứng minh xong.",
        "Time ran out before the proof was done.",
    ),
    "reassign.shape": (
        (
            "Hình dạng tốt hơn, thêm {extra} hộ so với đổi ít nhất: độ gọn {compact_before} → {compact}, "
            "từ tổ đến {goal} {ways_before} → {ways} m, khu vực bị động {beats_before} → {beats}, "
            "khu phố bị chia {groups_before} → {groups}."
        ),
        (
            "A better shape, {extra} households more than the fewest: compactness {compact_before} → {compact}, "
            "block to {goal} {ways_before} → {ways} m, beats touched {beats_before} → {beats}, "
            "neighbourhoods split {groups_before} → {groups}."
        ),
    ),
    "reassign.ways_to.middle": ("giữa khu vực", "middle of beat"),
    "reassign.ways_to.post": ("trụ sở của khu vực", "post of the beat"),
    "reassign.groups_in": ("Chia {n} khu phố: {names}.", "Splits {n:neighbourhood|neighbourhoods}: {names}."),
    "reassign.groups_split": ("Khu phố bị chia ({n})", "Neighbourhoods split ({n})"),
    "reassign.show_on_map": ("Xem trên bản đồ", "Show on the map"),
    "reassign.groups_whole": (
        "Mọi khu phố đều nằm trọn trong một khu vực.",
        "Every neighbourhood lies in one beat.",
    ),
}
