"""Messages of what leaves the system: purposes, fingerprints, briefings, jobs."""

MESSAGES: dict[str, tuple[str, str]] = {
    "purpose_missing": (
        "Chưa nói xuất ra để làm gì; hãy ghi mục đích, nó được lưu vào nhật ký cùng tên người xuất.",
        "It is not said what the file is for; give a purpose: it is logged with who exports.",
    ),
    "purpose_too_long": (
        "Mục đích dài {length} ký tự, tối đa {most}; hãy viết gọn lại.",
        "The purpose has {length} characters, at most {most} are kept; make it shorter.",
    ),
    "bad_fingerprint": (
        "“{given}” không phải mã truy vết; mã gồm 16 chữ số hoặc chữ a-f, in ở chân trang.",
        "“{given}” is no trace code: one has 16 digits or letters a-f and stands at the foot of the page.",
    ),
    "unknown_briefing": (
        "Không có báo cáo {code} trong phạm vi của bạn; có thể chủ của nó đã xoá.",
        "There is no briefing {code} in your scope; its owner may have deleted it.",
    ),
    "briefing_changed": (
        "Báo cáo {code} vừa được sửa ở cửa sổ khác; hãy tải lại trang rồi làm lại thay đổi của bạn.",
        "The briefing {code} was just changed in another window; reload the page and make your change again.",
    ),
    "briefing_not_yours": (
        "Báo cáo {code} là của người khác nên chỉ xem được; hãy tạo báo cáo của riêng bạn.",
        "The briefing {code} is somebody else's and can only be read; make one of your own.",
    ),
    "briefing_empty": (
        "Báo cáo chưa có màn hình nào; hãy mở một trang và bấm “Thêm vào báo cáo”.",
        "The briefing has no view yet; open a page and press “Add to briefing”.",
    ),
    "briefing_title_missing": (
        "Báo cáo chưa có tên; hãy đặt tên.",
        "The briefing has no title; give it one.",
    ),
    "briefing_full": (
        "Một báo cáo có tối đa {most} màn hình; hãy bỏ bớt hoặc tạo báo cáo khác.",
        "A briefing holds at most {most} views; take some out or make another one.",
    ),
    "bad_briefing_view": (
        "Đường dẫn {link} không phải màn hình của hệ thống này; hãy mở trang cần trình bày rồi thêm lại.",
        "The address {link} is no view of this system; open the page to be shown and add it again.",
    ),
    "too_many_jobs": (
        "Bạn đang có {n} tệp chờ làm; hãy đợi hoặc huỷ bớt rồi bấm lại.",
        "You have {n} files waiting to be made; wait or cancel one, then press again.",
    ),
    "job_failed": (
        "Không làm được tệp (mã {reference}); hãy thử lại, nếu vẫn lỗi báo quản trị viên mã này.",
        "The file could not be made (reference {reference}); try again, and tell an administrator if it fails.",
    ),
}
