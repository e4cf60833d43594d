"""Targets and norms of the four works: which holds for a unit on a day, by which document; setting one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from geo import settings
from geo.domain.errors import ConflictError, ForbiddenError, InputError
from geo.domain.kinds import EquipmentBasis, EquipmentKind
from geo.domain.roles import Actor, Permission
from geo.services import audit
from geo.services.works.figures import SHARES, Measure
from geo.store.engine import Database, transaction

HOUSEHOLD_NORM, RESIDENT_NORM = Measure.LOAD.value, Measure.RESIDENT_LOAD.value
FULL_DAYS = "full_days"
# From this difference on the areas of the blocks of a ward and the ward itself contradict each other.
AREA_TOLERANCE = "area_tolerance"
# What is near, and how wide a gap must be to be one, in metres: the operator's settings until one is set.
ACCESS_POST, ACCESS_BEAT, SLIVER = "access_post_m", "access_beat_m", "sliver_m"

# What the product starts with, until somebody sets a target with a document: shown as "default" everywhere.
DEFAULTS: dict[str, float] = {
    Measure.COVERAGE.value: 1.0,
    Measure.HOUSEHOLD_COVERAGE.value: 1.0,
    Measure.FRESHNESS.value: 0.9,
    HOUSEHOLD_NORM: 700.0,
    Measure.COMPLETENESS.value: 1.0,
    RESIDENT_NORM: 2500.0,
    Measure.CLEARANCE.value: 0.75,
    Measure.ON_TIME.value: 0.9,
    Measure.MEDIAN_HOURS.value: 72.0,
    FULL_DAYS: 22.0,
    AREA_TOLERANCE: 0.02,
}
SETTABLE = (*DEFAULTS, ACCESS_POST, ACCESS_BEAT, SLIVER)
_EVERYBODY = "*"  # the scope of who sees all units
_RANGES: dict[str, tuple[float, float]] = {
    **dict.fromkeys((*(measure.value for measure in SHARES), AREA_TOLERANCE), (0.0, 1.0)),
    ACCESS_POST: (1.0, 100_000.0),
    ACCESS_BEAT: (1.0, 100_000.0),
    SLIVER: (0.0, 100.0),
}
_RANGE, _RANGE_OF_EQUIPMENT = (0.1, 1_000_000.0), (0.0, 1_000.0)

_HOLDING = """
SELECT t.id, t.measure, coalesce(u.code, '') AS unit_code, t.value, d.number, t.version,
    lower(t.valid) AS since
FROM diaban.target t
LEFT JOIN diaban.admin_unit u ON u.id = t.unit_id
LEFT JOIN diaban.legal_document d ON d.id = t.document_id
WHERE t.valid @> CAST(:day AS date) AND (t.unit_id IS NULL OR u.id IS NOT NULL)
UNION ALL
SELECT id, measure, unit_code, value, number, version, since FROM diaban.targets_above(CAST(:day AS date))"""


def equipment_norm(kind: EquipmentKind, basis: EquipmentBasis) -> str:
    """Return the name of the norm for a kind of equipment by officer, beat or ward."""
    return f"equip_{kind.value}_{basis.value}"


EQUIPMENT_NORMS = tuple(equipment_norm(kind, basis) for kind in EquipmentKind for basis in EquipmentBasis)


@dataclass(frozen=True)
class Target:
    """A target as it holds: its value, whose it is, and what it rests on.

    unit_code : "" where it holds for everybody · document : None where none is recorded
    id, version : of the stored row, 0 where it is the product's default
    """

    measure: str
    value: float
    unit_code: str = ""
    document: str | None = None
    since: date | None = None
    id: int = 0
    version: int = 0

    @property
    def is_default(self) -> bool:
        """Say whether nobody has set it."""
        return self.id == 0


@dataclass(frozen=True)
class Targets:
    """The targets that hold on a day, by measure and code of the unit ("": everybody).

    roots : code of a unit that the reader's scope begins at -> codes from the top down to it: what holds
        for the units above it holds for it, though the reader sees none of them
    """

    held: Mapping[tuple[str, str], Target]
    roots: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, measure: str, units: Sequence[str] = ()) -> Target:
        """Return the target of a unit: its own, else the nearest of the units above it, else everybody's.

        units : codes from the top down to the unit itself; none is the whole scope. Equipment that no norm
        was set for has the default 0.
        """
        if not units and len(self.roots) == 1:
            units = next(iter(self.roots.values()))
        elif units:
            units = (*self.roots.get(units[0], units[:1]), *units[1:])
        for code in (*reversed(units), ""):
            found = self.held.get((measure, code))
            if found is not None:
                return found
        return Target(measure, _default(measure))


def _default(measure: str) -> float:
    if measure in DEFAULTS:
        return DEFAULTS[measure]
    return 0.0 if measure in EQUIPMENT_NORMS else float(getattr(settings.load(), measure))


@dataclass(frozen=True)
class NewTarget:
    """What to set: `value` of `measure` for the unit (None: everybody) from `since` on, by `document`."""

    measure: str
    value: float
    document: str
    since: date
    unit_code: str | None = None


def targets_on(database: Database, actor: Actor, day: date) -> Targets:
    """Return the targets that hold on `day`."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        return read_targets(connection, actor, day)


def read_targets(connection: Connection, actor: Actor, day: date) -> Targets:
    """Return the targets that hold on `day`, within the caller's transaction: every norm is read here."""
    rows = connection.execute(text(_HOLDING), {"day": day})
    found = [
        Target(row.measure, row.value, row.unit_code, row.number, row.since, row.id, row.version)
        for row in rows
    ]
    begins = () if actor.scope_key == _EVERYBODY else actor.unit_codes
    return Targets(
        {(target.measure, target.unit_code): target for target in found},
        {code: path_of(connection, code) for code in begins},
    )


def path_of(connection: Connection, code: str | None) -> tuple[str, ...]:
    """Return the codes from the top down to the unit with `code`, for `Targets.of`; none for None."""
    if code is None:
        return ()
    return tuple(connection.execute(text("SELECT diaban.unit_path(:code)"), {"code": code}).scalar_one())


def set_target(database: Database, actor: Actor, wanted: NewTarget, replaces: Target) -> None:
    """Let `wanted` hold from its first day on; what held until then ends the day before.

    replaces : the target as the reader saw it, so that nobody overwrites what somebody else set meanwhile
    Raises InputError ``unknown_measure``, ``target_out_of_range``, ``target_without_document``,
    ``target_has_later``, ``unknown_unit``; ConflictError ``target_changed``; ForbiddenError
    ``target_for_everybody``.
    """
    actor.require(Permission.SET_TARGETS)
    _check(wanted)
    with transaction(database, actor) as connection:
        if wanted.unit_code is None and actor.scope_key != _EVERYBODY:
            raise ForbiddenError("target_for_everybody")
        unit = _unit(connection, wanted.unit_code)
        own = replaces.unit_code == (wanted.unit_code or "") and not replaces.is_default
        try:
            if own:
                _end(connection, wanted, replaces)
            _begin(connection, wanted, unit)
        except IntegrityError as fault:  # somebody set one meanwhile: no two may hold at a time
            raise ConflictError("target_changed") from fault
        audit.record(
            connection, actor, "target_set", "target", wanted.measure,
            {"unit": wanted.unit_code, "before": replaces.value, "default": replaces.is_default,
             "after": wanted.value, "since": wanted.since, "document": wanted.document},
        )  # fmt: skip


def _check(wanted: NewTarget) -> None:
    if wanted.measure not in {*SETTABLE, *EQUIPMENT_NORMS}:
        raise InputError("unknown_measure", measure=wanted.measure, known=", ".join(SETTABLE))
    usual = _RANGE_OF_EQUIPMENT if wanted.measure in EQUIPMENT_NORMS else _RANGE
    low, high = _RANGES.get(wanted.measure, usual)
    if not low <= wanted.value <= high:
        raise InputError("target_out_of_range", value=wanted.value, low=low, high=high)
    if not wanted.document.strip():
        raise InputError("target_without_document")


def _unit(connection: Connection, code: str | None) -> int | None:
    if code is None:
        return None
    query = (
        "SELECT id FROM diaban.admin_unit WHERE code = :code ORDER BY lower(valid) DESC NULLS LAST LIMIT 1"
    )
    found = connection.execute(text(query), {"code": code}).scalar()
    if found is None:
        raise InputError("unknown_unit", code=code)
    return int(found)


def _end(connection: Connection, wanted: NewTarget, before: Target) -> None:
    """End the target that held, or take it away where it would have begun on the new one's day or later."""
    params = {"id": before.id, "version": before.version, "since": wanted.since}
    if before.since is not None and before.since > wanted.since:
        raise InputError("target_has_later", day=before.since.isoformat())
    if before.since == wanted.since:
        done = connection.execute(
            text("DELETE FROM diaban.target WHERE id = :id AND version = :version"), params
        )
    else:
        done = connection.execute(
            text(
                "UPDATE diaban.target SET valid = daterange(lower(valid), :since), version = version + 1 "
                "WHERE id = :id AND version = :version"
            ),
            params,
        )
    if done.rowcount == 0:
        raise ConflictError("target_changed")


def _begin(connection: Connection, wanted: NewTarget, unit: int | None) -> None:
    connection.execute(
        text(
            "INSERT INTO diaban.target (measure, unit_id, value, document_id, valid) "
            "VALUES (:measure, :unit, :value, :document, daterange(:since, NULL))"
        ),
        {
            "measure": wanted.measure,
            "unit": unit,
            "value": wanted.value,
            "document": _document(connection, wanted.document.strip(), wanted.since),
            "since": wanted.since,
        },
    )


def _document(connection: Connection, number: str, day: date) -> int:
    """Return the id of the document with `number`, added where it is not known yet."""
    query = text("SELECT id FROM diaban.legal_document WHERE number = :number")
    found = connection.execute(query, {"number": number}).scalar()
    if found is None:
        insert = "INSERT INTO diaban.legal_document (number, issued_on) VALUES (:number, :day) RETURNING id"
        found = connection.execute(text(insert), {"number": number, "day": day}).scalar_one()
    return int(found)
