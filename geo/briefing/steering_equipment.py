"""Equipment of the steering deck: what the norm asks for, what was counted, what is missing."""

from geo.briefing.asking import Asking
from geo.briefing.deck import Slide, TableBody
from geo.domain.kinds import EquipmentKind
from geo.services.equipment import KindNeed, UnitNeed, equipment_need
from geo.services.targets import Targets
from geo.services.works.board import Board

EQUIPMENT_NAMES: dict[EquipmentKind, tuple[str, str]] = {
    EquipmentKind.MOTORCYCLE: ("Xe mô tô", "Motorcycles"),
    EquipmentKind.CAR: ("Ô tô", "Cars"),
    EquipmentKind.COMPUTER: ("Máy tính", "Computers"),
    EquipmentKind.RADIO: ("Bộ đàm", "Radios"),
    EquipmentKind.CAMERA: ("Camera", "Cameras"),
    EquipmentKind.EXTINGUISHER: ("Bình chữa cháy", "Fire extinguishers"),
}
_UNITS = 14


def equipment_table(asking: Asking, works: Board, goals: Targets) -> tuple[Slide, ...]:
    """Return the slide of equipment asked for by the norm and counted; none where neither is on record."""
    found = equipment_need(asking.database, asking.actor, works, goals)
    if not found.known:
        return ()
    kinds = [kind for kind in EquipmentKind if found.total.kinds[kind].norm is not None]
    kinds = kinds or [kind for kind in EquipmentKind if found.total.kinds[kind].actual is not None]

    def cell(one: KindNeed) -> str:
        if one.actual is None:
            return asking.say("chưa kiểm kê", "not counted")
        if one.need is None:
            return asking.number(one.actual)
        return f"{'+' if one.need > 0 else ''}{asking.number(one.need)} ({one.actual}/{one.norm})"

    def row(one: UnitNeed) -> tuple[str, ...]:
        return (one.name or asking.say("Toàn bộ", "All"), *(cell(one.kinds[kind]) for kind in kinds))

    worst = sorted(found.places, key=lambda one: -sum(max(0, one.kinds[kind].need or 0) for kind in kinds))
    total = (found.total,) if len(worst) > 1 else ()
    body = TableBody(
        (asking.say("Đơn vị", "Unit"), *(asking.say(*EQUIPMENT_NAMES[kind]) for kind in kinds)),
        tuple(row(one) for one in (*total, *worst[:_UNITS])), frozenset(range(1, len(kinds) + 1)),
        note=asking.say("Số âm là thừa; thừa ở đơn vị này không bù cho thiếu ở đơn vị khác.",
                        "Negative is more than asked for; what one unit has over does not make up for another."),
    )  # fmt: skip
    lacking = sum(max(0, one.kinds[kind].need or 0) for one in found.places for kind in kinds)
    return (Slide(
        asking.say(f"Theo định mức các đơn vị còn thiếu {asking.number(lacking)} trang bị",
                   f"The norm asks for {asking.number(lacking)} pieces of equipment more"),
        (body,),
        sources=asking.say(
            "Nguồn: số kiểm kê của đơn vị trong CSDL Địa Bàn; trong ô: cần thêm (hiện có/định mức).",
            "Source: counts of the units in the Địa Bàn database; a cell says need (actual/norm).",
        ),
    ),)  # fmt: skip
