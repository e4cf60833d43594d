"""From a slide to a page: title, body, facts below the map, and the line that says who took it and when."""

from collections.abc import Iterator

from geo.briefing import fonts
from geo.briefing.deck import Body, ChartBody, Deck, MapBody, Paper, Slide, TableBody, TextBody
from geo.briefing.map_drawing import View, draw_map
from geo.briefing.page import (
    ACCENT,
    INK,
    KEY_TEXT,
    LINE_HEIGHT,
    MARK_TEXT,
    NOTE_TEXT,
    QUIET,
    RULE,
    Chart,
    Frame,
    Item,
    Page,
    Shape,
    Text,
    rectangle,
    size_of,
)
from geo.briefing.phrases import say
from geo.briefing.table_layout import table_items
from geo.domain.messages import Lang
from geo.domain.numerals import day, moment, period

_EDGE, _GAP = 28.0, 14.0
_KEY_WIDTH, _KEY_HEIGHT = 196.0, 96.0
_NARROW = 2.0  # times the height: in less width two maps have no room for a key beside them
_CAPTION_SIZES = (13.0, 12.0, 11.0, 10.0)
_TITLE_SIZES = (25.0, 22.0, 19.0, 16.0)
_ALONE_SIZES = (24.0, 22.0)  # of text that has the slide for itself
_TEXT_SIZES = (20.0, 18.0, 16.0, 14.0, 12.0)
_MOST_BETWEEN = 1.2  # lines of space between two points
_SHARE_OF_FIRST = 0.66  # of the height, at most, for a table that something stands below


def pages(deck: Deck, paper: Paper) -> Iterator[Page]:
    """Yield a page for each slide."""
    for number, slide in enumerate(deck.slides, start=1):
        yield _page(deck, slide, number, paper)


def _page(deck: Deck, slide: Slide, number: int, paper: Paper) -> Page:
    width, height = size_of(paper)
    unit = height / 540.0
    inside = Frame(_EDGE * unit, 0, width - 2 * _EDGE * unit, height)
    head = list(_head(deck, slide, inside, unit))
    top = max(item.frame.y + item.frame.h for item in head if isinstance(item, Text)) + 8 * unit
    foot = list(_foot(deck, slide, number, inside, unit))
    low = min(item.frame.y for item in foot if isinstance(item, Text)) - 6 * unit
    room = Frame(inside.x, top, inside.w, low - top)
    return Page(width, height, (*head, *_body(slide, room, unit, deck.lang), *foot), slide.notes)


def _head(deck: Deck, slide: Slide, inside: Frame, unit: float) -> Iterator[Item]:
    bar = Frame(inside.x, 20 * unit, 5 * unit, 30 * unit)
    room = inside.w - 14 * unit
    size, lines = _title(slide.title, room, unit)
    title = Frame(inside.x + 14 * unit, 18 * unit, room, len(lines) * size * LINE_HEIGHT)
    yield Shape((rectangle(Frame(bar.x, 20 * unit, bar.w, title.h - 3 * unit)),), fill=ACCENT, name="Vạch")
    yield Text(title, slide.title, size, bold=True, name="Tiêu đề", most=2, title=True)
    first, last = deck.period
    days = day(first, deck.lang) if first == last else period(first, last, deck.lang)
    said = f"{deck.unit} · {days}"
    if deck.synthetic:
        said += f" · {say(deck.lang, 'synthetic')}"
    size = KEY_TEXT * unit
    under = Frame(title.x, title.y + title.h + 1 * unit, room, size * LINE_HEIGHT)
    yield Text(under, fonts.cut(said, size, room), size, colour=QUIET, name="Đơn vị và kỳ")


def _title(title: str, room: float, unit: float) -> tuple[float, list[str]]:
    for size in _TITLE_SIZES[:2]:  # one line of somewhat smaller letters rather than a word alone below
        lines = fonts.wrapped(title, size * unit, room * fonts.OTHER_FONT, bold=True)
        if len(lines) == 1:
            return size * unit, lines
    for size in _TITLE_SIZES:
        lines = fonts.wrapped(title, size * unit, room * fonts.OTHER_FONT, bold=True)
        if len(lines) <= 2:
            return size * unit, lines
    return size * unit, fonts.wrapped(title, size * unit, room, bold=True, most=2)


def _foot(deck: Deck, slide: Slide, number: int, inside: Frame, unit: float) -> Iterator[Item]:
    size = MARK_TEXT * unit
    line = size * LINE_HEIGHT
    low = inside.h - 14 * unit - line
    mark = deck.mark
    said = " · ".join(
        (mark.classification, mark.user, moment(mark.taken_at, deck.lang),
         say(deck.lang, "cutoff", moment=moment(deck.cutoff, deck.lang)), f"#{mark.fingerprint}")
    )  # fmt: skip
    tail = f"{number} / {len(deck.slides)}"
    left = inside.w - 50 * unit
    rule = Frame(inside.x, low - 3 * unit, inside.w, 0.6 * unit)
    yield Shape((rectangle(rule),), fill=RULE, name="Vạch chân")
    yield Text(
        Frame(inside.x, low, left, line), fonts.cut(said, size, left), size, colour=QUIET, name="Dấu bản sao"
    )
    yield Text(
        Frame(inside.x + left, low, 50 * unit, line), tail, size, colour=QUIET, align="right", name="Số trang"
    )
    if slide.sources:
        size = NOTE_TEXT * unit
        lines = fonts.wrapped(slide.sources, size, inside.w, most=2)
        tall = len(lines) * size * LINE_HEIGHT
        frame = Frame(inside.x, low - 6 * unit - tall, inside.w, tall)
        yield Text(frame, "\n".join(lines), size, colour=QUIET, name="Nguồn")


def _body(slide: Slide, room: Frame, unit: float, lang: Lang) -> Iterator[Item]:
    bodies = slide.bodies
    if all(isinstance(body, MapBody) for body in bodies):
        yield from _maps([body for body in bodies if isinstance(body, MapBody)], room, unit, lang)
    elif isinstance(bodies[0], TableBody) and len(bodies) > 1:
        yield from _stacked(bodies, room, unit, lang)
    else:
        for body, frame in zip(bodies, _side_by_side(room, len(bodies), unit), strict=True):
            yield from _one(body, frame, unit, lang, alone=len(bodies) == 1)


def _one(body: Body, frame: Frame, unit: float, lang: Lang, *, alone: bool = False) -> Iterator[Item]:
    if isinstance(body, MapBody):
        yield from _maps([body], frame, unit, lang)
    elif isinstance(body, ChartBody):
        yield from _chart(body, frame, unit)
    elif isinstance(body, TableBody):
        yield from table_items(body, frame, unit, lang)
    else:
        yield from _text(body, frame, unit, alone=alone)


def _stacked(bodies: tuple[Body, ...], room: Frame, unit: float, lang: Lang) -> Iterator[Item]:
    """One below the other: tables as high as their rows are, the last body in what is left."""
    y, low = room.y, room.y + room.h
    for place, body in enumerate(bodies):
        last = place == len(bodies) - 1
        most = low - y if last else (low - y) * _SHARE_OF_FIRST
        frame = Frame(room.x, y, room.w, most)
        if not isinstance(body, TableBody):
            yield from _one(body, frame, unit, lang)
            y += most
            continue
        items = table_items(body, frame, unit, lang, fills=False)
        yield from items
        y = max(item.frame.y + item.frame.h for item in items) + 1.4 * _GAP * unit


def _side_by_side(room: Frame, number: int, unit: float) -> list[Frame]:
    gap = _GAP * unit
    wide = (room.w - gap * (number - 1)) / number
    return [Frame(room.x + i * (wide + gap), room.y, wide, room.h) for i in range(number)]


def _maps(maps: list[MapBody], room: Frame, unit: float, lang: Lang) -> Iterator[Item]:
    """Maps beside one another; their key to the right, or below where the room is too narrow for that."""
    gap, below = _GAP * unit, len(maps) > 1 and room.w < _NARROW * room.h
    if below:
        tall = max(_KEY_HEIGHT * unit, 0.25 * room.h)
        ground = Frame(room.x, room.y, room.w, room.h - tall - gap)
        left = Frame(room.x, room.y + room.h - tall, 0.68 * (room.w - gap), tall)
        right = Frame(left.x + left.w + gap, left.y, room.w - left.w - gap, tall)
    else:
        side = min(_KEY_WIDTH * unit, 0.4 * room.w)
        ground = Frame(room.x, room.y, room.w - side - gap, room.h)
        left = right = Frame(room.x + room.w - side, room.y, side, room.h)
    caption = 19 * unit if any(body.caption for body in maps) else 0.0
    shown = [shown for body in maps for shown in (body.areas, body.borders) if shown is not None]
    for body, frame in zip(maps, _side_by_side(ground, len(maps), unit), strict=True):
        inner = Frame(frame.x, frame.y + caption, frame.w, frame.h - caption)
        if caption:
            yield _caption(body.caption, Frame(frame.x, frame.y - 2 * unit, frame.w, caption), unit)
        view = View.of(inner, shown)
        if view is None:
            yield Text(inner, say(lang, "nothing_drawn"), 14 * unit, colour=QUIET, name="Trống")
        else:
            yield from draw_map(body, view, unit, lang)
    facts = _facts_text(maps, right, unit, lang)
    yield facts
    if below:
        yield from _key(maps[0], left, unit, lang, columns=(2, 3))
    else:
        key = Frame(left.x, left.y + caption, left.w, facts.frame.y - left.y - caption)
        yield from _key(maps[0], key, unit, lang, columns=(1,))


def _caption(said: str, frame: Frame, unit: float) -> Text:
    sizes = [size * unit for size in _CAPTION_SIZES]
    size = next((size for size in sizes if fonts.width(said, size, bold=True) <= frame.w), sizes[-1])
    return Text(frame, fonts.cut(said, size, frame.w, bold=True), size, bold=True, name="Phụ đề")


def _key(body: MapBody, frame: Frame, unit: float, lang: Lang, columns: tuple[int, ...]) -> Iterator[Item]:
    """Yield title, classes and outlines, in as few of `columns` as hold all; else how many are left out."""
    size, box, step = KEY_TEXT * unit, 14 * unit, 19 * unit
    lines = fonts.wrapped(body.keys_title, size, frame.w, bold=True, most=3)
    tall = len(lines) * size * LINE_HEIGHT
    title = Frame(frame.x, frame.y, frame.w, tall)
    yield Text(title, body.keys_title, size, bold=True, name="Chú giải", most=3)
    top = frame.y + tall + 4 * unit
    drawn = body.outlines is not None and len(body.outlines) > 0
    rows = max(1, int((frame.y + frame.h - top) / step))
    lines_of_all = len(body.keys) + 2 * drawn  # outlines are told in two
    many = next((n for n in columns if lines_of_all <= rows * n), columns[-1])
    fits, wide = lines_of_all <= rows * many, frame.w / many
    shown = body.keys if fits else body.keys[: max(0, rows * many - 2 * drawn - 1)]
    rows = -(-lines_of_all // many) if fits else rows

    def at(place: int) -> Frame:
        x, y = frame.x + place // rows * wide, top + place % rows * step
        return Frame(x, y, wide, step)

    for place, key in enumerate(shown):
        spot = at(place)
        yield Shape(
            (rectangle(Frame(spot.x, spot.y, 20 * unit, box)),), fill=key.colour, line=QUIET, weight=0.5,
            hatched=key.hatched, name=f"Chú giải {key.label}",
        )  # fmt: skip
        said = Frame(spot.x + 27 * unit, spot.y - 0.5 * unit, wide - 33 * unit, size * LINE_HEIGHT)
        yield Text(said, fonts.cut(key.label, size, said.w), size, name="Chú giải")
    place = len(shown)
    if drawn:
        spot = at(place)
        yield Shape(
            (rectangle(Frame(spot.x, spot.y, 19 * unit, box - 1)),), line=INK, weight=2 * unit,
            name=body.outlines_label,
        )  # fmt: skip
        said = Frame(spot.x + 27 * unit, spot.y - 1 * unit, wide - 27 * unit, 34 * unit)
        yield Text(said, body.outlines_label, size, name="Chú giải", most=2)
        place += 2
    if left := len(body.keys) - len(shown):
        spot = at(place)
        more = say(lang, "more_keys", n=left)
        yield Text(spot, fonts.cut(more, size, wide), size, colour=QUIET, name="Chú giải")


def _facts_text(maps: list[MapBody], frame: Frame, unit: float, lang: Lang) -> Text:
    """Return what a map is made of, at the foot of its frame."""
    facts, size = "\n".join(_facts(maps, lang)), NOTE_TEXT * unit
    tall = min(len(fonts.wrapped(facts, size, frame.w * fonts.OTHER_FONT)) * size * LINE_HEIGHT, frame.h)
    low = Frame(frame.x, frame.y + frame.h - tall, frame.w, tall)
    return Text(low, facts, size, colour=QUIET, name="Nguồn của bản đồ")


def _facts(maps: list[MapBody], lang: Lang) -> Iterator[str]:
    body = maps[0]
    for one in maps:
        yield f"{one.caption.split(',')[0]}: {one.n}" if one.caption and len(maps) > 1 else one.n
    if body.left_out:
        yield body.left_out
    yield say(lang, "as_of", day=day(body.as_of, lang))
    yield say(lang, "source", source=body.source)
    yield say(lang, "crs", crs=body.crs)


def _chart(body: ChartBody, frame: Frame, unit: float) -> Iterator[Item]:
    size = NOTE_TEXT * unit
    note = fonts.wrapped(body.note, size, frame.w * fonts.OTHER_FONT, most=3) if body.note else []
    tall = len(note) * size * LINE_HEIGHT
    yield Chart(Frame(frame.x, frame.y, frame.w, frame.h - tall), body)
    if note:
        low = Frame(frame.x, frame.y + frame.h - tall, frame.w, tall)
        yield Text(low, body.note, size, colour=QUIET, name="Ghi chú", most=3)


def _text(body: TextBody, frame: Frame, unit: float, *, alone: bool) -> Iterator[Item]:
    for size in (*_ALONE_SIZES, *_TEXT_SIZES) if alone else _TEXT_SIZES:
        room = (frame.w - 20 * unit) * fonts.OTHER_FONT
        lines = [fonts.wrapped(line, size * unit, room, bold=i == 0) for i, line in enumerate(body.lines)]
        tall = [len(one) * size * unit * LINE_HEIGHT + 0.6 * size * unit for one in lines]
        if sum(tall) <= frame.h:
            break
    spare = (frame.h - sum(tall)) / (len(tall) + 1)
    between = max(0.0, min(spare, (_MOST_BETWEEN - 0.6) * size * unit)) if alone else 0.0
    y = frame.y + 4 * unit
    for number, (line, high) in enumerate(zip(body.lines, tall, strict=True)):
        if y + high > frame.y + frame.h + size * unit:
            break
        dot = Frame(frame.x, y + 0.45 * size * unit, 5 * unit, 5 * unit)
        yield Shape((rectangle(dot),), fill=ACCENT if number == 0 else QUIET, name="Dấu đầu dòng")
        box = Frame(frame.x + 18 * unit, y, frame.w - 18 * unit, high)
        yield Text(box, line, size * unit, bold=number == 0, name="Nội dung")
        y += high + between
