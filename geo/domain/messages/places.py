"""Messages of coordinates in a file: which system they are in, and places that cannot be what they say."""

_SYSTEM = {
    "crs_label_overruled": (
        "Tệp ghi hệ {own} ({own_name}), nhưng theo đó chỉ {own_share} vị trí nằm trong phường, xã đã lưu; theo {crs} ({name}) là {share}: đã đọc theo {crs}, hãy kiểm tra trên bản đồ.",
        "The file says {own} ({own_name}), but read so only {own_share} of the places lie in stored wards; as {crs} ({name}) {share} do: read as {crs}, check it on the map.",
    ),
    "crs_label_doubtful": (
        "Tệp ghi hệ {own} ({own_name}), theo đó {own_share} vị trí nằm trong phường, xã đã lưu; nhưng hợp hơn là {others}; hãy nêu hệ đúng bằng --crs EPSG:n (cũng có thể là {own}).",
        "The file says {own} ({own_name}), which puts {own_share} of the places into stored wards; these do better: {others}; name the right one with --crs EPSG:n ({own} may be it).",
    ),
    "crs_label_unsupported": (
        "Tệp ghi hệ {own} ({own_name}); theo đó chỉ {own_share} vị trí nằm trong phường, xã đã lưu, và không múi nào khác hợp hơn: hãy kiểm tra trên bản đồ.",
        "The file says {own} ({own_name}); read so only {own_share} of the places lie in stored wards, and no other zone does better: check it on the map.",
    ),
    "crs_by_the_edge": (
        "Chọn {crs} vì chỉ {out} trong {tried} vị trí nằm ngoài phường, xã đã lưu; các hệ sau gần bằng nhưng để ra ngoài nhiều hơn (số trong ngoặc): {others}; hãy kiểm tra trên bản đồ.",
        "{crs} was chosen because only {out} of {tried} places lie outside of stored wards; these come near but leave out more (in brackets): {others}; check it on the map.",
    ),
    "crs_datum_doubtful": (
        "Tệp ghi hệ {own}: phép chiếu của {crs} nhưng trên hệ quy chiếu {datum} chứ không phải VN-2000, lệch nhau khoảng 230 m; nếu là VN-2000 hãy nêu --crs {crs}, nếu không hãy lưu tệp sang kinh vĩ độ WGS 84.",
        "The file says {own}: the projection of {crs}, but on the datum {datum} instead of VN-2000, some 230 m apart; if it is VN-2000 name --crs {crs}, if not save the file in degrees of WGS 84.",
    ),
    "label_not_degrees": (
        "Tệp ghi hệ {own}, nhưng {x} từ {west} đến {east}, {y} từ {south} đến {north}: không phải độ, và chưa lưu phường, xã nào để dò múi chiếu; hãy nêu hệ bằng --crs EPSG:n.",
        "The file says {own}, but {x} runs {west} to {east}, {y} {south} to {north}: not degrees, and no wards are stored to find the zone by; name the CRS with --crs EPSG:n.",
    ),
    "degrees_not_metres": (
        "Hệ {own} ({own_name}) tính bằng mét, nhưng {x} từ {west} đến {east}, {y} từ {south} đến {north} là độ; hãy nêu --crs EPSG:4326 (WGS 84) hoặc --crs EPSG:4756 (VN-2000).",
        "{own} ({own_name}) is in metres, but {x} runs {west} to {east}, {y} {south} to {north}: degrees; name --crs EPSG:4326 (WGS 84) or --crs EPSG:4756 (VN-2000).",
    ),
    "coordinates_reordered": (
        "{x} từ {west} đến {east}, {y} từ {south} đến {north}: chỉ hợp với {crs} ({name}) khi đọc {order}, đơn vị {unit}; đã đọc như vậy.",
        "{x} runs {west} to {east}, {y} {south} to {north}: as {crs} ({name}) they make sense only with {order}, in {unit}; read so.",
    ),
}

_PLACES = {
    "place_turned": (
        "Kinh độ và vĩ độ của dòng này bị đổi chỗ ({x}, {y}); đã đọc ngược lại.",
        "Longitude and latitude of this row are swapped ({x}, {y}); read the other way round.",
    ),
    "places_stacked": (
        "{rows} dòng ({share} số dòng có vị trí) cùng nằm đúng một điểm ({lon}, {lat}): có thể là vị trí điền thay khi không tìm được địa chỉ; vẫn giữ nguyên, hãy kiểm tra.",
        "{rows} rows ({share} of those with a place) lie on one and the same point ({lon}, {lat}): perhaps filled in where an address was not found; kept as they are, check them.",
    ),
}

MESSAGES: dict[str, tuple[str, str]] = {**_SYSTEM, **_PLACES}
