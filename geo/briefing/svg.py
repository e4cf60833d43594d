"""A page as SVG: areas stay areas and text stays text. PDF, PNG and the offline page are made of it."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from geo.briefing import fonts
from geo.briefing.chart_drawing import draw_chart, draw_table
from geo.briefing.page import LINE_HEIGHT, PAPER, QUIET, Chart, Page, Shape, Table, Text
from geo.domain.messages import Lang

_ASCENT = 0.97  # from the top of a line to its baseline, as a share of the size
_HATCH = (
    '<pattern id="hatch" width="6" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="1.8" height="7" fill="{QUIET}"/></pattern>'
)
# Our font has no arrow, and another one's letters would stand in for the whole line.
_DRAWN = str.maketrans({"→": "›"})
_ANCHOR = {"left": "start", "middle": "middle", "right": "end"}


def svg(page: Page, lang: Lang, family: str | None = None) -> str:
    """Return `page` as one SVG element; a shape that has a name says it when it is pointed at."""
    chosen = family or fonts.family()
    inside = "".join(_painted(page, lang))
    size = f'viewBox="0 0 {page.width:g} {page.height:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} width="{page.width:g}" height="{page.height:g}" '
        f'font-family="{chosen}"><defs>{_HATCH}</defs>'
        f'<rect width="{page.width:g}" height="{page.height:g}" fill="{PAPER}"/>{inside}</svg>'
    )


def _painted(page: Page, lang: Lang) -> Iterator[str]:
    for item in page.items:
        drawn = (
            draw_chart(item, page.unit, lang)
            if isinstance(item, Chart)
            else draw_table(item)
            if isinstance(item, Table)
            else (item,)
        )
        for one in drawn:
            if isinstance(one, Text):
                yield _text(one)
            elif isinstance(one, Shape):
                yield _shape(one)


def _shape(shape: Shape) -> str:
    end = "Z" if shape.closed else ""
    path = "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in contour.tolist()) + end for contour in shape.contours
    )
    line = (
        f'stroke="{shape.line}" stroke-width="{shape.weight:g}" stroke-linejoin="round"' if shape.line else ""
    )
    title = f"<title>{escape(shape.name)}</title>" if shape.name else ""
    drawn = f'<path d="{path}" fill="{shape.fill or "none"}" fill-rule="evenodd" {line}>{title}</path>'
    if shape.hatched:
        drawn += f'<path d="{path}" fill="url(#hatch)" fill-rule="evenodd" pointer-events="none"/>'
    return drawn


def _text(text: Text) -> str:
    frame = text.frame
    lines = fonts.wrapped(
        text.text.translate(_DRAWN), text.size, frame.w + 0.5, bold=text.bold, most=text.most
    )
    x = frame.x + {"left": 0.0, "middle": frame.w / 2, "right": frame.w}[text.align]
    y = frame.y + _ASCENT * text.size
    drawn = ""
    if text.fill:
        drawn = (
            f'<rect x="{frame.x:.1f}" y="{frame.y:.1f}" width="{frame.w:.1f}" height="{frame.h:.1f}" '
            f'rx="{frame.h / 3:.1f}" fill="{text.fill}"/>'
        )
        y = frame.y + frame.h / 2 + 0.36 * text.size
    weight = ' font-weight="700"' if text.bold else ""
    halo = (
        f' stroke={quoteattr(text.halo)} stroke-width="{0.28 * text.size:.2f}" stroke-linejoin="round" '
        'paint-order="stroke"'
        if text.halo
        else ""
    )
    for number, line in enumerate(lines):
        if line:
            drawn += (
                f'<text x="{x:.1f}" y="{y + number * text.size * LINE_HEIGHT:.1f}" '
                f'font-size="{text.size:.2f}" fill="{text.colour}" '
                f'text-anchor="{_ANCHOR[text.align]}"{weight}{halo}>{escape(line)}</text>'
            )
    return drawn
