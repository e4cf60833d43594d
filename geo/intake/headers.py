"""Header spellings, as data: which headers mean which field.

Spellings are compared by `header_key`: folded, letters and digits only. So ``"Mã hộ"``, ``"MA_HO"`` and
``"maHo"`` are one spelling, written here in whichever way reads best. Earlier spellings win over later
ones where a file has both. Add freely; a test keeps one spelling from meaning two fields of one kind.
"""

import re
from collections.abc import Mapping

from geo.domain.kinds import Kind
from geo.domain.text import fold


def header_key(header: str) -> str:
    """Return what headers are compared by: ``"Mã tổ dân phố"`` -> ``"matodanpho"``."""
    return re.sub(r"[^a-z0-9]", "", fold(header))


_LON = ["lon", "lng", "long", "longitude", "kinh_độ", "longitud", "toạ_độ_x", "x_coord", "point_x", "x"]
_LAT = ["lat", "latitude", "vĩ_độ", "latitud", "toạ_độ_y", "y_coord", "point_y", "y"]
_UNIT = [
    "unit_code", "unit", "ward_code", "mã_đơn_vị", "mã_phường", "mã_xã", "mã_phường_xã", "mã_ĐVHC", "mã_px",
    "đơn_vị", "phường", "xã", "phường_xã", "ward",
]  # fmt: skip
_PART = [
    "neighbourhood", "neighborhood", "thuộc_khu_phố", "thuộc_cụm", "thuộc_ấp", "cụm_dân_cư", "tên_cụm", "cụm",
    "tên_ấp", "ấp", "khu_dân_cư", "tên_khu_dân_cư", "tên_khu_phố", "khu_phố",
]  # fmt: skip
# Of a block: its name, or that of the larger part where it has another name.
AMBIGUOUS = ["tên_khu_phố", "khu_phố"]
_ABOVE = {
    "district": [
        "district", "huyện", "quận", "quận_huyện", "huyện_quận", "thị_xã", "tên_huyện", "tên_quận",
        "tên_quận_huyện",
    ],
    "province": [
        "province", "tỉnh", "tỉnh_thành", "tỉnh_tp", "tỉnh_thành_phố", "thành_phố", "tên_tỉnh",
    ],
}  # fmt: skip
_BLOCK = [
    "block_code", "block", "mã_tổ", "mã_tdp", "mã_tổ_dân_phố", "mã_khu_phố", "mã_thôn", "tổ_dân_phố", "tdp",
    "tổ", "khu_phố", "thôn",
]  # fmt: skip
_BEAT = ["beat_code", "beat_num", "mã_khu_vực", "mã_kv", "mã_địa_bàn", "beat", "khu_vực", "địa_bàn"]
_OFFICER = [
    "service_number", "officer_code", "số_hiệu", "số_hiệu_CAND", "mã_cán_bộ", "mã_số_cán_bộ", "badge",
    "badge_number",
]  # fmt: skip
_FROM = [
    "valid_from", "from_date", "start_date", "từ_ngày", "ngày_bắt_đầu", "hiệu_lực_từ", "ngày_hiệu_lực",
    "effective_from",
]  # fmt: skip
_TO = ["valid_to", "to_date", "end_date", "đến_ngày", "ngày_kết_thúc", "hiệu_lực_đến", "effective_to"]

Spellings = Mapping[str, list[str]]

FIELDS: dict[Kind, Spellings] = {
    Kind.WARDS: {
        "code": [
            "code",
            "ward_code",
            "mã",
            "mã_xã",
            "mã_phường",
            "mã_phường_xã",
            "mã_ĐVHC",
            "mã_đơn_vị",
            "unit_code",
            "maxa",
            "geoid",
            "geoid10",
            "geoid20",
            "id",
        ],
        "name": [
            "name",
            "ward_name",
            "tên",
            "tên_xã",
            "tên_phường",
            "tên_phường_xã",
            "tên_ĐVHC",
            "tên_đơn_vị",
            "tenxa",
            "phường_xã",
            "phường",
            "namelsad10",
            "namelsad",
            "community",
            "nombre",
            "description",
        ],
        "full_name": ["full_name", "tên_đầy_đủ"],
        "parent_code": ["parent_code", "province_code", "mã_tỉnh", "matinh", "mã_cấp_trên"],
        "declared_area_km2": ["declared_area_km2", "area_km2", "diện_tích_km2", "diện_tích", "dtich_km2"],
        "valid_from": _FROM,
    },
    Kind.BLOCKS: {
        "code": [
            "code",
            "block_code",
            "mã",
            "mã_tổ",
            "mã_tdp",
            "mã_tổ_dân_phố",
            "mã_khu_phố",
            "mã_thôn",
            "geoid",
            "geoid10",
            "geoid20",
            "id",
        ],
        "name": [
            "name",
            "block_name",
            "tên",
            "tên_tổ",
            "tên_tdp",
            "tên_tổ_dân_phố",
            "tên_khu_phố",
            "tên_thôn",
            "tổ_dân_phố",
            "khu_phố",
            "thôn",
            "namelsad10",
            "namelsad",
            "description",
        ],
        "kind": ["kind", "loại", "loại_hình", "type"],
        # In a list of tổ their khu phố; a list of khu phố has no other name, and keeps it for that.
        "neighbourhood": _PART,
        "unit_code": _UNIT,
        **_ABOVE,
    },
    Kind.HOUSEHOLDS: {
        "code": [
            "code",
            "household_code",
            "mã",
            "mã_hộ",
            "mã_số_hộ",
            "mã_nhà",
            "mã_địa_điểm",
            "geoid",
            "geoid10",
            "id",
        ],
        "lon": _LON,
        "lat": _LAT,
        "permanent": [
            "permanent",
            "thường_trú",
            "số_thường_trú",
            "nk_thường_trú",
            "nhân_khẩu_thường_trú",
            "population",
            "nhân_khẩu",
            "số_nhân_khẩu",
            "số_khẩu",
        ],
        "temporary": ["temporary", "tạm_trú", "số_tạm_trú", "nk_tạm_trú", "nhân_khẩu_tạm_trú"],
        "absent": ["absent", "tạm_vắng", "số_tạm_vắng", "nk_tạm_vắng", "nhân_khẩu_tạm_vắng", "vắng"],
        "block_code": _BLOCK,
        "unit_code": _UNIT,
        **_ABOVE,
        "reviewed_on": [
            "reviewed_on",
            "reviewed",
            "last_reviewed",
            "ngày_rà_soát",
            "rà_soát",
            "ngày_cập_nhật",
            "ngày_kiểm_tra",
        ],
    },
    Kind.INCIDENTS: {
        "code": [
            "code",
            "incident_code",
            "case_number",
            "file_number",
            "mã",
            "mã_vụ_việc",
            "mã_vụ",
            "số_vụ",
            "số_hồ_sơ",
            "mã_hồ_sơ",
            "uid",
            "id",
        ],
        "category_code": [
            "category_code",
            "category",
            "loại_vụ_việc",
            "mã_loại",
            "loại_vụ",
            "loại_tội",
            "loại",
            "hành_vi",
            "tội_danh",
            "offense_type",
            "offence_type",
            "crime_type",
            "primary_type",
            "modalidad",
        ],
        "origin": ["origin", "nguồn_tin", "nguồn", "nguồn_phát_hiện", "hình_thức_phát_hiện"],
        "status": ["status", "trạng_thái", "tình_trạng", "kết_quả"],
        "occurred_from": [
            "occurred_from",
            "occurred",
            "occurred_at",
            "thời_gian_xảy_ra",
            "ngày_xảy_ra",
            "xảy_ra_từ",
            "thời_điểm_xảy_ra",
            "ngày_giờ",
            "thời_gian",
            "date_time",
            "date",
            "ngày",
            "fecha_hecho",
            "fecha",
        ],
        "occurred_to": ["occurred_to", "xảy_ra_đến", "thời_gian_xảy_ra_đến"],
        "recorded_at": ["recorded_at", "recorded", "ngày_tiếp_nhận", "thời_gian_tiếp_nhận", "reported_at"],
        "due_at": ["due_at", "due", "thời_hạn", "hạn_giải_quyết", "hạn_xử_lý"],
        "resolved_at": ["resolved_at", "resolved", "ngày_giải_quyết", "ngày_kết_thúc", "ngày_xử_lý"],
        "lon": _LON,
        "lat": _LAT,
        "precision_m": ["precision_m", "precision", "accuracy_m", "accuracy", "độ_chính_xác", "sai_số_m"],
        "unit_code": _UNIT,
        **_ABOVE,
    },
    Kind.OFFICERS: {
        "service_number": _OFFICER,
        "display_name": ["display_name", "name", "officer_name", "họ_tên", "họ_và_tên", "tên", "tên_cán_bộ"],
        "rank": ["rank", "cấp_bậc", "cấp_bậc_hàm", "quân_hàm"],
        "unit_code": _UNIT,
        **_ABOVE,
        "beat_days_month": [
            "beat_days_month",
            "beat_days",
            "days_month",
            "số_ngày_bám_địa_bàn",
            "ngày_địa_bàn",
            "số_ngày_xuống_địa_bàn",
        ],
    },
    Kind.BEATS: {
        "code": ["code", *_BEAT, "mã", "id"],
        "name": ["name", "beat_name", "tên", "tên_khu_vực", "tên_địa_bàn", "description"],
        "unit_code": _UNIT,
        **_ABOVE,
        "block_codes": ["block_codes", "blocks", "các_tổ", "danh_sách_tổ", "các_tổ_dân_phố", *_BLOCK],
        "valid_from": _FROM,
    },
    Kind.ASSIGNMENTS: {
        "beat_code": [*_BEAT],
        "service_number": [*_OFFICER, "officer", "cán_bộ"],
        "role": ["role", "vai_trò", "hình_thức", "hình_thức_phụ_trách"],
        "valid_from": _FROM,
        "valid_to": _TO,
        "decision": ["decision", "quyết_định", "số_quyết_định", "số_QĐ", "decision_number"],
    },
    Kind.POSTS: {
        "code": ["code", "post_code", "station_code", "mã", "mã_trụ_sở", "mã_đồn", "id"],
        "name": ["name", "post_name", "station_name", "tên", "tên_trụ_sở", "tên_đồn", "nombre"],
        "lon": _LON,
        "lat": _LAT,
        "unit_code": _UNIT,
        **_ABOVE,
    },
    Kind.STREETS: {
        "code": ["code", "street_code", "segment_id", "mã", "mã_đường", "mã_đoạn", "osm_id", "id"],
        "name": ["name", "street_name", "tên", "tên_đường", "tên_phố"],
        "kind": ["kind", "highway", "fclass", "loại_đường", "cấp_đường", "loại", "type"],
    },
}

# Geometry written as text (WKT) in a table.
WKT = ["wkt", "geom_wkt", "wkt_geom", "geometry", "geom", "the_geom", "hình_học"]
