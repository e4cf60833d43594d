"""Messages of borders in a file: single ones, and how those of a layer fit together."""

_REASONS = {
    "unclosed_ring": (
        "Đường ranh giới chưa khép kín (điểm cuối khác điểm đầu); nối thẳng sẽ được {area_m2} m², nhưng cần người vẽ tự khép.",
        "The border is not closed (its last point is not its first); a straight line would make it {area_m2} m², but whoever drew it must close it.",
    ),
    "unreadable_geometry": (
        "Không đọc được hình học ({why}).",
        "The geometry cannot be read ({why}).",
    ),
    "coordinate_not_finite": (
        "Hình học có toạ độ không phải là số.",
        "The geometry has a coordinate that is not a number.",
    ),
    "no_area": (
        "Ranh giới không bao quanh diện tích nào ({why}); cần vẽ lại.",
        "The border encloses no area ({why}); it must be redrawn.",
    ),
}

_SINGLE = {
    "dimension_dropped": (
        "Hình học có thêm giá trị {found}; chỉ vị trí trên mặt bằng được giữ.",
        "The geometry carries {found} values besides its place; only the place is kept.",
    ),
    "measures_dropped": (
        "Tệp có giá trị đo (M) ở các điểm; chúng không được đọc.",
        "The file carries measures (M) at its points; they are not read.",
    ),
    "hole_direction": (
        "Có lỗ vẽ cùng chiều với đường bao ngoài (số lỗ: {holes}); {area_m2} m² được coi là lỗ: hãy kiểm tra có đúng không.",
        "Holes are drawn in the direction of the outer border (holes: {holes}); {area_m2} m² are taken as holes: check that they are.",
    ),
    "shell_direction": (
        "Đường bao ngoài của {areas} hình vẽ ngược chiều quy định của {format}; hình và diện tích (m²) không đổi, nơi nhận khác có thể vẽ sai.",
        "The outer borders of {areas} shapes turn against the rule of {format}; shape and area (m²) are the same, other readers may draw them wrongly.",
    ),
    "thin_part": (
        "{code} có phần hẹp hơn {width_m} m, tổng {area_m2} m² (số phần: {parts}): có thể là mảnh vụn khi vẽ; vẫn giữ nguyên.",
        "{code} has {area_m2} m² in parts narrower than {width_m} m (parts: {parts}): scraps of drawing, it seems; kept as they are.",
    ),
    "thin_hole": (
        "{code} có lỗ hẹp hơn {width_m} m, tổng {area_m2} m² (số lỗ: {holes}): có thể là khe hở khi vẽ; vẫn giữ nguyên.",
        "{code} has {area_m2} m² in holes narrower than {width_m} m (holes: {holes}): cracks of drawing, it seems; kept as they are.",
    ),
    "declared_area_differs": (
        "Diện tích công bố của {code} là {declared_km2} km², diện tích vẽ là {drawn_km2} km² (chênh {difference}); hãy kiểm tra ranh giới hoặc con số, không tự sửa.",
        "The declared area of {code} is {declared_km2} km², the drawn one {drawn_km2} km² ({difference}); check the border or the figure, nothing was changed.",
    ),
}

_LAYER = {
    "overlaps_neighbour": (
        "Ranh giới {code} chồng lên {others}; không tự sửa.",
        "The border of {code} overlaps {others}; nothing was changed.",
    ),
    "overlap_sliver": (
        "Ranh giới {code} vẽ lệch so với {others}: phần chồng hẹp hơn {width_m} m; không tự sửa.",
        "The border of {code} is drawn askew to {others}: an overlap narrower than {width_m} m; nothing was changed.",
    ),
    "same_border": (
        "{code} có cùng một ranh giới với {others}: chồng nhau toàn bộ {area_m2} m²; không tự sửa, hãy kiểm tra dòng nào đúng.",
        "{code} has the very same border as {others}: all of its {area_m2} m² overlap; nothing was changed, check which row is right.",
    ),
    "layer_unchecked": (
        "Chưa kiểm tra được chồng lấn và khoảng trống của {code}: hơn {pairs} cặp ranh giới trong tệp nằm chồng lên nhau; hãy kiểm tra xem các dòng có lặp lại một hình không.",
        "Overlaps and gaps of {code} were not checked: over {pairs} pairs of borders of the file lie on each other; check whether its rows repeat one shape.",
    ),
    "gap_in_layer": (
        "Giữa {code} và {others} có {gap_m2} m² không thuộc đơn vị nào trong tệp (số khoảng trống: {gaps}); không tự sửa.",
        "Between {code} and {others}, {gap_m2} m² belong to no area of the file (gaps: {gaps}); nothing was changed.",
    ),
    "gap_sliver": (
        "Giữa {code} và {others} có {gap_m2} m² khe hở hẹp hơn {width_m} m (số khe: {gaps}); không tự sửa.",
        "Between {code} and {others}, cracks narrower than {width_m} m take {gap_m2} m² (cracks: {gaps}); nothing was changed.",
    ),
}

MESSAGES: dict[str, tuple[str, str]] = {**_REASONS, **_SINGLE, **_LAYER}
