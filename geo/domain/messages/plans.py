"""Messages of the planner's desk: drafts, decisions, handover, what stands in the way of each."""

MESSAGES: dict[str, tuple[str, str]] = {
    "plan_bad_options": (
        "Thiết lập của phương án không đọc được: {fault}.",
        "The settings of the plan cannot be read: {fault}.",
    ),
    "plan_no_blocks": (
        "Đơn vị {unit} không có tổ dân phố nào vào ngày {day}; hãy nạp danh sách tổ trước.",
        "Unit {unit} has no blocks on {day}; import its blocks first.",
    ),
    "plan_no_beats": (
        "Đơn vị {unit} không có khu vực nào vào ngày {day}; hãy nạp danh sách khu vực trước.",
        "Unit {unit} has no beats on {day}; import its beats first.",
    ),
    "plan_not_a_ward": (
        "{code} không phải phường, xã: phương án lập cho từng phường; muốn gộp hai phường, hãy thêm phường kia.",
        "{code} is not a ward: plans are made ward by ward; to merge two wards, add the other one.",
    ),
    "plan_no_such_block": (
        "Không có tổ {block} trong đơn vị {unit} vào ngày của phương án.",
        "There is no block {block} in unit {unit} on the day of the plan.",
    ),
    "plan_no_such_beat": (
        "Không có khu vực {beat} trong phương án này vào ngày áp dụng.",
        "There is no beat {beat} in this plan on its day.",
    ),
    "plan_beat_exists": (
        "Mã khu vực {beat} đã có; hãy đặt mã khác cho khu vực mới.",
        "The beat code {beat} exists already; give the new beat another.",
    ),
    "plan_no_beat_days": (
        "Chưa cán bộ nào có số ngày bám địa bàn; hãy nạp số ngày hoặc chia đều.",
        "No officer has beat days; import them or plan for equal loads.",
    ),
    "plan_unknown": (
        "Không có phương án {plan} trong phạm vi của bạn.",
        "There is no plan {plan} in your scope.",
    ),
    "plan_no_title": (
        "Phương án cần có tên.",
        "A plan needs a title.",
    ),
    "plan_date_past": (
        "Ngày áp dụng {day} đã qua (hôm nay {today}); phương án không viết lại những ngày đã qua.",
        "The day {day} has passed (today is {today}); a plan does not rewrite days that are over.",
    ),
    "plan_changed_meanwhile": (
        (
            "Người khác đã lưu phương án {plan} sau khi bạn mở; {n} tổ khác nhau ({blocks}). Chưa ghi gì: hãy xem "
            "bản mới rồi áp lại thay đổi của bạn."
        ),
        (
            "Somebody saved the plan {plan} after you opened it; {n} blocks differ ({blocks}). Nothing was "
            "written: look at the new version and reapply your moves."
        ),
    ),
    "plan_changed": (
        "Phương án {plan} vừa được người khác thay đổi; hãy mở lại rồi làm tiếp.",
        "The plan {plan} was just changed by somebody else; open it again and go on.",
    ),
    "plan_not_editable": (
        "Phương án {plan} đang ở trạng thái «{plan_state}»: chỉ sửa, xoá được bản nháp hoặc bản bị trả lại. Hãy tạo nhánh.",
        "The plan {plan} is «{plan_state}»: only a draft, or one sent back, can be edited or deleted. Branch it.",
    ),
    "plan_no_such_officer": (
        "Không có cán bộ mang số hiệu {officer} trong phạm vi của bạn.",
        "There is no officer with the number {officer} in your scope.",
    ),
    "plan_line_does_not_cut": (
        "Đường vẽ không cắt tổ {block} làm hai; hãy kéo đường từ ngoài ranh này sang ngoài ranh kia.",
        "The line does not cut block {block} in two; draw it from outside one border to outside the other.",
    ),
    "plan_line_cuts_more": (
        "Đường vẽ cắt tổ {block} thành {pieces} mảnh; mỗi lần chỉ tách làm hai.",
        "The line cuts block {block} into {pieces} pieces; it must leave two.",
    ),
    "plan_split_block_gone": (
        "Tổ được tách (id {block}) không còn vào ngày áp dụng; hãy bỏ đường tách.",
        "The block that was split (id {block}) is gone on the day of the plan; take the split out.",
    ),
    "plan_split_twice": (
        "Tổ {block} đã có một đường tách trong phương án này; hãy bỏ đường cũ trước.",
        "Block {block} is split already in this plan; take the other line out first.",
    ),
    "plan_wrong_state": (
        "Phương án {plan} đang ở trạng thái «{plan_state}», không thể {plan_step}.",
        "The plan {plan} is «{plan_state}»: it cannot be {plan_step}.",
    ),
    "plan_refused": (
        "Phương án {plan} chưa trình được, có {n} lỗi: {faults}",
        "The plan {plan} cannot be submitted ({n}): {faults}",
    ),
    "plan_undo_gone": (
        "Hoàn tác, làm lại không qua được một sự kiện hay lần chia tổ; hãy bỏ chính sự kiện đó.",
        "Undo and redo do not reach across an event or a split; take that event back instead.",
    ),
    "plan_holds_no_beat": (
        "Cán bộ {officer} không phụ trách khu vực nào của đơn vị {unit} vào ngày của phương án.",
        "The officer {officer} holds no beat of unit {unit} on the day of the plan.",
    ),
    "plan_bad_file": (
        "Tệp {path} không phải phương án do lệnh rebalance ghi ra: {fault}.",
        "The file {path} is no plan as rebalance writes it: {fault}.",
    ),
    "plan_own": (
        "Không ai duyệt phương án do chính mình lập hoặc trình; hãy để chỉ huy khác quyết định.",
        "Nobody decides about a plan that he or she made or submitted; let another commander decide.",
    ),
    "plan_no_reason": (
        "Hãy ghi lý do của quyết định.",
        "Give a reason for the decision.",
    ),
    "plan_decided_already": (
        "Phương án {plan} đã được quyết định trước bạn: «{plan_state}». Quyết định của bạn không được ghi.",
        "The plan {plan} was decided before you: «{plan_state}». Your decision was not recorded.",
    ),
    "plan_apply_needs_planner": (
        "Đưa phương án vào hiệu lực hoặc hoàn tác là việc của cán bộ kế hoạch hoặc người vận hành máy; vai trò {role} không làm được.",
        "To bring a plan into force or take it back needs a planner or the machine's operator; the role {role} cannot.",
    ),
    "plan_hands_changed": (
        (
            "Chưa ghi gì: {n} tổ đã đổi khu vực sau khi lập phương án ({blocks}). Hãy rút phương án về nháp, "
            "xem lại và trình lại."
        ),
        (
            "Nothing was written: {n} blocks changed hands after the plan was made ({blocks}). Withdraw the plan, "
            "look at it again and submit it anew."
        ),
    ),
    "plan_later_change": (
        "Chưa ghi gì: tổ {block} đã có thay đổi khu vực từ ngày {day}, sau ngày áp dụng. Hãy hoàn tác thay đổi đó trước.",
        "Nothing was written: block {block} changes hands again on {day}, after the plan's day. Take that back first.",
    ),
    "plan_rollback_changed": (
        "Chưa hoàn tác: {n} dòng trong bảng {table} đã bị sửa sau khi phương án có hiệu lực; hãy hoàn tác thay đổi đó trước.",
        "Nothing was taken back: {n} rows of {table} were changed after the plan came into force; undo that first.",
    ),
    "plan_starts_that_day": (
        "Chưa ghi gì: một dòng của bảng {table} bắt đầu đúng ngày {day}; hãy chọn ngày áp dụng khác.",
        "Nothing was written: a row of {table} begins on {day} itself; choose another day for the plan.",
    ),
    "plan_csv_columns": (
        "Tệp {file} cần cột mã tổ (block_code) và mã khu vực (beat_code); tìm thấy: {found}.",
        "The file {file} needs a column block_code and a column beat_code; found: {found}.",
    ),
    "plan_csv_broken": (
        "Dòng có {cells} ô, không khớp số cột.",
        "The row has {cells} cells, which does not fit the columns.",
    ),
    "plan_csv_twice": (
        "Tổ {block} đã có ở dòng {row}.",
        "Block {block} stands in row {row} already.",
    ),
    "plan_csv_locked": (
        "Tổ {block} đang bị khoá; hãy bỏ khoá trước.",
        "Block {block} is locked; unlock it first.",
    ),
    "plan_in_the_way": (
        "Chưa ghi gì: phương án {plan} vướng dữ liệu khác vừa ghi hoặc ngoài phạm vi của bạn ({rule}); hãy mở lại.",
        "Nothing was written: something just stored, or outside your scope, is in the way of {plan} ({rule}).",
    ),
    "plan_torn_since": (
        "Chưa ghi gì: các tổ quanh phương án {plan} đã đổi sau khi trình, có {n} lỗi: {faults}",
        "Nothing was written: blocks around the plan {plan} changed since, {n} faults: {faults}",
    ),
    "plan_needs_document": (
        "Phương án {plan} chưa có số quyết định làm căn cứ; hãy điền số quyết định rồi đưa vào hiệu lực.",
        "The plan {plan} names no legal document; give its number, then bring it into force.",
    ),
    "plan_balanced": ("Cân theo {what}", "Balanced by {what}"),
    "plan_whole_households": ("số hộ", "households"),
    "plan_whole_residents": ("nhân khẩu", "residents"),
    "plan_whole_incidents": ("vụ việc trong 12 tháng", "incidents of 12 months"),
    "plan_counted_households": ("{n} × hộ", "{n} × household"),
    "plan_counted_residents": ("{n} × nhân khẩu", "{n} × resident"),
    "plan_counted_incidents": ("{n} × vụ việc (12 tháng)", "{n} × incident (12 months)"),
    "plan_targets_equal": ("chia đều", "equal shares"),
    "plan_targets_days": ("theo số ngày bám địa bàn", "by beat days"),
    "plan_norm": ("định mức {n} mỗi ngày bám địa bàn", "norm of {n} a beat day"),
    "plan_wishes": ("ưu tiên: {what}", "first: {what}"),
    "plan_wish_moved": ("ít hộ đổi người phụ trách", "few households in other hands"),
    "plan_wish_touched": ("ít khu vực bị động đến", "few beats touched"),
    "plan_wish_compact": ("khu vực gọn", "compact beats"),
    "plan_wish_distance": ("đường đi ngắn", "short ways"),
    "plan_wish_distance_post": ("đường đến trụ sở ngắn", "short ways to the post"),
    "plan_wish_groups": ("khu phố phải giữ nguyên", "neighbourhoods must stay whole"),
    "plan_group_split": ("{name} chia giữa {beats}", "{name} between {beats}"),
    "plan_group_split_today": (
        "{name} chia giữa {beats} (hiện cũng vậy)",
        "{name} between {beats} (as today)",
    ),
    "plan_group_part": ("{beat} ({n}\u00a0tổ)", "{beat} ({n:block|blocks})"),
    "plan_groups_split": (
        (
            "Trong ±{tolerance} % không tìm được phương án giữ nguyên mọi khu phố; phương án tốt nhất phải chia {names}. "
            "Nới mức lệch, hoặc chọn «nên giữ» ở phần Cân đối."
        ),
        (
            "Within ±{tolerance} % no plan was found that keeps every neighbourhood whole; the best one splits {names}. "
            "Widen the tolerance, or choose “rather” under Balance."
        ),
    ),
    "plan_stopped_before": (
        "Đã dừng khi chưa có phương án nào trong mức lệch.",
        "It was ended before there was any plan within the tolerance.",
    ),
    "plan_bad_granted": (
        "Phần hộ được chuyển thêm {value} không dùng được; phải từ 0 đến 1.",
        "The share of more households {value} cannot be used; it must be from 0 to 1.",
    ),
}
