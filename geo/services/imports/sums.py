"""Areas of blocks beside the area of their ward: told where they do not add up, never mended."""
# ruff: noqa: S608 (SQL is put together from names of our own tables and columns; values are bound)

from dataclasses import replace

from sqlalchemy import Connection, text

from geo.domain.kinds import Kind
from geo.intake.layer import DECLARED_TOLERANCE
from geo.intake.report import Intake, Note, Reason

# The wards that the rows of a file are about, while its stage is there.
_CONCERNED = {
    Kind.WARDS: "u.code IN (SELECT code FROM pg_temp.stage_admin_unit)",
    Kind.BLOCKS: "u.id IN (SELECT unit_id FROM pg_temp.stage_block)",
}


def tell(connection: Connection, intake: Intake) -> Intake:
    """Return `intake` with ``parts_differ_from_ward`` for each ward whose blocks do not make up its area.

    Called when the rows of `intake` are merged. The blocks stored by now count, whichever file they came
    from; a ward without blocks has none to add up. Against the declared area where there is one, or else the
    drawn; km² on the ellipsoid.
    """
    if intake.kind not in _CONCERNED:
        return intake
    wards = connection.execute(
        text(
            "SELECT u.code, sum(ST_Area(k.geom::geography)) / 1e6 AS parts, u.declared_area_km2 AS declared, "
            "ST_Area(u.geom::geography) / 1e6 AS drawn "
            "FROM diaban.admin_unit u JOIN diaban.block k ON k.unit_id = u.id AND k.valid @> current_date "
            f"WHERE u.level = 'ward' AND u.valid @> current_date AND {_CONCERNED[intake.kind]} "
            "GROUP BY u.id ORDER BY u.code"
        )
    )
    notes = []
    for code, parts, declared, drawn in wards:
        total = declared or drawn
        if not total or abs(parts - total) <= DECLARED_TOLERANCE * total:
            continue
        facts = {
            "ward": code,
            "parts_km2": f"{parts:.4g}",
            "basis": "declared" if declared else "drawn",
            "ward_km2": f"{total:.4g}",
            "difference": f"{(parts - total) / total:+.0%}",
        }
        notes.append(Note(0, Reason("parts_differ_from_ward", facts)))
    if not notes:
        return intake
    warnings = {**intake.warnings, "parts_differ_from_ward": len(notes)}
    return replace(intake, warnings=warnings, notes=(*intake.notes, *notes))
