"""Words in cells that stand for a closed vocabulary, as data: folded spelling -> stored value."""

from collections.abc import Mapping

from geo.domain.kinds import AssignmentRole, IncidentStatus, Origin, StreetKind
from geo.domain.text import fold


def _table(spellings: Mapping[str, list[str]]) -> dict[str, str]:
    return {fold(word): value for value, words in spellings.items() for word in [value, *words]}


ORIGINS = _table(
    {
        Origin.REPORTED: ["tin báo", "tố giác", "trình báo", "báo tin", "người dân báo", "113", "dân báo"],
        Origin.DISCOVERED: ["phát hiện", "tự phát hiện", "tuần tra", "tuần tra phát hiện", "bắt quả tang"],
    }
)
STATUSES = _table(
    {
        IncidentStatus.RECEIVED: ["tiếp nhận", "đã tiếp nhận", "mới", "new", "open"],
        IncidentStatus.ASSIGNED: ["đã phân công", "phân công", "đã giao"],
        IncidentStatus.IN_PROGRESS: ["đang giải quyết", "đang xử lý", "in progress"],
        IncidentStatus.RESOLVED: ["đã giải quyết", "đã xử lý", "xong", "kết thúc", "closed", "cleared"],
    }
)
ROLES = _table(
    {
        AssignmentRole.PRIMARY: ["phụ trách", "phụ trách chính", "chính", "chính thức"],
        AssignmentRole.CONCURRENT: ["kiêm nhiệm", "kiêm", "phối hợp"],
        AssignmentRole.ACTING: ["tạm thời", "trực thay", "thay thế", "tạm quyền"],
    }
)
STREET_KINDS = _table(
    {
        StreetKind.MAJOR: [
            "motorway", "trunk", "primary", "secondary", "motorway_link", "trunk_link", "primary_link",
            "secondary_link", "quốc lộ", "tỉnh lộ", "đại lộ", "đường chính",
        ],
        StreetKind.MINOR: [
            "tertiary", "tertiary_link", "unclassified", "residential", "living_street", "đường", "phố",
            "đường phố",
        ],
        StreetKind.LANE: [
            "service", "footway", "path", "pedestrian", "track", "steps", "cycleway", "ngõ", "hẻm", "ngách",
            "kiệt", "đường nhỏ",
        ],
        StreetKind.BRIDGE: ["cầu"],
    }
)  # fmt: skip
