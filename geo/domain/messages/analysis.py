"""Messages of analysis: grids, kernels, statistics."""

MESSAGES: dict[str, tuple[str, str]] = {
    "bad_xy_shape": (
        "Toạ độ phải là mảng (n, 2) gồm x và y tính bằng mét; nhận được {shape}.",
        "Coordinates must be an (n, 2) array of x and y in metres; got {shape}.",
    ),
    "not_finite_coordinates": (
        "{missing} trong {n} điểm không có toạ độ (NaN hoặc vô hạn); hãy bỏ chúng ra và báo số lượng.",
        "{missing} of {n} points have no coordinates (NaN or infinite); leave them out and report how many.",
    ),
    "bad_weights": (
        "Trọng số phải là {n} số hữu hạn, mỗi điểm một số; nhận được {shape}.",
        "Weights must be {n} finite numbers, one a point; got {shape}.",
    ),
    "no_points": (
        "Không có điểm nào trong lựa chọn này; hãy nới khoảng thời gian, loại vụ việc hoặc đơn vị.",
        "There are no points in this selection; widen the period, the category or the unit.",
    ),
    "bad_bounds": (
        "Khung {bounds} không hợp lệ: cần tây <= đông, nam <= bắc, tính bằng mét.",
        "The bounds {bounds} are not usable: west <= east and south <= north are needed, in metres.",
    ),
    "bad_grid": (
        "Lưới không hợp lệ: ô {cell_m} m, {nx} x {ny} ô; cạnh ô phải lớn hơn 0 và có ít nhất một ô.",
        "Not a usable grid: cell {cell_m} m, {nx} x {ny} cells; both must be above 0.",
    ),
    "too_many_cells": (
        (
            "Lưới {nx} x {ny} = {cells} ô vượt giới hạn {limit}; hãy dùng ô từ {needed} m trở lên "
            "(đang là {cell_m} m) hoặc kiểm tra điểm lạc ở rất xa."
        ),
        (
            "A grid of {nx} x {ny} = {cells} cells is above the limit of {limit}; use cells of {needed} m or "
            "more (now {cell_m} m), or look for a stray point far away."
        ),
    ),
    "too_few_periods": (
        "Dữ liệu chỉ đủ {periods} kỳ {days} ngày, cần ít nhất {least} kỳ; hãy chọn kỳ ngắn hơn.",
        "The data covers {periods} periods of {days} days only, {least} are needed; choose a shorter period.",
    ),
    "no_beats": (
        "Chưa có khu vực nào vào ngày cuối kỳ để làm ô xét; hãy chọn ô vuông, ô lục giác hoặc phường.",
        "There is no beat on the last day to test as a cell; choose squares, hexagons or wards.",
    ),
    "bad_bandwidth": (
        "Bán kính {bandwidth_m} m không dùng được; phải là số dương hữu hạn.",
        "A bandwidth of {bandwidth_m} m cannot be used; it must be a finite number above 0.",
    ),
    "bandwidth_below_cell": (
        (
            "Bán kính {bandwidth_m} m nhỏ hơn ô {cell_m} m: bản đồ sẽ bỏ sót vụ việc giữa các tâm ô. "
            "Hãy tăng bán kính hoặc giảm ô."
        ),
        (
            "The bandwidth of {bandwidth_m} m is below the cell of {cell_m} m: events between cell centres would "
            "be missed. Use a larger bandwidth or smaller cells."
        ),
    ),
    "density_too_heavy": (
        (
            "Mật độ chính xác cần khoảng {work:.1e} phép tính (giới hạn {limit:.1e}); hãy dùng binned(), "
            "ô lớn hơn hoặc bán kính nhỏ hơn."
        ),
        (
            "The exact density would need about {work:.1e} steps (limit {limit:.1e}); use binned(), larger cells "
            "or a smaller bandwidth."
        ),
    ),
    "bad_rel_error": (
        "rel_error phải nằm giữa 0 và 1 (nhận được {rel_error}); thường dùng 0.001.",
        "rel_error must be between 0 and 1 (got {rel_error}); 0.001 is usual.",
    ),
    "bad_counts_shape": (
        "Số đếm phải là mảng (ny, nx); nhận được {shape}.",
        "Counts must be an array (ny, nx); got {shape}.",
    ),
    "bad_mask_shape": (
        "Mặt nạ {mask} không cùng kích thước với số đếm {counts}.",
        "The mask {mask} does not have the shape of the counts {counts}.",
    ),
    "infinite_values": (
        "{n} giá trị vô hạn; hãy sửa hoặc thay bằng NaN để bỏ ra.",
        "{n} values are infinite; correct them, or set them to NaN to leave them out.",
    ),
    "bad_radius_cells": (
        "Bán kính lân cận {radius_cells} ô không hợp lệ; cần số nguyên từ 1 trở lên.",
        "A neighbourhood of {radius_cells} cells is not usable; a whole number of 1 or more is needed.",
    ),
    "unknown_window": (
        "Không có dạng lân cận {window!r}; dùng một trong: {known}.",
        "There is no neighbourhood {window!r}; use one of {known}.",
    ),
    "graph_mismatch": (
        "Đồ thị có {graph} nút nhưng có {values} giá trị; hai bên phải cùng chỉ số.",
        "The graph has {graph} nodes and there are {values} values; both need the same index.",
    ),
    "bad_p_values": (
        "{n} giá trị p nằm ngoài khoảng 0 đến 1.",
        "{n} p-values lie outside 0 to 1.",
    ),
    "unknown_adjustment": (
        "Không có cách hiệu chỉnh {method!r}; dùng một trong: {known}.",
        "There is no adjustment {method!r}; use one of {known}.",
    ),
    "not_polygons": (
        "{n} hình không phải vùng (Polygon hoặc MultiPolygon), đầu tiên ở vị trí {first}: {kind}.",
        "{n} shapes are not areas (Polygon or MultiPolygon), the first at position {first}: {kind}.",
    ),
    "scan_days": (
        "Quét không gian–thời gian cần {n} ngày, mỗi vụ một số (NaN nếu không rõ); nhận được {shape}.",
        "A space–time scan needs {n} days, one number an event (NaN where unknown); got {shape}.",
    ),
    "scan_setting": (
        "Tham số {name} = {value} của quét không gian–thời gian không dùng được.",
        "{name} = {value} is not usable for a space–time scan.",
    ),
    "scan_population": (
        "Dân số phải là {places} số không âm, mỗi điểm một số và tổng lớn hơn 0; nhận được {shape}.",
        "The population must be {places} numbers of 0 or more, one a place, with a sum above 0; got {shape}.",
    ),
    "scan_too_many_discs": (
        "{places} vị trí cho hơn {limit} vòng tròn; hãy giảm max_radius_m hoặc gộp vị trí theo ô.",
        "{places} places give more than {limit} discs; lower max_radius_m, or gather places into cells.",
    ),
    "scan_too_heavy": (
        (
            "Quét này cần khoảng {work:.0e} bước (giới hạn {limit:.0e}) cho {places} vị trí; hãy giảm max_radius_m, "
            "max_days hoặc số lần mô phỏng, tăng step_days, hoặc gộp vị trí theo ô."
        ),
        (
            "This scan would need about {work:.0e} steps (limit {limit:.0e}) for {places} places; lower max_radius_m, "
            "max_days or permutations, raise step_days, or gather places into cells."
        ),
    ),
    "bad_days": (
        "Cần {n} mốc thời gian, mỗi điểm một mốc, tính bằng ngày; {missing} mốc bị thiếu hoặc không hữu hạn.",
        "There must be {n} times, one a point, in days; {missing} are missing or not finite: leave those events out.",
    ),
    "bad_bands": (
        "Mốc {what} {edges} không dùng được: cần ít nhất hai số tăng dần, từ 0 trở lên.",
        "The edges of {what} {edges} cannot be used: two or more rising numbers from 0 on are needed.",
    ),
    "unknown_metric": (
        "Không có cách đo khoảng cách {metric!r}; dùng một trong: {known}.",
        "There is no distance {metric!r}; use one of {known}.",
    ),
    "bad_permutations": (
        "Số lần hoán vị {permutations} không hợp lệ; cần số nguyên từ 0 trở lên.",
        "{permutations} permutations are not usable; a whole number of 0 or more is needed.",
    ),
    "too_many_pairs": (
        "{pairs} cặp vụ việc cách nhau dưới {reach_m} m, vượt giới hạn {limit}; hãy giảm khoảng cách lớn nhất hoặc rút ngắn thời kỳ.",
        "{pairs} pairs of events are within {reach_m} m, above the limit of {limit}; use a smaller largest distance or a shorter period.",
    ),
    "bad_share": (
        "Tỷ lệ {share} không dùng được; phải lớn hơn 0 và không quá 1.",
        "A share of {share} cannot be used; it must be above 0 and at most 1.",
    ),
    "bad_counts": (
        "Số đếm phải hữu hạn, không âm và là số nguyên khi đếm vụ việc; {n} giá trị không đạt.",
        "Counts must be finite, 0 or more, and whole where events are counted; {n} are not.",
    ),
    "shape_mismatch": (
        "{what} có kích thước {got}; cần {wanted}.",
        "{what} has the shape {got}; {wanted} is needed.",
    ),
    "no_test_events": (
        "Thời kỳ kiểm chứng không có vụ việc nào trong vùng; không thể chấm điểm bản đồ.",
        "The test period has no events in the area; a map cannot be scored.",
    ),
    "bad_exposure": (
        "Trọng số (thời gian, diện tích) phải là số dương hữu hạn; nhận được {weights}.",
        "Weights (of time, of area) must be finite and above 0; got {weights}.",
    ),
    "bad_level": (
        "Độ tin cậy {level} không dùng được; phải nằm giữa 0 và 1.",
        "A level of {level} cannot be used; it must be between 0 and 1.",
    ),
    "bad_replicates": (
        "Số mẫu lặp {replicates} không hợp lệ; cần số nguyên từ 1 trở lên.",
        "{replicates} replicates are not usable; a whole number of 1 or more is needed.",
    ),
    "ends_before_start": (
        "{n} khoảng thời gian kết thúc trước khi bắt đầu, đầu tiên ở vị trí {first} ({start} – {end}); hãy sửa nguồn, không tự đảo.",
        "{n} intervals end before they start, the first at position {first} ({start} – {end}); mend the source, they are not swapped.",
    ),
    "not_local_times": (
        "Thời điểm phải là giờ địa phương không kèm múi giờ (datetime64); nhận được {kind}.",
        "Times must be local times without a zone (datetime64); got {kind}.",
    ),
    "unknown_cycle": (
        "Không có cách chia thời gian {by!r}; dùng một trong: {known}.",
        "There is no division of time {by!r}; use one of {known}.",
    ),
    "bad_limit": (
        "Giới hạn {limit_m} m không dùng được; phải là số hữu hạn từ 0 trở lên.",
        "A limit of {limit_m} m cannot be used; it must be a finite number of 0 or more.",
    ),
    "not_lines": (
        "{n} hình không phải đường (LineString hoặc MultiLineString), đầu tiên ở vị trí {first}: {kind}.",
        "{n} shapes are not lines (LineString or MultiLineString), the first at position {first}: {kind}.",
    ),
    "trend_series": (
        "Kiểm định xu hướng cần ít nhất 2 kỳ, dạng (T, m); nhận được {shape}.",
        "A trend test needs at least 2 periods, as (T, m); got {shape}.",
    ),
    "emerging_shape": (
        "Phân loại điểm nóng cần số đếm (T, ny, nx) của ít nhất 2 kỳ; nhận được {shape}.",
        "Classes of hotspots need counts (T, ny, nx) of at least 2 periods; got {shape}.",
    ),
    "emerging_setting": (
        "Tham số {name} = {value} của phân loại điểm nóng không dùng được.",
        "{name} = {value} is not usable for classes of hotspots.",
    ),
    "outline_setting": (
        "Tham số {name} = {value} của khoanh cụm không dùng được.",
        "{name} = {value} is not usable for outlines of clusters.",
    ),
    "outline_too_heavy": (
        (
            "Khoanh cụm cần xét khoảng {pairs:.1e} cặp vụ việc gần nhau (giới hạn {limit:.0e}); "
            "hãy giảm eps_m hoặc chọn kỳ ngắn hơn."
        ),
        (
            "The outlines would need about {pairs:.1e} pairs of near incidents (limit {limit:.0e}); "
            "lower eps_m or choose a shorter period."
        ),
    ),
    "bad_periods": (
        "Các kỳ phải là mảng (k, 2) mốc đầu và mốc cuối, đầu < cuối, xếp theo thời gian, không chồng nhau; {reason}.",
        "Periods must be (k, 2) starts and ends, start < end, in order of time, not overlapping; {reason}.",
    ),
    "bad_times": (
        "Thời điểm và mốc của kỳ phải cùng kiểu (số hoặc datetime64); nhận được {times} và {bounds}.",
        "Times and bounds of periods must be of one kind (numbers or datetime64); got {times} and {bounds}.",
    ),
    "band_setting": (
        "Tham số {name} = {value} của dải kỳ vọng không dùng được.",
        "{name} = {value} is not usable for an expected band.",
    ),
    "rank_setting": (
        "Tham số {name} = {value} của độ ổn định thứ hạng không dùng được.",
        "{name} = {value} is not usable for the stability of ranks.",
    ),
}
