"""The deck of weekly hotspots: which places are becoming hotspots, and how far such a map can be trusted."""

from geo.analysis.emerging_words import CLASS_WORDS, EmergingClass
from geo.briefing.asking import Asking
from geo.briefing.deck import ChartBody, ChartKind, Slide, TableBody, TextBody
from geo.briefing.hotspot_maps import emerging_kinds, emerging_map, emerging_name
from geo.briefing.weekly_figures import source
from geo.domain.errors import InputError
from geo.services.hotspots.emerging import EmergingHotspots, emerging_hotspots
from geo.services.hotspots.review import HotspotQuery
from geo.services.hotspots.trust import ENOUGH_EVENTS, SHARES, Finding, Method, Trust, trust

_RISING = (EmergingClass.NEW, EmergingClass.CONSECUTIVE, EmergingClass.INTENSIFYING)
_LASTING = (EmergingClass.PERSISTENT, EmergingClass.FADING)
_PATROLLED = SHARES[-1]


def emerging(asking: Asking, query: HotspotQuery, said: str) -> tuple[Slide, ...]:
    """Return the slide of emerging hotspots; none where no ward has a border. said : how many are counted."""
    try:
        found = emerging_hotspots(asking.database, asking.actor, query)
    except InputError as fault:
        if fault.code == "no_points":
            return ()
        if fault.code != "too_few_periods":
            raise
        title = asking.say("Chưa đủ kỳ để nói nơi nào đang thành điểm nóng",
                           "Too few periods to tell which places are becoming hotspots")  # fmt: skip
        return (Slide(title, (TextBody((fault.message(asking.lang),)),), sources=source(asking)),)
    if not emerging_kinds(found):
        title = asking.say(
            "Không nơi nào có quy luật nóng, lạnh qua các kỳ", "No place has a pattern over the periods"
        )
        lines = (
            asking.say(f"Đã xét {found.periods} kỳ, từ {asking.day(found.since)}, trên các ô {asking.number(found.cell_m)} m.",
                       f"{found.periods} periods since {asking.day(found.since)} were looked at, in cells of {asking.number(found.cell_m)} m."),
        )  # fmt: skip
        return (Slide(title, (TextBody(lines),), sources=source(asking)),)
    notes = "\n".join(_meaning(asking, kind) for kind in emerging_kinds(found))
    return (
        Slide(_emerging_title(asking, found), (emerging_map(asking, found, said),), notes, source(asking)),
    )


def _meaning(asking: Asking, kind: EmergingClass) -> str:
    words = CLASS_WORDS[kind]
    return f"{emerging_name(asking, kind)}: {asking.say(words.meaning_vi, words.meaning_en)}"


def _emerging_title(asking: Asking, found: EmergingHotspots) -> str:
    rising, lasting = (sum(found.cells.get(kind, 0) for kind in kinds) for kinds in (_RISING, _LASTING))
    up, stay = asking.number(rising), asking.number(lasting)
    return asking.say(
        f"Qua {found.periods} kỳ: {up} ô mới nóng hoặc đang tăng, {stay} ô nóng dai dẳng",
        f"Over {found.periods} periods: {up} cells new or rising, {stay} persistently hot",
    )


def trusted(
    asking: Asking, query: HotspotQuery, learned: int = 1, share: float = _PATROLLED
) -> tuple[Slide, ...]:
    """Return the slide that says how well earlier maps met what came after; none without a border."""
    try:
        found = trust(asking.database, asking.actor, query, learned)
    except InputError as fault:
        if fault.code != "no_points":
            raise
        return ()
    advice = found.advice(share)
    if advice is None or found.events < ENOUGH_EVENTS:
        line = asking.say(
            "Chưa đủ vụ để nói bản đồ điểm nóng tốt đến đâu", "Too few incidents to say how good the map is"
        )
        more = asking.say(
            f"Cần ít nhất {ENOUGH_EVENTS} vụ trong các kỳ kiểm tra; dưới mức đó một vụ làm lệch tỷ lệ quá nhiều.",
            f"At least {ENOUGH_EVENTS} incidents are needed in the tested periods; below, one moves the rate too much.",
        )
        return (Slide(line, (TextBody((more,)),), sources=source(asking)),)
    best = found.at(share)[0]
    hit, area = asking.percent(best.hit_rate), asking.percent(share)
    title = asking.say(
        f"Đi {area} diện tích theo bản đồ kỳ trước thì gặp {hit} số vụ kỳ sau (PAI\u00a0{asking.number(best.pai, 1)})",
        f"{area} of the area, chosen by the map before, held {hit} of what came next (PAI\u00a0{asking.number(best.pai, 1)})",
    )
    advised = _advice(asking, advice.finding, advice.recommended)
    return (Slide(title, (_records(asking, found, advised), _chart(asking, found)), advised, source(asking)),)


def _name(asking: Asking, method: Method) -> str:
    return {
        Method.COUNTS: asking.say("Đếm theo ô", "Counts by cell"),
        Method.DENSITY: asking.say("Mật độ", "Density"),
        Method.GI_STAR: "Gi*",
    }[method]


def _advice(asking: Asking, finding: Finding, method: Method) -> str:
    name = _name(asking, method)
    return {
        Finding.BETTER: asking.say(f"Nên dùng: {name}, hơn hẳn cách đếm.", f"Use: {name}, clearly better than counts."),
        Finding.SIMPLEST: asking.say("Các cách hơn kém nhau không rõ rệt: dùng cách đếm, vì đơn giản nhất.",
                                     "The methods do not clearly differ: use counts, the simplest."),
        Finding.COUNTS_WIN: asking.say("Đếm theo ô đã là cách tốt nhất.", "Counts by cell are the best."),
        Finding.CHANCE: asking.say("Không cách nào hơn đi ngẫu nhiên: đừng dựa vào bản đồ để tuần tra.",
                                   "None beats chance: do not patrol by the map."),
        Finding.FEW: asking.say("Còn ít kỳ kiểm tra: chưa nói chắc cách nào hơn.",
                                "Few periods were tested: which is better cannot be told for sure."),
    }[finding]  # fmt: skip


def _records(asking: Asking, found: Trust, advised: str) -> TableBody:
    header, rows = [asking.say("Cách vẽ", "Method")], []
    for share in SHARES:
        area = asking.percent(share)
        header += [asking.say(f"Gặp ở {area} diện tích", f"Held by {area} of the area"), "PAI"]
    for method in Method:
        row = [_name(asking, method)]
        for share in SHARES:
            record = next(one for one in found.at(share) if one.method is method)
            row += [asking.percent(record.hit_rate), asking.number(record.pai, 1)]
        rows.append(tuple(row))
    tests, cell = len(found.tests), asking.number(found.cell_m)
    note = asking.say(
        f"{advised} {tests} kỳ kiểm tra, ô {cell} m. PAI: gấp mấy lần so với đi ngẫu nhiên (1 là không hơn).",
        f"{advised} {tests} periods tested, cells of {cell} m. PAI: how many times better than anywhere (1 is no better).",
    )
    return TableBody(tuple(header), tuple(rows), frozenset(range(1, len(header))), note=note)


def _chart(asking: Asking, found: Trust) -> ChartBody:
    def rates(method: Method) -> tuple[float, ...]:
        return tuple(
            100 * record.hit_rate for share in SHARES for record in found.at(share) if record.method is method
        )

    return ChartBody(
        ChartKind.COLUMNS,
        tuple(asking.say(f"{asking.percent(share)} diện tích", f"{asking.percent(share)} of the area") for share in SHARES),
        tuple((_name(asking, method), rates(method)) for method in Method),
        asking.say("Số vụ gặp được, %", "Incidents held, %"),
    )  # fmt: skip
