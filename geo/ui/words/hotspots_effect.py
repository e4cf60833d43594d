"""Words of the part "Did it work" of the Hotspots page."""

WORDS: dict[str, tuple[str, str]] = {
    "effect.area": ("Theo", "By"),
    "effect.area.ward": ("phường", "ward"),
    "effect.area.beat": ("khu vực", "beat"),
    "effect.places.ward": ("phường", "wards"),
    "effect.places.beat": ("khu vực", "beats"),
    "effect.of_ward": ("{name} · {ward}", "{name} · {ward}"),
    "effect.merged": ("{name} ({code}) đã nhập vào {into}", "{name} ({code}) went into {into}"),
    "effect.gone": (
        "Đường dẫn nêu nơi không còn hoặc ngoài phạm vi, đã bỏ qua: {places}. Hãy chọn lại nơi ra quân và đối chứng.",
        "The link names places that are no more or out of scope; they are left out: {places}. Choose again.",
    ),
    "effect.began": ("Đợt bắt đầu", "It began"),
    "effect.lasted": ("Kéo dài", "It lasted"),
    "effect.days": ("{n} ngày", "{n} days"),
    "effect.treated": ("Nơi ra quân", "Treated"),
    "effect.treated_choose": ("chọn {places}…", "choose {places}…"),
    "effect.control": ("Đối chứng", "Held against"),
    "effect.control_all": ("mọi {places} không kề bên", "all {places} not next to it"),
    "effect.control_help": (
        "Nơi không ra quân, trước đó cũng như vậy, và đủ xa để vụ việc không dời sang.",
        "Places without the operation, as bad before, and far enough for nothing to move there.",
    ),
    "effect.reading": ("Đang so trước và trong đợt…", "Comparing before and during…"),
    "effect.choose": (
        (
            "Chọn {places} có đợt ra quân, ngày bắt đầu và số ngày: trang so số vụ trong đợt với cùng số ngày liền trước, "
            "bên cạnh những {places} không ra quân."
        ),
        (
            "Choose the {places} of the operation, its first day and its length: the days of the operation are held "
            "against as many days before it, beside {places} without it."
        ),
    ),
    # The sentence
    "effect.counts": (
        "{names}: {during} vụ trong đợt ({period}), trước đó {before}.",
        "{names}: {during} during the operation ({period}), {before} before it.",
    ),
    "effect.fewer": (
        "Ít hơn {n} vụ so với mức mà nơi đối chứng cho thấy (95 %: {low} đến {high}): khó chỉ do ngẫu nhiên.",
        "That is {n} fewer than the control would lead to expect (95%: {low} to {high}): hardly chance alone.",
    ),
    "effect.more": (
        "Nhiều hơn {n} vụ so với mức mà nơi đối chứng cho thấy (95 %: {low} đến {high}): không thấy giảm.",
        "That is {n} more than the control would lead to expect (95%: {low} to {high}): no fall is seen.",
    ),
    "effect.unclear": (
        (
            "So với mức mà nơi đối chứng cho thấy thì lệch {change} vụ (95 %: {low} đến {high}): chưa phân biệt được "
            "với ngẫu nhiên."
        ),
        (
            "Against what the control would lead to expect that is {change} (95%: {low} to {high}): it cannot be told "
            "from chance."
        ),
    ),
    "effect.small": (
        "Số quá nhỏ (n < 5) để nói đợt có tác dụng hay không.",
        "Too few (n < 5) to tell whether it worked.",
    ),
    "effect.moved_fewer": (
        "Các {places} kề bên cũng giảm ({change} vụ; {low} đến {high}).",
        "The {places} next to it fell too ({change}; {low} to {high}).",
    ),
    "effect.moved_more": (
        "Có dấu hiệu vụ việc dời sang {places} kề bên ({change} vụ; {low} đến {high}).",
        "Incidents may have moved to the {places} next to it ({change}; {low} to {high}).",
    ),
    "effect.moved_unclear": (
        "Không thấy rõ vụ việc dời sang {places} kề bên ({change} vụ; {low} đến {high}).",
        "No clear move to the {places} next to it ({change}; {low} to {high}).",
    ),
    "effect.moved_unknown": (
        "Không còn {places} nào ở xa làm đối chứng, nên không xét được vụ việc có dời chỗ không.",
        "No {places} further off are left as a control, so displacement cannot be looked at.",
    ),
    # Regression to the mean
    "effect.was_high": (
        (
            "Cẩn thận: trước đợt có {before} vụ, cao hơn mức quen {usual}. Nơi được chọn lúc đang cao thường tự hạ về "
            "mức quen dù không làm gì: nếu có giảm, một phần có thể do vậy."
        ),
        (
            "Beware: {before} before it is above the usual {usual}. A place chosen at its worst comes down to its "
            "usual whatever is done: of a fall, a part may be just that."
        ),
    ),
    "effect.was_low": (
        "Cẩn thận: trước đợt chỉ có {before} vụ, thấp hơn mức quen {usual}; số vụ thường tự trở lên mức quen.",
        "Beware: {before} before it is below the usual {usual}; counts come back to their usual by themselves.",
    ),
    "effect.was_usual": (
        "Trước đợt có {before} vụ, mức quen là {usual}: không cao bất thường, nên khó nói số vụ tự hạ về mức quen.",
        "{before} before it, usually {usual}: not unusually high, so a mere return to the usual is unlikely.",
    ),
    "effect.usual_unknown": (
        "Chưa đủ số liệu để biết mức quen. Nơi được chọn lúc đang cao thường tự hạ dù không làm gì.",
        "The data does not say what is usual. A place chosen at its worst comes down whatever is done.",
    ),
    # The tables
    "effect.table": ("Trước và trong đợt", "Before and during"),
    "effect.col.group": ("Nơi", "Where"),
    "effect.col.ward": ("Phường", "Wards"),
    "effect.col.beat": ("Khu vực", "Beats"),
    "effect.col.before": ("Trước", "Before"),
    "effect.col.during": ("Trong đợt", "During"),
    "effect.col.change": ("± %", "± %"),
    "effect.col.usual": ("Mức quen", "Usual"),
    "effect.col.p": ("p", "p"),
    "effect.group.treated": ("Nơi ra quân", "Treated"),
    "effect.group.neighbours": ("Kề bên", "Next to it"),
    "effect.group.control": ("Đối chứng", "Control"),
    "effect.table_how": (
        (
            "Trước: {before}. Mức quen: trung bình một kỳ {days} ngày trong năm trước đó. "
            "p: xác suất hai số chênh nhau đến thế chỉ do ngẫu nhiên (e-test)."
        ),
        (
            "Before: {before}. Usual: mean of {days} days in the year before that. "
            "p: how often chance alone parts the two counts this far (e-test)."
        ),
    ),
    "effect.chart": ("Thay đổi so với đối chứng, vụ", "Change against the control, incidents"),
    "effect.chart_how": (
        "Vạch: khoảng 95 %; nếu cắt đường 0 thì chưa chắc có thay đổi. Trái là giảm.",
        "Line: 95% interval; where it crosses 0 there may be no change. Left is fewer.",
    ),
    "effect.axis": ("vụ, nhiều hơn (+) hay ít hơn (−)", "incidents, more (+) or fewer (−)"),
    "effect.part.local": ("nơi ra quân", "treated"),
    "effect.part.displacement": ("kề bên", "next to it"),
    "effect.part.total": ("cả hai", "both"),
    "effect.said": (
        "{part}: {change} vụ (95 %: {low} đến {high}; p: {p})",
        "{part}: {change} (95%: {low} to {high}; p: {p})",
    ),
    "effect.history": (
        "Từng kỳ {days} ngày; chấm đỏ là đợt ra quân",
        "Periods of {days} days; the red dot is the operation",
    ),
    "effect.history_said": (
        "{period}: nơi ra quân {n} vụ, đối chứng cùng cỡ {control}",
        "{period}: {n} in the treated places, {control} in a control of that size",
    ),
    "effect.history_treated": ("nơi ra quân", "treated"),
    "effect.history_control": ("đối chứng, cùng cỡ", "control of that size"),
    "effect.history_band": ("dao động quanh mức quen", "chance around the usual"),
    "effect.history_axis": ("vụ", "incidents"),
    "effect.scale.past": (
        "Đối chứng được quy về cùng cỡ theo số vụ năm trước đó.",
        "The control is brought to the same size by the incidents of the year before.",
    ),
    "effect.scale.households": (
        "Đối chứng được quy về cùng cỡ theo số hộ.",
        "The control is brought to the same size by households.",
    ),
    "effect.scale.places": (
        "Đối chứng được quy về cùng cỡ theo số {places}, vì chưa có số liệu tốt hơn.",
        "The control is brought to the same size by the number of {places}, for want of better.",
    ),
    "effect.similar": (
        "Phần trong tổng số: {share} trong {n} {places} không đổi quá mức ngẫu nhiên (SPPT).",
        "Shares of the whole: {share} of {n} {places} did not change beyond chance (SPPT).",
    ),
    "effect.no_similarity": (
        "Không so phân bố giữa các {places} (SPPT): dưới 5 {places}, không có vụ, hoặc trên 100.000 vụ.",
        "Shares of the {places} are not compared (SPPT): below 5 {places}, no incidents, or above 100,000.",
    ),
    "effect.similar_fewer": ("Phần giảm: {names}.", "Smaller: {names}."),
    "effect.similar_more": ("Phần tăng: {names}.", "Larger: {names}."),
    "effect.limits": (
        (
            "Khoảng 95 % (WDD) coi số vụ dao động kiểu Poisson; thực tế dao động hơn, nên hãy đọc dè dặt. Không con số "
            "nào ở đây nói được vì sao."
        ),
        (
            "The 95% interval (WDD) takes counts as Poisson; they vary more than that, so read it with care. No figure "
            "here says why."
        ),
    ),
    "effect.undated": ("{n} vụ không rõ ngày.", "{n} without a date."),
    "effect.more_places": ("{names} và {n} {places} khác", "{names} and {n} more {places}"),
}
