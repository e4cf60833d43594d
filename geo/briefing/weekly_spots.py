"""The deck of weekly hotspots: each hotspot, who is responsible there, and what is proposed."""

from geo.briefing.asking import Asking
from geo.briefing.deck import Slide, TableBody
from geo.briefing.hotspot_maps import numbered, spot_number
from geo.briefing.leaving import level_columns
from geo.briefing.weekly_figures import source
from geo.services.hotspots.spots import Spot, Spots

_SIGNIFICANT, _SURE = 0.05, 0.01
_LISTED, _FEW_SPOTS = 8, 4


def spots_said(asking: Asking, spots: Spots) -> str:
    """Return how many hotspots there are, and what became of those before."""
    n = len(spots.spots)
    if not n:
        return asking.say(
            "Không có điểm nóng nào có ý nghĩa thống kê.", "No hotspot is statistically significant."
        )
    new = asking.number(spots.new)
    gone = asking.number(spots.gone)
    return asking.say(
        f"{n} điểm nóng có ý nghĩa thống kê: {new} mới, {gone} điểm của kỳ trước không còn nóng.",
        f"{n} significant hotspots: {new} new, {gone} of the period before are no longer hot.",
    )


def _responsible(asking: Asking, spot: Spot) -> str:
    if not spot.beats or spot.beats[0].beat is None:
        return asking.say("chưa thuộc khu vực nào", "in no beat")
    beat = spot.beats[0].beat
    holder = beat.primary
    name = asking.say(f"khu vực {beat.name}", f"beat {beat.name}") if beat.name.isdecimal() else beat.name
    if holder is None:
        return asking.say(f"{name}: chưa có người phụ trách", f"{name}: nobody is responsible")
    return f"{name}: {holder.rank + ' ' if holder.rank else ''}{holder.display_name}"


def spot_said(asking: Asking, number: int, spot: Spot) -> str:
    """Return where a hotspot is and who is responsible there."""
    new = asking.say(" (mới)", " (new)") if spot.new else ""
    name = spot_number(asking, number)
    return f"{name}, {asking.place(spot.ward_name)}{new}: {_responsible(asking, spot)}."


def spot_slides(asking: Asking, spots: Spots | None) -> tuple[Slide, ...]:
    """Return the slides of hotspots: on one where they are few, what is proposed apart where it differs."""
    if spots is None or not spots.spots:
        return ()
    listed = numbered(spots)[:_LISTED]
    alike = {_proposal(asking, spot) for _, spot in listed}
    few, held = len(listed) <= _FEW_SPOTS, _held(asking, spots)
    new = asking.say(
        f"{spots.new} trong {len(spots.spots)} điểm nóng là mới",
        f"{spots.new} of {len(spots.spots)} hotspots are new",
    )
    if len(spots.spots) == 1:
        new = (
            asking.say("Điểm nóng duy nhất là mới", "The only hotspot is new") if spots.new
            else asking.say("Điểm nóng duy nhất không mới", "The only hotspot is not new")
        )  # fmt: skip
    figures = _listed(asking, spots, proposed=few)
    beside = level_columns(
        asking, tuple(spot_number(asking, i) for i, _ in listed),
        asking.say("Mức theo điểm nóng, cao nhất là 100", "Level by hotspot, the highest is 100"),
        (asking.say("Kỳ này", "Now"), [spot.count for _, spot in listed]),
        (asking.say("Kỳ trước", "Before"), [spot.before for _, spot in listed]),
    )  # fmt: skip
    both = f"{new}; {held[0].lower()}{held[1:]}"
    if few or len(alike) == 1:  # what is the same in every row is said once
        title = both if few else f"{both}: {alike.pop().lower()}"
        return (Slide(title, (figures, beside), _rule(asking), source(asking)),)
    proposed = TableBody(
        (
            asking.say("Số", "No."), asking.say("Nơi", "Where"), asking.say("Phụ trách", "Responsible"),
            asking.say("Đề xuất", "Proposed"),
        ),
        tuple(
            (spot_number(asking, i), spot.ward_name, _responsible(asking, spot), _proposal(asking, spot))
            for i, spot in listed
        ),
        frozenset({0}), note=_rule(asking),
    )  # fmt: skip
    return (
        Slide(new, (figures, beside), sources=source(asking)),
        Slide(held, (proposed,), _rule(asking), source(asking)),
    )


def _rule(asking: Asking) -> str:
    return asking.say(
        "Đề xuất sinh theo quy tắc từ tình trạng phụ trách; chỉ huy quyết định.",
        "Proposals follow rules from who is responsible; the commander decides.",
    )


def _listed(asking: Asking, spots: Spots, *, proposed: bool) -> TableBody:
    listed = numbered(spots)[:_LISTED]
    left = len(spots.spots) - len(listed)
    more = asking.say(
        f"Còn {left} điểm nhỏ hơn, xem ở trang Điểm nóng.", f"{left} smaller ones are on the page Hotspots."
    )
    return TableBody(
        (
            asking.say("Số", "No."), asking.say("Phường", "Ward"),
            asking.say("Tình trạng", "State"), "km²", "q", asking.say("Phụ trách", "Responsible"),
            *([asking.say("Đề xuất", "Proposed")] if proposed else []),
        ),
        tuple(
            (spot_number(asking, i), spot.ward_name, _state(asking, spot), asking.number(spot.area_km2, 2),
             _strict(asking, spot.q), _responsible(asking, spot),
             *([_proposal(asking, spot)] if proposed else []))
            for i, spot in listed
        ),
        frozenset({0, 3, 4}),
        note=" ".join(part for part in (more if left else "", _rule(asking)) if part),
    )  # fmt: skip


def _state(asking: Asking, spot: Spot) -> str:
    if spot.new is None:
        return "–"
    return asking.say("mới", "new") if spot.new else asking.say("kéo dài", "lasting")


def _held(asking: Asking, spots: Spots) -> str:
    alone = sum(spot.unassigned for spot in spots.spots)
    heavy = sum(spot.overloaded and not spot.unassigned for spot in spots.spots)
    if len(spots.spots) == 1 and not heavy:
        return (
            asking.say("Chưa có người phụ trách", "Nobody is responsible") if alone
            else asking.say("Đã có người phụ trách", "Somebody is responsible")
        )  # fmt: skip
    if alone == len(spots.spots):
        return asking.say("Chưa điểm nào có người phụ trách", "None has anybody responsible")
    parts = [
        *(
            [asking.say(f"{alone} điểm chưa có người phụ trách", f"{alone} with nobody responsible")]
            if alone
            else []
        ),
        *(
            [asking.say(f"{heavy} điểm do người quá tải phụ trách", f"{heavy} held by the overloaded")]
            if heavy
            else []
        ),
    ]
    return ", ".join(parts) or asking.say("Điểm nào cũng có người phụ trách", "Each has somebody responsible")


def _strict(asking: Asking, q: float) -> str:
    """Return how sure a hotspot is; its q to the digit would be its count in other words."""
    return f"<\u00a0{asking.number(_SURE if q < _SURE else _SIGNIFICANT, 2)}"


def _proposal(asking: Asking, spot: Spot) -> str:
    if spot.unassigned:
        return asking.say("Phân công người phụ trách trước khi tăng tuần tra",
                          "Assign somebody before more patrols")  # fmt: skip
    if spot.overloaded:
        return asking.say("San bớt địa bàn hoặc tăng người hỗ trợ", "Share out the beat, or send support")
    if spot.new:
        return asking.say("Xác minh nguyên nhân, tuần tra vào giờ cao điểm, xem lại sau một kỳ",
                          "Find the cause, patrol at the peak hours, look again after one period")  # fmt: skip
    return asking.say("Giữ biện pháp, đánh giá hiệu quả với nhóm đối chứng",
                      "Keep what is done, measure its effect against a control")  # fmt: skip
