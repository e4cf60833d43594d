"""Messages of the app: sign-in, sessions, pages, exports."""

MESSAGES: dict[str, tuple[str, str]] = {
    "sign_in_refused": (
        "Tên đăng nhập hoặc mật khẩu không đúng; hãy kiểm tra rồi thử lại.",
        "The name or the password is not right; check both and try again.",
    ),
    "sign_in_wait": (
        "Đã thử quá nhiều lần. Hãy đợi {minutes} phút rồi thử lại, hoặc nhờ quản trị viên đặt lại mật khẩu.",
        "Too many attempts. Wait {minutes} min and try again, or ask an administrator for a new password.",
    ),
    "account_disabled": (
        "Tài khoản {name} đã bị khoá; hãy liên hệ quản trị viên.",
        "The account {name} is disabled; contact an administrator.",
    ),
    "demo_closed": (
        "Máy này đã có dữ liệu thật nên tài khoản dùng thử không còn hiệu lực; hãy dùng tài khoản được cấp.",
        "This machine holds real data now, so demo accounts no longer work; use an account of your own.",
    ),
    "session_ended": (
        "Phiên làm việc đã hết hạn; hãy đăng nhập lại.",
        "Your session has ended; sign in again.",
    ),
    "foreign_origin": (
        "Yêu cầu đến từ trang khác ({origin}); hãy mở trực tiếp trang đăng nhập rồi thử lại.",
        "The request came from another site ({origin}); open the sign-in page itself and try again.",
    ),
    "bad_account_name": (
        "Tên tài khoản {name!r} không dùng được; dùng 2-40 chữ thường không dấu, số, dấu chấm, gạch nối.",
        "The account name {name!r} cannot be used; use 2-40 of: lower-case letters, digits, dot, hyphen.",
    ),
    "account_exists": (
        "Đã có tài khoản {name}; hãy chọn tên khác.",
        "There is an account {name} already; choose another name.",
    ),
    "radius_not_offered": (
        "Bán kính {h} m trong liên kết không nằm trong các mức {offered} m; đang dùng {used} m.",
        "The radius of {h} m in the link is none of {offered} m; {used} m is used.",
    ),
    "period_without_days": (
        "Liên kết thiếu ngày đầu hoặc ngày cuối của kỳ; đang xem 28 ngày gần nhất.",
        "The link lacks the first or the last day of its period; the last 28 days are shown.",
    ),
    "unknown_account": (
        "Không có tài khoản {name}; xem danh sách ở trang Quản trị.",
        "There is no account {name}; the Admin page lists them.",
    ),
    "unknown_service_number": (
        "Không có cán bộ số hiệu {number} trong phạm vi của bạn; nạp danh sách cán bộ ở trang Nhập dữ liệu, hoặc sửa số hiệu.",
        "There is no officer with number {number} in your scope; load officers on the Imports page, or correct the number.",
    ),
    "unknown_role": (
        "Không có vai trò {role}; các vai trò: {known}.",
        "There is no role {role}; the roles are: {known}.",
    ),
    "account_needs_unit": (
        "Tài khoản phải có ít nhất một đơn vị trong phạm vi; chọn đơn vị, hoặc * cho toàn bộ.",
        "An account needs at least one unit in its scope; name a unit, or * for everything.",
    ),
    "weak_password": (
        "Mật khẩu quá yếu: cần ít nhất {length} ký tự và không chứa tên tài khoản.",
        "The password is too weak: at least {length} characters, without the account's name in it.",
    ),
    "demo_account_fixed": (
        "Tài khoản dùng thử không được thay đổi tài khoản thật {name}; hãy dùng tài khoản quản trị thật.",
        "A demo account may not change the real account {name}; use a real administrator's account.",
    ),
    "last_admin": (
        "{name} là quản trị viên cuối cùng còn hoạt động; hãy tạo quản trị viên khác trước khi khoá.",
        "{name} is the last active administrator; make another one before disabling this one.",
    ),
    "page_failed": (
        "Trang này gặp lỗi (mã {reference}). Hãy tải lại; nếu vẫn lỗi, báo quản trị viên mã này.",
        "This page failed (reference {reference}). Reload it; if it fails again, tell an administrator.",
    ),
    "port_taken": (
        "Cổng {port} trên {host} đang được chương trình khác dùng; hãy đặt DIABAN_PORT sang cổng khác.",
        "Port {port} on {host} is in use by another program; set DIABAN_PORT to another one.",
    ),
    "bad_link_part": (
        "Đường dẫn có {name}={value} không dùng được nên được bỏ qua; các phần khác vẫn giữ nguyên.",
        "The link says {name}={value}, which cannot be used and was left out; the rest is as asked.",
    ),
    "no_such_tile": (
        "Không có ô bản đồ {z}/{x}/{y}; mức phóng từ 0 đến 22, x và y từ 0 đến 2^z - 1.",
        "There is no tile {z}/{x}/{y}; zoom is 0 to 22, x and y 0 to 2^z - 1.",
    ),
    "unknown_out_format": (
        "Không biết ghi tệp {path}: đuôi phải là một trong {known}.",
        "It is not known how to write {path}: the ending must be one of {known}.",
    ),
    "operation_days": (
        "Đợt dài {days} ngày không dùng được; chọn từ 1 đến {most} ngày.",
        "A length of {days} days cannot be used; choose 1 to {most} days.",
    ),
    "operation_control": (
        "{codes} vừa là nơi ra quân vừa là đối chứng; hãy bỏ khỏi một bên.",
        "{codes} is both treated and control; take it out of one of the two.",
    ),
    "operation_unit": (
        "Không có phường, xã nào mã {code} trong phạm vi của bạn; hãy chọn nơi ra quân và đối chứng trong danh sách.",
        "There is no ward {code} in your scope; choose the treated and control wards from the list.",
    ),
    "operation_alone": (
        "Không còn phường nào để đối chứng: hãy bỏ bớt nơi ra quân, hoặc nhờ người có phạm vi rộng hơn xem giúp.",
        "No ward is left to compare with: treat fewer, or ask somebody with a wider scope.",
    ),
    "operation_no_past": (
        "Số liệu chưa có từ {day}, nên không biết trước đợt ra sao; hãy chọn đợt muộn hơn hoặc ngắn hơn.",
        "The data does not reach back to {day}, so what was before is not known; choose a later or shorter one.",
    ),
    "operation_not_over": (
        (
            "Số liệu chưa tới {day}, ngày cuối của đợt {days} ngày: nửa đợt bao giờ cũng trông như thành công. "
            "Hãy rút ngắn đợt hoặc đợi có đủ số liệu."
        ),
        (
            "The data does not reach {day}, the last of {days} days: half an operation always looks a success. "
            "Shorten it, or wait for the data."
        ),
    ),
}
