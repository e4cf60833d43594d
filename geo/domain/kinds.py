"""The closed vocabularies: kinds of import, levels, origins, statuses, assignment roles."""

from enum import StrEnum


class Kind(StrEnum):
    """What a file can be imported as."""

    WARDS = "wards"
    BLOCKS = "blocks"
    HOUSEHOLDS = "households"
    INCIDENTS = "incidents"
    OFFICERS = "officers"
    BEATS = "beats"
    ASSIGNMENTS = "assignments"
    POSTS = "posts"
    STREETS = "streets"


class Level(StrEnum):
    """Levels of the administrative tree; district exists only before 1 July 2025."""

    PROVINCE = "province"
    DISTRICT = "district"
    WARD = "ward"


class Origin(StrEnum):
    """How an incident became known. Only *reported* ones say where things happen by themselves."""

    REPORTED = "reported"
    DISCOVERED = "discovered"


class OriginFilter(StrEnum):
    """Which origins an analysis uses."""

    REPORTED = "reported"
    DISCOVERED = "discovered"
    ALL = "all"


class CellShape(StrEnum):
    """What is tested as a cell of a hotspot."""

    SQUARE = "square"
    HEXAGON = "hexagon"
    WARD = "ward"
    BEAT = "beat"

    @property
    def on_grid(self) -> bool:
        """Say whether cells of this shape are all of one size."""
        return self in {CellShape.SQUARE, CellShape.HEXAGON}


class IncidentStatus(StrEnum):
    """Steps of an incident's handling, in order."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"


class AssignmentRole(StrEnum):
    """How an officer holds a beat: one primary at a time, any number of others."""

    PRIMARY = "primary"
    CONCURRENT = "concurrent"
    ACTING = "acting"


class StreetKind(StrEnum):
    """Width classes of the street layer."""

    MAJOR = "major"
    MINOR = "minor"
    LANE = "lane"
    BRIDGE = "bridge"


class PlanState(StrEnum):
    """Steps of a plan's life; a rejected one may be worked on again."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    IN_FORCE = "in_force"
    ROLLED_BACK = "rolled_back"


class EquipmentKind(StrEnum):
    """What a unit's equipment is counted in."""

    MOTORCYCLE = "motorcycle"
    CAR = "car"
    COMPUTER = "computer"
    RADIO = "radio"
    CAMERA = "camera"
    EXTINGUISHER = "extinguisher"


class EquipmentBasis(StrEnum):
    """What a norm of equipment is given for: each officer, each beat, each ward."""

    OFFICER = "officer"
    BEAT = "beat"
    WARD = "ward"
