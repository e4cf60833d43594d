"""Words that every page shares: names, roles, the frame around a page."""

from geo.domain.messages.common import WORDS as STORED

WORDS: dict[str, tuple[str, str]] = {
    "app.name": ("Địa Bàn", "Địa Bàn"),
    "app.tagline": (
        "Ai phụ trách ở đâu, tốt đến đâu, có gì đổi khác",
        "Who is responsible where, how well, and what changed",
    ),
    "nav.home": ("Tổng quan", "Home"),
    "nav.hotspots": ("Điểm nóng", "Hotspots"),
    "nav.coverage": ("Phụ trách địa bàn", "Coverage"),
    "nav.upkeep": ("Cập nhật", "Upkeep"),
    "nav.tasks": ("Công việc", "Tasks"),
    "nav.reassign": ("Phân công", "Reassign"),
    "nav.briefing": ("Báo cáo", "Briefing"),
    "nav.imports": ("Nhập dữ liệu", "Imports"),
    "nav.admin": ("Quản trị", "Admin"),
    **{f"role.{role}": (vi.capitalize(), en.capitalize()) for role, (vi, en) in STORED["role"].items()},
    "bar.scope": ("Phạm vi", "Scope"),
    "bar.all_units": ("Toàn địa bàn", "All units"),
    "bar.more_units": ("và {n} đơn vị khác", "and {n} more"),
    "bar.as_of": ("Ngày", "As of"),
    "bar.period": ("Kỳ", "Period"),
    "bar.category": ("Loại", "Category"),
    "bar.synthetic": ("DỮ LIỆU GIẢ LẬP", "SYNTHETIC DATA"),
    "bar.sign_out": ("Đăng xuất", "Sign out"),
    "bar.other_lang": ("English", "Tiếng Việt"),
    "bar.other_lang_hint": ("Switch to English", "Chuyển sang tiếng Việt"),
    "guard.ended": ("Phiên làm việc đã hết hạn", "Your session has ended"),
    "guard.ended_why": (
        "Phiên tự kết thúc sau một thời gian không dùng. Đăng nhập lại sẽ mở đúng màn hình này.",
        "A session ends by itself when it is not used for a while. Signing in again opens this very view.",
    ),
    "guard.sign_in": ("Đăng nhập lại", "Sign in again"),
    "guard.not_for_role": ("Trang này không dành cho vai trò của bạn", "This page is not for your role"),
    "guard.unavailable": ("Hệ thống tạm thời không dùng được", "The system is not available right now"),
    "notice.not_found": ("Không có trang này", "There is no such page"),
    "notice.not_found_why": (
        "Địa chỉ {path} không ứng với trang nào. Có thể đường dẫn bị gõ thiếu hoặc trang đã được đổi tên.",
        "The address {path} belongs to no page. It may have lost a part, or the page was renamed.",
    ),
    "notice.home": ("Về trang Tổng quan", "Go to Home"),
    "notice.retry": ("Thử lại", "Try again"),
}
