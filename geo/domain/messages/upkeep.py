"""Messages of upkeep: counts, incidents, points, borders, tasks, undoing."""

_COUNTS = {
    "not_your_beat": (
        "Ngày {day} tài khoản này chỉ ghi được cho khu vực mình phụ trách ({mine}), không phải {beat}; chưa ghi gì. Nhờ người phụ trách khu vực đó, hoặc trưởng công an phường.",
        "On {day} this account saves for its own beats only ({mine}), and {beat} is none of them; nothing was saved. Ask whoever holds that beat, or the ward's chief.",
    ),
    "no_such_beat": (
        "Ngày {day} không có khu vực {code} trong phạm vi của bạn; hãy chọn trong danh sách khu vực.",
        "On {day} there is no beat {code} in your scope; choose one of the list.",
    ),
    "counts_negative": (
        "Hộ {code}: số nhân khẩu không thể âm ({value}); hãy sửa dòng này.",
        "Household {code}: a count cannot be negative ({value}); correct this row.",
    ),
    "counts_too_large": (
        "Hộ {code}: {value} nhân khẩu là quá nhiều cho một hộ (tối đa {most}); hãy kiểm tra lại.",
        "Household {code}: {value} people are too many for one household (at most {most}); check it.",
    ),
    "household_not_in_beat": (
        "Không có hộ {codes} trong khu vực {beat}; chưa ghi gì. Hãy chọn đúng khu vực rồi lưu lại.",
        "Households {codes} are not in beat {beat}; nothing was saved. Choose the right beat, save again.",
    ),
    "household_twice": (
        "Hộ {code} có hai dòng trong cùng lần lưu; hãy bỏ một dòng.",
        "Household {code} has two rows in one save; leave one out.",
    ),
    "counts_changed_since": (
        (
            "{n} hộ đã được người khác lưu sau khi bạn mở: {said}. Chưa ghi gì của bạn; số bạn nhập còn nguyên, "
            "hãy áp dụng lại hoặc bỏ."
        ),
        (
            "{n} households were saved by somebody else since you opened them: {said}. Nothing of yours was "
            "written; what you typed is still there: apply it again or drop it."
        ),
    ),
    "month_not_begun": (
        "Tháng {month} chưa đến; chỉ báo cáo tháng này hoặc các tháng trước.",
        "{month} has not begun; report this month or an earlier one.",
    ),
    "report_changed_since": (
        "Báo cáo {month} của khu vực {beat} vừa được người khác gửi ({households} hộ); hãy xem rồi gửi lại.",
        (
            "The report of {beat} for {month} was just sent by somebody else ({households} households); look at "
            "it, then send again."
        ),
    ),
    "beat_without_households": (
        "Khu vực {beat} không có hộ nào nên không có gì để báo cáo.",
        "Beat {beat} has no households, so there is nothing to report.",
    ),
}

_INCIDENTS = {
    "outside_your_area": (
        "Điểm này không nằm trong phường, xã nào thuộc phạm vi của bạn; hãy chọn lại trên bản đồ.",
        "This point lies in no ward of your scope; choose another one on the map.",
    ),
    "not_a_place": (
        "Kinh độ {lon}, vĩ độ {lat} không phải một vị trí; hãy bấm trên bản đồ.",
        "Longitude {lon}, latitude {lat} are not a place; click on the map.",
    ),
    "moment_in_future": (
        "{moment} chưa đến; vụ việc chỉ ghi khi đã xảy ra.",
        "{moment} has not come yet; an incident is recorded after it happened.",
    ),
    "due_before_recorded": (
        "Hạn xử lý {due} trước lúc ghi nhận {recorded}; hãy chọn hạn muộn hơn.",
        "The due date {due} is before the incident was recorded, {recorded}; choose a later one.",
    ),
    "resolved_before_occurred": (
        "Giải quyết lúc {resolved} là trước khi xảy ra ({occurred}); hãy sửa một trong hai.",
        "Resolved at {resolved} is before it happened ({occurred}); correct one of them.",
    ),
    "bad_precision": (
        "Độ chính xác {value} m không dùng được; hãy cho số mét từ 0 trở lên.",
        "A precision of {value} m cannot be used; give metres from 0 on.",
    ),
    "unknown_origin": (
        (
            "Nguồn tin {value} không có trong danh mục; chỉ có: tin báo (reported) hoặc tự phát hiện "
            "(discovered)."
        ),
        "The origin {value} is not known; it is either reported or discovered.",
    ),
    "step_not_allowed": (
        (
            "Vụ việc {code} đang “{status}” nên bước tiếp theo không thể là “{step}”; đi từng bước, lùi bằng "
            "nút Hoàn tác."
        ),
        "Incident {code} is “{status}”, so “{step}” cannot be next; go step by step, back by Undo.",
    ),
    "incident_changed_since": (
        (
            "Vụ việc {code} vừa được người khác lưu: đang “{status}”. Chưa ghi gì của bạn; hãy xem lại rồi làm "
            "tiếp."
        ),
        (
            "Incident {code} was just saved by somebody else: it is “{status}” now. Nothing of yours was "
            "written; look at it and go on."
        ),
    ),
}

_PLACES = {
    "unknown_household": (
        "Không có hộ {code} trong phạm vi của bạn.",
        "There is no household {code} in your scope.",
    ),
    "household_changed_since": (
        "Hộ {code} vừa được người khác lưu ({said}). Chưa ghi gì của bạn; hãy xem lại rồi làm tiếp.",
        (
            "Household {code} was just saved by somebody else ({said}). Nothing of yours was written; look at it "
            "and go on."
        ),
    ),
    "outside_every_block": (
        "Điểm này không nằm trong tổ dân phố nào thuộc phạm vi của bạn; hãy chọn lại trên bản đồ.",
        "This point lies in no block of your scope; choose another one on the map.",
    ),
    "point_forgotten": (
        "Vị trí cũ của hộ {code} chỉ được giữ 30 ngày và nay không còn; hãy đặt lại vị trí trên bản đồ.",
        "Where household {code} lay was kept for 30 days and is gone; put its point anew on the map.",
    ),
}

_BORDERS = {
    "no_such_block": (
        "Không có tổ dân phố {code} trong phạm vi của bạn.",
        "There is no block {code} in your scope.",
    ),
    "border_bad_polygon": (
        "Hình vẽ không thành một vùng: cần ít nhất ba điểm và các cạnh không cắt nhau.",
        "The drawing is not an area: it needs at least three points and sides that do not cross.",
    ),
    "border_unchanged": (
        "Hình vẽ không làm ranh giới của {code} thay đổi; hãy vẽ phần cần thêm hoặc bớt.",
        "The drawing does not change the border of {code}; draw the part to add or to take away.",
    ),
    "border_outside_ward": (
        "Ranh giới đề nghị vượt ra ngoài phường, xã {area} m²; ranh giới phường, xã không đổi ở đây.",
        "The border reaches {area} m² beyond the ward; a ward's border is not changed here.",
    ),
    "border_swallows": (
        "Ranh giới đề nghị nuốt hết tổ dân phố {codes}; hãy để lại một phần, hoặc sáp nhập bằng quyết định.",
        "The border would swallow block {codes} whole; leave a part, or merge them by decision.",
    ),
    "border_in_parts": (
        "Ranh giới đề nghị cắt rời tổ dân phố {codes} thành nhiều mảnh; hãy vẽ phần đất liền kề.",
        "The border would leave block {codes} in pieces; draw land that adjoins.",
    ),
    "border_nobodys": (
        "Phần bỏ ra {area} m² không giáp tổ dân phố nào để nhận; hãy vẽ lại.",
        "The {area} m² given up touch no block that could take them; draw it again.",
    ),
    "unknown_reason": (
        "Lý do {value} không có trong danh mục.",
        "The reason {value} is not one of the list.",
    ),
    "unknown_proposal": (
        "Không có đề nghị số {number} trong phạm vi của bạn.",
        "There is no proposal {number} in your scope.",
    ),
    "proposal_decided": (
        "Đề nghị số {number} đã {state}; không quyết định lại được.",
        "Proposal {number} is {state} already; it cannot be decided again.",
    ),
    "proposal_outdated": (
        "Ranh giới của {codes} đã được vẽ lại sau khi có đề nghị số {number}, nên đề nghị này không còn khớp; chưa ghi gì. Hãy từ chối và vẽ đề nghị mới.",
        "The border of {codes} was drawn anew since proposal {number} was made, so it fits no more; nothing was written. Refuse it and draw a new one.",
    ),
    "border_day_ahead": (
        "Ranh giới mới chỉ có hiệu lực từ hôm nay ({today}) trở về trước, không phải {day}; hãy chấp nhận vào đúng ngày đó.",
        "A new border takes effect today ({today}) or earlier, not on {day}; accept it on that day.",
    ),
    "border_day_too_early": (
        "Ranh giới của {block} đã thay đổi, hoặc tổ này mới có, từ ngày {first}; ngày hiệu lực không thể là {day}. Hãy chọn từ ngày {first}.",
        "The border of {block} was changed, or the block began, on {first}; the new one cannot hold from {day}. Choose {first} or later.",
    ),
    "border_changed_since": (
        "Không hoàn tác được: ranh giới của {codes} đã được vẽ lại sau đó. Mọi thứ giữ nguyên; hãy hoàn tác lần sau trước.",
        "It cannot be undone: the border of {codes} was drawn anew since. All is as it was; undo the later change first.",
    ),
}

_TASKS = {
    "unknown_task": (
        "Không có công việc {code} trong phạm vi của bạn.",
        "There is no task {code} in your scope.",
    ),
    "task_without_document": (
        "Công việc phải theo một văn bản; hãy ghi số kế hoạch hoặc quyết định.",
        "A task rests on a document; give the number of the plan of work or decision.",
    ),
    "task_without_title": (
        "Hãy ghi nội dung công việc.",
        "Say what is to be done.",
    ),
    "task_names_a_number": (
        (
            "Nội dung công việc có dãy số giống số giấy tờ hoặc điện thoại; hệ thống không lưu thông tin về "
            "người, hãy bỏ dãy số đó."
        ),
        (
            "The task holds digits like those of a paper or a telephone; nothing about persons is kept here, "
            "take them out."
        ),
    ),
    "unknown_work": (
        "Mặt công tác {value} không có trong bốn mặt công tác.",
        "{value} is not one of the four works.",
    ),
    "block_of_another_ward": (
        "Tổ dân phố {block} thuộc phường khác với khu vực {beat}; không có gì được ghi. Hãy chọn tổ trong phường của khu vực, hoặc ghi nhận việc sáp nhập hai phường trước.",
        "Block {block} is of another ward than beat {beat}; nothing was written. Choose a block of the beat's ward, or record first that the two wards were merged.",
    ),
    "beat_of_another_ward": (
        "Khu vực {beat} không thuộc {unit}; hãy chọn khu vực của chính đơn vị đó.",
        "Beat {beat} does not belong to {unit}; choose a beat of that unit.",
    ),
    "progress_out_of_range": (
        "Tiến độ {value} không dùng được; hãy cho số từ 0 đến 100.",
        "A progress of {value} cannot be used; give a number from 0 to 100.",
    ),
    "task_closed": (
        "Công việc {code} đã {state}; không thay đổi được nữa.",
        "Task {code} is {state}; it cannot be changed any more.",
    ),
    "task_changed_since": (
        (
            "Công việc {code} vừa được người khác lưu: {progress} %, hạn {due}. Chưa ghi gì của bạn; hãy xem lại "
            "rồi làm tiếp."
        ),
        (
            "Task {code} was just saved by somebody else: {progress} %, due {due}. Nothing of yours was written; "
            "look at it and go on."
        ),
    ),
}

_UNDO = {
    "nothing_to_undo": (
        "Không có thay đổi nào của bạn để hoàn tác.",
        "There is no change of yours to undo.",
    ),
    "undo_changed_since": (
        "Không hoàn tác được: {codes} đã được lưu thêm sau thay đổi của bạn. Mọi thứ giữ nguyên.",
        "It cannot be undone: {codes} were saved again after your change. All is as it was.",
    ),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **_COUNTS, **_INCIDENTS, **_PLACES, **_BORDERS, **_TASKS, **_UNDO,
}  # fmt: skip
