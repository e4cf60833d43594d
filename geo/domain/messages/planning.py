"""Messages of planning: problems that cannot be planned, proofs of it, faults of a plan, reasons of a move."""

MESSAGES: dict[str, tuple[str, str]] = {
    "plan_bad_shape": (
        "{field} phải có dạng {wanted}; nhận được {shape}.",
        "{field} must have the shape {wanted}; got {shape}.",
    ),
    "plan_not_finite": (
        "{field} có {n} giá trị không phải số hữu hạn (NaN hoặc vô hạn), đầu tiên ở vị trí {first}.",
        "{field} has {n} values that are not finite numbers (NaN or infinite), the first at position {first}.",
    ),
    "plan_negative": (
        "{field} có {n} giá trị âm, đầu tiên ở vị trí {first}: {value}. Hãy sửa tại nguồn.",
        "{field} has {n} negative values, the first at position {first}: {value}. Mend them at the source.",
    ),
    "plan_no_units": (
        "Không có tổ nào để chia; hãy chọn đơn vị có tổ dân phố.",
        "There are no units to plan; choose a ward that has blocks.",
    ),
    "plan_no_workload": (
        "Tổng khối lượng bằng 0: không có gì để chia đều.",
        "The workload adds up to 0: there is nothing to balance.",
    ),
    "plan_bad_k": (
        "Số khu vực k = {k} phải là số nguyên từ 1 trở lên.",
        "The number of beats k = {k} must be a whole number of at least 1.",
    ),
    "plan_k_above_units": (
        "Không thể chia {n} tổ thành {k} khu vực: mỗi khu vực cần ít nhất một tổ; k nhiều nhất là {n}.",
        "{n} units cannot make {k} beats: each beat needs a unit of its own; k can be at most {n}.",
    ),
    "plan_bad_edges": (
        (
            "{n} cạnh không nối hai tổ khác nhau trong khoảng 0..{last}, đầu tiên ở vị trí {first}; "
            "hãy kiểm tra danh sách tổ kề nhau."
        ),
        (
            "{n} edges do not join two different units of 0..{last}, the first at position {first}; "
            "look at the list of neighbours."
        ),
    ),
    "plan_graph_in_parts": (
        (
            "Mạng các tổ rời thành {pieces} mảng (mảng nhỏ nhất {smallest} tổ, trong đó có tổ {unit}): không khu "
            "vực nào đi được giữa các mảng. Hãy thêm cầu hoặc lối đi, hoặc lập phương án riêng cho từng mảng."
        ),
        (
            "The graph of units is in {pieces} pieces (the smallest has {smallest} units, unit {unit} among "
            "them): no beat can reach across. Add the bridge or passage, or plan each piece by itself."
        ),
    ),
    "plan_bad_owner": (
        "{n} tổ có khu vực nằm ngoài -1..{last}, đầu tiên là tổ {first} ({value}).",
        "{n} units have a beat outside -1..{last}, the first is unit {first} ({value}).",
    ),
    "plan_not_whole": (
        "{field} phải là số nguyên; vị trí {first} là {value}.",
        "{field} must be whole numbers; position {first} is {value}.",
    ),
    "plan_lock_without_owner": (
        "{n} tổ bị khoá nhưng chưa thuộc khu vực nào, đầu tiên là tổ {first}; hãy bỏ khoá hoặc giao khu vực.",
        "{n} units are locked but belong to no beat, the first is unit {first}; unlock them or give them a beat.",
    ),
    "plan_lock_apart": (
        (
            "Các tổ bị khoá của khu vực {part} bị những tổ khoá của khu vực khác ngăn cách (tổ {unit} và tổ "
            "{other}): khu vực này không thể liền khối. Hãy bỏ khoá một trong số đó."
        ),
        (
            "The locked units of beat {part} are kept apart by units locked for other beats (unit {unit} and "
            "unit {other}): the beat cannot be in one piece. Unlock one of them."
        ),
    ),
    "plan_capacity_short": (
        "Tổng sức gánh {capacity} nhỏ hơn khối lượng {workload}, thiếu {missing}: cần thêm cán bộ hoặc nới định mức.",
        (
            "The capacities add up to {capacity}, the workload is {workload}, {missing} too much: add officers or "
            "raise the norm."
        ),
    ),
    "plan_bad_capacity": (
        "Sức gánh của khu vực {part} là {value}; phải lớn hơn 0.",
        "The capacity of beat {part} is {value}; it must be above 0.",
    ),
    "plan_bad_share": (
        "Tỷ phần của khu vực {part} là {value}; phải là số hữu hạn lớn hơn 0.",
        "The share of beat {part} is {value}; it must be a finite number above 0.",
    ),
    "plan_bad_tolerance": (
        "Dung sai {tolerance} không dùng được; phải từ 0 đến dưới 1 (0,05 là ±5 %).",
        "A tolerance of {tolerance} cannot be used; it must be at least 0 and below 1 (0.05 is ±5 %).",
    ),
    "plan_bad_limit": (
        "{field} = {value} không dùng được; phải lớn hơn 0.",
        "{field} = {value} cannot be used; it must be above 0.",
    ),
    "plan_unknown_barrier": (
        "Không có loại ranh {kind!r}; dùng một trong: {known}.",
        "There is no kind of border {kind!r}; use one of {known}.",
    ),
    "plan_locked_unit": (
        "Tổ {unit} đang bị khoá ở khu vực {part}; hãy bỏ khoá trước khi chuyển.",
        "Unit {unit} is locked in beat {part}; unlock it before it is moved.",
    ),
    "plan_unknown_unit": (
        "Không có tổ {unit}; các tổ đánh số 0..{last}.",
        "There is no unit {unit}; units are numbered 0..{last}.",
    ),
    "plan_unknown_part": (
        "Không có khu vực {part}; các khu vực đánh số 0..{last}.",
        "There is no beat {part}; beats are numbered 0..{last}.",
    ),
    "plan_last_beat": (
        "Đơn vị chỉ có một khu vực nên không ai có thể nhận thay.",
        "There is only one beat, so there is nobody who could take over.",
    ),
    "plan_bad_expiry": (
        "Ngày hết hạn {until} phải sau ngày bắt đầu {since}.",
        "The cover must end after it begins: {since} to {until}.",
    ),
    "plan_problems_differ": (
        "Hai phường phải dùng cùng một thang khối lượng và có ít nhất một đoạn ranh chung hoặc cầu nối.",
        "Two wards to be merged need at least one shared border or bridge between them.",
    ),
    "plan_unit_above_target": (
        (
            "Riêng tổ {unit} đã bằng {percent} % mức của khu vực, vượt dung sai ±{tolerance} %. Không phương án nào "
            "đạt; dung sai ít nhất phải là ±{smallest} %, hoặc tách tổ này."
        ),
        (
            "Unit {unit} alone is {percent} % of the target, beyond ±{tolerance} %. No plan can hold; the "
            "tolerance must be at least ±{smallest} %, or the unit must be split."
        ),
    ),
    "plan_dead_end": (
        (
            "Tổ {unit} cùng các tổ chỉ đi qua nó mới tới được ({others}) bằng {percent} % mức của khu vực và phải "
            "ở chung một khu vực, vượt dung sai ±{tolerance} %; dung sai ít nhất phải là ±{smallest} %."
        ),
        (
            "Unit {unit} and the units that are reached only through it ({others}) must share a beat and are "
            "{percent} % of the target, beyond ±{tolerance} %; the tolerance must be at least ±{smallest} %."
        ),
    ),
    "plan_lock_above_target": (
        (
            "Các tổ bị khoá của khu vực {part} đã bằng {percent} % mức, vượt dung sai ±{tolerance} %. Hãy bỏ khoá, "
            "hoặc nới dung sai ít nhất tới ±{smallest} %."
        ),
        (
            "The locked units of beat {part} alone are {percent} % of its target, beyond ±{tolerance} %. Unlock "
            "some, or widen the tolerance to at least ±{smallest} %."
        ),
    ),
    "plan_lock_leaves_little": (
        (
            "Khu vực {part} chỉ với tới được {percent} % mức vì các tổ còn lại đã khoá cho khu vực khác; hãy bỏ "
            "khoá, hoặc nới dung sai ít nhất tới ±{smallest} %."
        ),
        (
            "Beat {part} can reach only {percent} % of its target, because the other units are locked elsewhere; "
            "unlock some, or widen the tolerance to at least ±{smallest} %."
        ),
    ),
    "plan_too_few_loaded": (
        "Chỉ có {units} tổ có khối lượng cho {k} khu vực: khu vực nào cũng cần ít nhất một.",
        "Only {units} units have any workload, for {k} beats: each needs at least one.",
    ),
    "plan_capacity_in_tolerance": (
        (
            "Với sức gánh đã đặt, trong ±{tolerance} % các khu vực nhận được nhiều nhất {most} trên tổng {workload}; "
            "hãy nới dung sai ít nhất tới ±{smallest} % hoặc thêm cán bộ."
        ),
        (
            "Within ±{tolerance} % and their capacities the beats can take at most {most} of {workload}; widen "
            "the tolerance to at least ±{smallest} % or add officers."
        ),
    ),
    "plan_proved_infeasible": (
        (
            "Đã chứng minh: không có phương án liền khối nào trong ±{tolerance} %. Phương án tốt nhất tìm được cần "
            "±{smallest} %."
        ),
        (
            "It is proved that no contiguous plan lies within ±{tolerance} %. The best plan found needs "
            "±{smallest} %."
        ),
    ),
    "plan_none_found": (
        (
            "Chưa tìm được phương án trong ±{tolerance} % với số phép thử này (chưa chứng minh là không có). "
            "Phương án tốt nhất tìm được cần ±{smallest} %; không phương án nào dưới ±{bound} %."
        ),
        (
            "No plan within ±{tolerance} % was found with this number of trials (it is not proved that there is "
            "none). The best plan found needs ±{smallest} %; none can lie below ±{bound} %."
        ),
    ),
    "plan_fault_shape": (
        "Phương án phải giao đúng {n} tổ, mỗi tổ một lần; nhận được {shape}.",
        "A plan must give each of {n} units once; got {shape}.",
    ),
    "plan_fault_owner": (
        "Tổ {unit} được giao cho khu vực {part}, không có trong 0..{last}.",
        "Unit {unit} is given to beat {part}, which is not in 0..{last}.",
    ),
    "plan_fault_vacant": (
        "Tổ {unit} không được giao cho khu vực nào ({n} tổ như vậy).",
        "Unit {unit} is given to no beat ({n} such units).",
    ),
    "plan_fault_empty": (
        "Khu vực {part} không có tổ nào.",
        "Beat {part} has no unit.",
    ),
    "plan_fault_pieces": (
        "Khu vực {part} rời thành {pieces} mảng; tổ {unit} nằm ngoài mảng chính.",
        "Beat {part} is in {pieces} pieces; unit {unit} lies outside the main one.",
    ),
    "plan_fault_deviation": (
        "Khu vực {part} lệch {percent} % so với mức, vượt ±{tolerance} %.",
        "Beat {part} is {percent} % off its target, beyond ±{tolerance} %.",
    ),
    "plan_fault_capacity": (
        "Khu vực {part} gánh {workload}, quá sức gánh {capacity}.",
        "Beat {part} carries {workload}, above its capacity of {capacity}.",
    ),
    "plan_fault_lock": (
        "Tổ {unit} bị khoá ở khu vực {owner} nhưng được giao cho khu vực {part}.",
        "Unit {unit} is locked in beat {owner} and is given to beat {part}.",
    ),
    "plan_move_relieve": (
        "tổ {unit}, {amount}, {source} → {target}: {source} {before} % → {after} %",
        "block {unit}, {amount}, {source} → {target}: {source} {before} % → {after} %",
    ),
    "plan_move_fill": (
        "tổ {unit}, {amount}, {source} → {target}: {target} {before} % → {after} %",
        "block {unit}, {amount}, {source} → {target}: {target} {before} % → {after} %",
    ),
    "plan_move_join": (
        "tổ {unit}, {amount}, {source} → {target}: để {target} liền khối ({before} % → {after} %)",
        (
            "block {unit}, {amount}, {source} → {target}: so that {target} stays in one piece "
            "({before} % → {after} %)"
        ),
    ),
    "plan_move_vacant": (
        "tổ {unit}, {amount}, chưa có người phụ trách → {target}: {target} {before} % → {after} %",
        "block {unit}, {amount}, nobody responsible → {target}: {target} {before} % → {after} %",
    ),
    "plan_move_left": (
        "tổ {unit}, {amount}, {source} → chưa có người phụ trách: {source} {before} % → {after} %",
        "block {unit}, {amount}, {source} → nobody: {source} {before} % → {after} %",
    ),
    "plan_amount_households": ("{n} hộ", "{n} households"),
    "plan_amount_residents": ("{n} nhân khẩu", "{n} residents"),
    "plan_amount_incidents": ("{n} vụ việc", "{n} incidents"),
    "plan_amount_mixed": ("{n} điểm khối lượng", "{n} points of workload"),
}
