"""Equipment: how many of a kind each unit has, by its own count, and lacks against the norm of its people.

A norm is a setting like a target (`geo.services.targets`): so many for each officer, for each beat, for each
ward. A kind without a norm has no need, and a unit that never counted is not taken for one that has none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from sqlalchemy import Connection, text

from geo.domain.errors import ConflictError, InputError
from geo.domain.kinds import EquipmentBasis, EquipmentKind
from geo.domain.roles import Actor, Permission
from geo.services.row_audit import RowChange, record_rows
from geo.services.targets import EQUIPMENT_NORMS, Target, Targets, equipment_norm
from geo.services.works.board import Board, asked
from geo.services.works.tables import beat_rows
from geo.store.engine import Database, transaction

MOST = 100_000
_ROUNDING = 1e-9  # 0.1 for each of ten officers is one, not two


@dataclass(frozen=True)
class Count:
    """What a unit counted of a kind, newest up to the day asked for; `version` 0 where it was another day."""

    count: int
    as_of: date
    version: int


@dataclass(frozen=True)
class NewCount:
    """A count to store; `version` is that of the day's own count as it was seen, 0 for none."""

    unit_code: str
    kind: EquipmentKind
    count: int
    version: int = 0


@dataclass(frozen=True)
class KindNeed:
    """One kind in one place.

    norm : None where no norm was set · actual : None where nobody counted
    uncounted : wards with a norm that have not counted: neither their norm nor anything of theirs is added up
    """

    norm: int | None
    actual: int | None
    uncounted: int = 0

    @property
    def need(self) -> int | None:
        """Norm less actual (negative: more than the norm); None where either is not known."""
        return None if self.norm is None or self.actual is None else self.norm - self.actual


@dataclass(frozen=True)
class UnitNeed:
    """What a place needs, by kind; `as_of` is the oldest of the counts that it rests on."""

    code: str
    name: str
    officers: int
    beats: float
    kinds: Mapping[EquipmentKind, KindNeed]
    as_of: date | None


@dataclass(frozen=True)
class EquipmentNeed:
    """The places of a board (wards, or the one ward), and all of them together."""

    places: tuple[UnitNeed, ...]
    total: UnitNeed

    @property
    def known(self) -> bool:
        """Say whether anything was counted or any norm set."""
        return any(each.norm is not None or each.actual is not None for each in self.total.kinds.values())


def may_count(actor: Actor) -> bool:
    """Say whether `actor` enters counts: those who keep a ward's figures, and those who command."""
    return actor.may(Permission.EDIT_COUNTS) or actor.may(Permission.SET_TARGETS)


def counts(database: Database, actor: Actor, day: date) -> dict[tuple[str, EquipmentKind], Count]:
    """Return the newest count up to `day` by code of the unit and kind, of the units in scope."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        return _counts(connection, day)


def _counts(connection: Connection, day: date) -> dict[tuple[str, EquipmentKind], Count]:
    rows = connection.execute(
        text("""
            SELECT DISTINCT ON (e.unit_id, e.kind) u.code, e.kind, e.count AS n, e.as_of,
                CASE WHEN e.as_of = :day THEN e.version ELSE 0 END AS version
            FROM diaban.equipment e JOIN diaban.admin_unit u ON u.id = e.unit_id
            WHERE e.as_of <= :day ORDER BY e.unit_id, e.kind, e.as_of DESC"""),
        {"day": day},
    )
    return {(row.code, EquipmentKind(row.kind)): Count(row.n, row.as_of, row.version) for row in rows}


def equipment_need(database: Database, actor: Actor, board: Board, targets: Targets) -> EquipmentNeed:
    """Return norm, actual and need of the wards of `board` on its day, and of all of them together.

    Officers are those of the ward's unit, in whatever role; beats are those of the day.
    """
    actor.require(Permission.VIEW)
    path = tuple(code for code, _, level in board.path if level != "beat")
    with transaction(database, actor) as connection:
        request = asked(connection, (database, actor), board.query)
        held = _counts(connection, board.query.day)
    wards = request.placing.wards.set_index("id").loc[list(board.wards)]
    staff = request.record.officers["unit_id"].value_counts()
    beats, _, _ = beat_rows(request)
    of_day = (beats["on_day"] * beats["weight"]).groupby(beats["ward"]).sum()
    made = []
    for ward, code, name in wards[["code", "name"]].itertuples(name=None):  # wards, of a few columns each
        units = path if code in path else (*path, code)
        norms = {norm: targets.of(norm, units) for norm in EQUIPMENT_NORMS}
        size = {
            EquipmentBasis.OFFICER: float(staff.get(ward, 0)),
            EquipmentBasis.BEAT: float(of_day.get(ward, 0.0)),
            EquipmentBasis.WARD: 1.0,
        }
        mine = {kind: held[code, kind] for kind in EquipmentKind if (code, kind) in held}
        kinds = {
            kind: KindNeed(_norm(kind, size, norms), mine[kind].count if kind in mine else None)
            for kind in EquipmentKind
        }
        days = [count.as_of for count in mine.values()]
        officers = int(size[EquipmentBasis.OFFICER])
        made.append(UnitNeed(code, name, officers, size[EquipmentBasis.BEAT], kinds, min(days, default=None)))
    return EquipmentNeed(tuple(made), _sum(made))


def _norm(
    kind: EquipmentKind, size: Mapping[EquipmentBasis, float], norms: Mapping[str, Target]
) -> int | None:
    """Return how many the norms of a kind ask for together, rounded up; None where none was set."""
    given = {basis: norms[equipment_norm(kind, basis)] for basis in EquipmentBasis}
    if all(norm.is_default for norm in given.values()):
        return None
    return ceil(sum(norm.value * size[basis] for basis, norm in given.items()) - _ROUNDING)


def _sum(parts: Sequence[UnitNeed]) -> UnitNeed:
    """Return all `parts` together: of each kind, only of those that have both a norm and a count."""
    kinds = {}
    for kind in EquipmentKind:
        normed = [part.kinds[kind] for part in parts if part.kinds[kind].norm is not None]
        both = [one for one in normed if one.actual is not None]
        counted = (
            both if normed else [part.kinds[kind] for part in parts if part.kinds[kind].actual is not None]
        )
        kinds[kind] = KindNeed(
            sum(one.norm or 0 for one in both or normed) if normed else None,
            sum(one.actual or 0 for one in counted) if counted else None,
            len(normed) - len(both),
        )
    days = [part.as_of for part in parts if part.as_of is not None]
    return UnitNeed(
        "", "", sum(part.officers for part in parts), sum(part.beats for part in parts), kinds,
        min(days) if days else None,
    )  # fmt: skip


def save_counts(database: Database, actor: Actor, day: date, given: Sequence[NewCount]) -> int:
    """Store counts as of `day`, all of them or none; return how many differ from what stood.

    Raises InputError ``equipment_out_of_range``, ``unknown_unit``; ConflictError ``equipment_changed_since``
    where somebody else stored the day's count of the same unit and kind; ForbiddenError.
    """
    if not may_count(actor):
        actor.require(Permission.EDIT_COUNTS)
    for each in given:
        if not 0 <= each.count <= MOST:
            raise InputError("equipment_out_of_range", unit=each.unit_code, value=each.count, most=MOST)
    with transaction(database, actor) as connection:
        changes = [_store(connection, actor, day, each) for each in sorted(given, key=_order)]
        if changes:
            record_rows(connection, actor, "equipment_count", "equipment", changes, day=day)
    return sum(change.before != change.after for change in changes)


def _order(each: NewCount) -> tuple[str, str]:
    return each.unit_code, each.kind.value


def _store(connection: Connection, actor: Actor, day: date, given: NewCount) -> RowChange:
    unit = connection.execute(
        text("SELECT id FROM diaban.admin_unit WHERE code = :code AND valid @> CAST(:day AS date)"),
        {"code": given.unit_code, "day": day},
    ).scalar()
    if unit is None:
        raise InputError("unknown_unit", code=given.unit_code)
    keys = {"unit": unit, "kind": given.kind.value, "day": day}
    before = connection.execute(
        text("""
            SELECT count FROM diaban.equipment
            WHERE unit_id = :unit AND kind = :kind AND as_of = :day FOR UPDATE"""),
        keys,
    ).scalar()
    # Two first counts at once: the second waits for the first, inserts nothing and is told.
    row = connection.execute(
        text("""
            INSERT INTO diaban.equipment AS e (unit_id, kind, as_of, count, entered_by)
            VALUES (:unit, :kind, :day, :count, :by)
            ON CONFLICT (unit_id, kind, as_of) DO UPDATE SET count = excluded.count,
                entered_by = excluded.entered_by, entered_at = now(), version = e.version + 1
            WHERE e.version = :version RETURNING e.id, e.version"""),
        {**keys, "count": given.count, "by": actor.account_id, "version": given.version},
    ).one_or_none()
    if row is None or (before is None and given.version):
        raise ConflictError("equipment_changed_since", unit=given.unit_code, kind=given.kind.value)
    return RowChange(
        str(row.id), row.version, None if before is None else {"count": before}, {"count": given.count}
    )
