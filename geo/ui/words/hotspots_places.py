"""Words of the part "Concentration" of the Hotspots page."""

WORDS: dict[str, tuple[str, str]] = {
    "places.kind": ("Đếm theo", "Counted by"),
    "places.kind.street": ("Đoạn đường", "Street segments"),
    "places.kind.block": ("Tổ dân phố", "Blocks"),
    "places.kind.ward": ("Phường", "Wards"),
    "places.snap": ("Khoảng cách tối đa tới đường", "Farthest from the street"),
    "places.snap_metres": ("Cách đường tối đa {m} m", "At most {m} m from the street"),
    "places.n.street": ("{n} đoạn đường", "{n} street segments"),
    "places.n.block": ("{n} tổ dân phố", "{n} blocks"),
    "places.n.ward": ("{n} phường", "{n} wards"),
    # The sentence
    "places.half": (
        "{half} trên {places} ({share}) giữ một nửa số vụ (n = {n}).",
        "{half} of {places} ({share}) hold half of the incidents (n = {n}).",
    ),
    "places.few": (
        "Nhưng số vụ ít hơn số nơi: dù rải đều nhất có thể, một nửa số vụ cũng chỉ nằm trên {even} số nơi.",
        "But there are fewer incidents than places: even the most even spread would put half of them on {even} of the places.",
    ),
    "places.even": (
        "Nếu chia đều thì cần {even} số nơi.",
        "An even spread would take {even} of them.",
    ),
    "places.nothing": (
        "Không có vụ nào trong kỳ này nên không nói được vụ việc tập trung ở đâu. Hãy nới kỳ, loại hoặc nguồn tin.",
        "There is no incident in this period, so nothing can be said of concentration. Widen the period, category or origin.",
    ),
    "places.none_used": (
        "Không vụ nào của kỳ nằm trên một nơi đếm được: {beyond} quá xa hoặc ở ngoài, {without} không có toạ độ. Hãy tăng khoảng cách tối đa hoặc đếm theo phường.",
        "No incident of the period lies on a place: {beyond} are too far or outside, {without} have no coordinates. Raise the distance limit or count by ward.",
    ),
    "places.one": (
        "Chỉ có 1 vụ: không nói được gì về mức tập trung.",
        "There is one incident: it says nothing about concentration.",
    ),
    "places.one_place": (
        "Đơn vị đang chọn chỉ có {places}: hãy chọn đơn vị lớn hơn, hoặc đếm theo đoạn đường hay tổ dân phố.",
        "The chosen unit has {places} only: choose a larger unit, or count by street segment or block.",
    ),
    "places.small": (
        "n = {n} là số nhỏ: thêm vài vụ là kết quả đổi khác.",
        "n = {n} is small: a few incidents more would change the result.",
    ),
    "places.no.street": (
        "Chưa có lớp đường trong phạm vi này. Nạp lớp đường ở trang Nạp dữ liệu (hoặc `python -m geo import streets TỆP`), hoặc đếm theo phường.",
        "There are no streets here yet. Load them on the Imports page (or `python -m geo import streets FILE`), or count by ward.",
    ),
    "places.no.block": (
        "Chưa có ranh giới tổ dân phố có hiệu lực trong phạm vi này. Nạp ở trang Nạp dữ liệu (hoặc `python -m geo import blocks TỆP`), hoặc đếm theo phường.",
        "There are no blocks in force here yet. Load them on the Imports page (or `python -m geo import blocks FILE`), or count by ward.",
    ),
    "places.no.ward": ("Không có phường nào trong phạm vi này.", "There is no ward here."),
    # The curve
    "places.curve": ("Đường Lorenz", "Lorenz curve"),
    "places.curve_how": (
        "Xếp các nơi từ nhiều vụ nhất; đường càng vọt lên sớm càng tập trung. Nét đứt: chia đều. Chấm: một nửa số vụ.",
        "Places from the fullest down; the sooner the curve rises, the more concentrated. Dashed: an even spread. Dot: half.",
    ),
    "places.axis.street": ("Tỷ lệ đoạn đường", "Share of street segments"),
    "places.axis.block": ("Tỷ lệ tổ dân phố", "Share of blocks"),
    "places.axis.ward": ("Tỷ lệ phường", "Share of wards"),
    "places.axis.events": ("Tỷ lệ số vụ", "Share of incidents"),
    "places.at_half": (
        "{share} số nơi giữ một nửa số vụ",
        "{share} of the places hold half of the incidents",
    ),
    # The figures
    "places.share_half": ("Số nơi giữ một nửa số vụ", "Places that hold half"),
    "places.gini": ("Hệ số Gini", "Gini coefficient"),
    "places.generalised": ("Gini có hiệu chỉnh", "Generalised Gini"),
    "places.empty": ("Nơi không có vụ nào", "Places without any"),
    "places.gini_how": (
        "0 là chia đều, 1 là dồn vào một nơi. Bản hiệu chỉnh (Bernasco và Steenbeek 2017) bỏ phần tập trung chỉ do số vụ ít hơn số nơi.",
        "0 is an even spread, 1 is all in one place. The generalised one (Bernasco and Steenbeek 2017) leaves out what is only due to fewer incidents than places.",
    ),
    "places.weisburd": (
        "Ở các thành phố đã nghiên cứu, 2,1–6,0 % đoạn đường giữ một nửa số vụ trong một năm (Weisburd 2015).",
        "In the cities studied, 2.1–6.0% of the street segments hold half of a year's incidents (Weisburd 2015).",
    ),
    "places.used": ("Dùng {used} trong {n} vụ của kỳ.", "{used} of the period's {n} incidents are used."),
    "places.beyond.street": (
        "{n} vụ cách mọi đoạn đường hơn {m} m: không tính.",
        "{n} lie more than {m} m from every street and are left out.",
    ),
    "places.beyond.block": (
        "{n} vụ không nằm trong tổ dân phố nào: không tính.",
        "{n} lie in no block and are left out.",
    ),
    "places.without_point": (
        "{n} vụ không có toạ độ: không tính.",
        "{n} have no coordinates and are left out.",
    ),
    "places.undated": ("{n} vụ không rõ ngày: không tính.", "{n} have no date and are left out."),
    # The table
    "places.top.street": ("{n} đường nhiều vụ nhất", "The {n} streets with most incidents"),
    "places.top.block": ("{n} tổ dân phố nhiều vụ nhất", "The {n} blocks with most incidents"),
    "places.top.ward": ("{n} phường nhiều vụ nhất", "The {n} wards with most incidents"),
    "places.col.street": ("Đường", "Street"),
    "places.col.block": ("Tổ dân phố", "Block"),
    "places.col.place_ward": ("Phường", "Ward"),
    "places.col.n": ("Vụ", "n"),
    "places.col.share": ("% số vụ", "% of n"),
    "places.col.segments": ("Đoạn", "Segments"),
    "places.unnamed": ("Không tên ({code})", "Unnamed ({code})"),
    "places.pick": (
        "Bấm vào một dòng để xem phường đó trên bản đồ.",
        "Click a row to see its ward on the map.",
    ),
    "places.to_map": ("Xem {ward} trên bản đồ", "See {ward} on the map"),
    "places.hidden": (
        "Nơi có dưới 5 vụ không nêu tên với vai trò của bạn.",
        "Places with fewer than 5 are not named to your role.",
    ),
}
