"""Words of the Reassign page: what is balanced, for whom how much, and what counts besides."""

WORDS: dict[str, tuple[str, str]] = {
    "reassign.balance.by": ("Cân bằng cái gì", "What is balanced"),
    "reassign.balance.households": ("Số hộ", "Households"),
    "reassign.balance.residents": ("Nhân khẩu", "Residents"),
    "reassign.balance.incidents": ("Vụ việc trong 12 tháng", "Incidents of 12 months"),
    "reassign.balance.mixed": ("Kết hợp, theo hệ số", "A mix, by weights"),
    "reassign.balance.each_households": ("mỗi hộ", "household"),
    "reassign.balance.each_residents": ("mỗi người", "resident"),
    "reassign.balance.each_incidents": ("mỗi vụ", "incident"),
    "reassign.balance.targets": ("Chia phần", "Shares"),
    "reassign.balance.targets_equal": ("đều nhau", "equal"),
    "reassign.balance.targets_days": ("theo ngày bám địa bàn", "by beat days"),
    "reassign.balance.limited": ("Có định mức mỗi cán bộ", "Norm for each officer"),
    "reassign.balance.limited_help": (
        "Không khu vực nào nhận quá định mức nhân với số ngày bám địa bàn của cán bộ.",
        "No beat gets more than the norm times the beat days of its officer.",
    ),
    "reassign.balance.norm": ("Khối lượng cho một ngày bám địa bàn", "Workload for one beat day"),
    "reassign.balance.wishes": ("Điều gì quan trọng", "What matters"),
    "reassign.balance.set": ("Áp dụng", "Apply"),
    "reassign.balance.done": (
        "Đã lưu cách cân đối; thanh và kiểm tra tính theo cách mới.",
        "The balance is stored; bars and checks follow it.",
    ),
    "reassign.wish.moved": ("Ít hộ đổi người", "Few moved"),
    "reassign.wish.touched": ("Ít động khu vực", "Few beats"),
    "reassign.wish.compact": ("Khu vực gọn", "Compact"),
    "reassign.wish.distance": ("Đường đi ngắn", "Short ways"),
    "reassign.wish.groups": ("Khu phố nguyên vẹn", "Whole neighbourhoods"),
    "reassign.wish.groups_help": (
        "Tổ của một khu phố (cụm, ấp) có phải ở cùng một khu vực phụ trách.",
        "Whether blocks of one neighbourhood must be in one beat.",
    ),
    "reassign.groups.0": ("không quan trọng", "does not matter"),
    "reassign.groups.1": ("nên giữ", "rather"),
    "reassign.groups.2": ("phải giữ", "must"),
    "reassign.ways": ("Đường đi tính đến", "Ways are to"),
    "reassign.ways.middle": ("giữa khu vực", "middle of the beat"),
    "reassign.ways.post": ("trụ sở", "a post"),
    "reassign.ways_help": (
        (
            "Dữ liệu có trụ sở của phường, không có trụ sở riêng của khu vực: mỗi khu vực được tính theo trụ sở "
            "thuận nhất cho các tổ của nó ({posts}). Đường chim bay."
        ),
        (
            "The data knows the ward's posts, none of a beat: each beat is reckoned from the post that lies best "
            "for its blocks ({posts}). In a straight line."
        ),
    ),
    "reassign.ways_one": (
        "Chỉ có một trụ sở ({posts}): đường đến đó như nhau với mọi cách chia, nên đường đi tính đến giữa khu vực.",
        "There is one post ({posts}): ways to it are the same in every plan, so ways are to the middle of the beat.",
    ),
    "reassign.ways_none": (
        "Chưa có trụ sở nào trong dữ liệu của phường; đường đi tính đến giữa khu vực.",
        "The ward has no post in the data; ways are to the middle of the beat.",
    ),
    "reassign.granted": ("Cho chuyển thêm để gọn hơn", "More moves for a better shape"),
    "reassign.granted_help": (
        (
            "«Đổi ít nhất» được chuyển thêm tối đa chừng này so với số hộ ít nhất, nếu nhờ thế khu vực tốt hơn theo ưu "
            "tiên. 0 %: chỉ chọn trong các phương án chuyển ít như nhau."
        ),
        (
            "How many households more than the fewest the smallest change may move where beats are better for it. "
            "0 %: only among plans that move as few."
        ),
    ),
    "reassign.strength.0": ("không", "no"),
    "reassign.strength.1": ("ít", "a little"),
    "reassign.strength.2": ("nhiều", "much"),
    "reassign.strength.3": ("trên hết", "above all"),
    "reassign.figure.what": ("Theo ưu tiên", "By what matters"),
    "reassign.figure.today": ("hiện tại", "today"),
    "reassign.figure.plan": ("bản này", "this plan"),
    "reassign.figure.moved": ("Khối lượng đổi người", "Workload in other hands"),
    "reassign.figure.touched": ("Khu vực bị động", "Beats touched"),
    "reassign.figure.compact": ("Độ gọn (PP)", "Compactness (PP)"),
    "reassign.figure.groups": ("Khu phố bị chia", "Neighbourhoods split"),
    "reassign.figure.distance": ("Từ tổ đến giữa khu vực", "Block to middle of beat"),
    "reassign.figure.distance_post": ("Từ tổ đến trụ sở", "Block to its post"),
    "reassign.figure.border_m": ("Ranh giới giữa các khu vực", "Borders between beats"),
    "reassign.figure.price": (
        "Cái giá theo ưu tiên: {points} điểm so với hiện tại (thấp hơn là tốt hơn; 1 điểm ≈ 1 % khối lượng đổi người).",
        "Price by what matters: {points} points against today (lower is better; 1 point ≈ 1 % of the workload moved).",
    ),
    "reassign.dial_best": (
        "Theo ưu tiên của bạn, mức tốt nhất: ±{tolerance}.",
        "By what matters to you, the best point: ±{tolerance}.",
    ),
}
