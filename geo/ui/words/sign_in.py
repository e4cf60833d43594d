"""Words of the sign-in and sign-out pages."""

WORDS: dict[str, tuple[str, str]] = {
    "sign_in.title": ("Đăng nhập", "Sign in"),
    "sign_in.lead": (
        "Dùng tài khoản được cấp tại đơn vị. Mọi lần đăng nhập đều được ghi nhật ký.",
        "Use the account given to you by your unit. Every sign-in is logged.",
    ),
    "sign_in.name": ("Tên đăng nhập", "Account name"),
    "sign_in.password": ("Mật khẩu", "Password"),
    "sign_in.submit": ("Đăng nhập", "Sign in"),
    "sign_in.ended": (
        "Phiên làm việc đã hết hạn. Đăng nhập lại để tiếp tục đúng màn hình vừa xem.",
        "Your session has ended. Sign in again to continue where you were.",
    ),
    "sign_in.signed_out": ("Bạn đã đăng xuất.", "You have signed out."),
    "sign_in.deep_link": ("Sau khi đăng nhập sẽ mở: {path}", "After signing in you will see: {path}"),
    "sign_in.demo": ("Dùng thử với dữ liệu giả lập", "Try it with synthetic data"),
    "sign_in.demo_why": (
        "Máy này chỉ có thành phố giả lập. Chọn vai trò để vào ngay; có dữ liệu thật thì mục này mất đi.",
        "This machine holds only the synthetic city. Pick a role to enter; this goes once real data is in.",
    ),
    "sign_in.sees_all": ("toàn thành phố", "the whole city"),
    "sign_in.sees": ("chỉ {units}", "{units} only"),
    "sign_in.demo.commander": ("xem điểm nóng, duyệt phương án", "reviews hotspots, approves plans"),
    "sign_in.demo.planner": ("điều chỉnh phân công, nhập dữ liệu", "moves areas, imports data"),
    "sign_in.demo.briefer": ("xem và xuất báo cáo", "views and exports briefings"),
    "sign_in.demo.ward_officer": ("cập nhật số liệu hộ, vụ việc", "keeps counts and incidents fresh"),
    "sign_in.demo.admin": ("tài khoản, nhật ký, nhập dữ liệu", "accounts, audit trail, imports"),
    "sign_in.places": (
        "Hệ thống lưu địa điểm và số lượng, không lưu tên hay giấy tờ của người dân.",
        "The system holds places and counts, never a resident's name or papers.",
    ),
    "sign_in.offline": (
        "Chạy trong mạng nội bộ, không gửi gì ra ngoài.",
        "Runs inside the closed network; nothing leaves it.",
    ),
}
