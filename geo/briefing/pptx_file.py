"""A deck as PPTX: charts and tables are native, areas of a map are freeform shapes that can be edited."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.briefing import pptx_package
from geo.briefing.chart_drawing import SERIES
from geo.briefing.deck import Cancelled, ChartKind, Deck, Paper, Progress
from geo.briefing.layout import pages
from geo.briefing.page import CHART_TEXT, INK, QUIET, Chart, Item, Page, Shape, Table, Text, size_of
from geo.briefing.pptx_package import DRAWING_SPACE, emu, spell
from geo.briefing.running import counted
from geo.domain.numerals import number

_TITLE_ONLY = 5  # the layout: programs list slides, and read them aloud, by their titles
_MOST_NAMES = 13
_CHART_SPACE = "http://schemas.openxmlformats.org/drawingml/2006/chart"
# The dots of the Vietnamese form are written as such: a format's comma would show the sign of the
# country that the reader's program is set to.
_WHOLE_NUMBERS = {"vi": "[>=1000000]0\\.000\\.000;[>=1000]0\\.000;0", "en": "#,##0"}
_SLIDE_SPACE = "http://schemas.openxmlformats.org/presentationml/2006/main"


def write(
    deck: Deck,
    path: Path,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    paper: Paper = Paper.WIDE,
) -> None:
    """Write `deck` to `path`, a slide a page. Raises InputError ``briefing_cancelled``; nothing is left then.

    Equal decks make equal bytes: the file's date is that of the deck's mark.
    """
    shown = pptx_package.opened(deck, *size_of(paper))
    for page in counted(pages(deck, paper), len(deck.slides), progress, cancelled):
        _add(shown, page, deck)
    held = io.BytesIO()
    shown.save(held)
    path.write_bytes(pptx_package.stilled(held.getvalue()))


def _add(shown: Any, page: Page, deck: Deck) -> None:
    slide = shown.slides.add_slide(shown.slide_layouts[_TITLE_ONLY])
    for item in page.items:
        _put(slide.shapes, item, page.unit, deck)
    written = [slide, *(shape.chart for shape in slide.shapes if shape.has_chart)]
    if page.notes:
        slide.notes_slide.notes_text_frame.text = page.notes
        written.append(slide.notes_slide)
    for part in written:
        spell(part.part._element, deck.lang)  # noqa: SLF001 (python-pptx spells one run at a time)


def _put(shapes: Any, item: Item, unit: float, deck: Deck) -> None:
    if isinstance(item, Text):
        _text(shapes, item)
    elif isinstance(item, Shape):
        _freeform(shapes, item)
    elif isinstance(item, Chart):
        _chart(shapes, item, unit, deck)
    else:
        _table(shapes, item)


def _colour(value: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor(*bytes.fromhex(value.lstrip("#")))  # type: ignore[no-untyped-call]


def _text(shapes: Any, text: Text) -> None:
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN

    frame = text.frame
    narrow = text.align == "middle" and "\n" not in text.text
    spare = (
        12.0 if narrow and not text.fill else 0.0
    )  # another font may be a little wider than the one measured with
    box = (emu(frame.x - spare / 2), emu(frame.y), emu(frame.w + spare), emu(frame.h))
    if text.title:
        shape = shapes.title
        shape.left, shape.top, shape.width, shape.height = box
    elif text.fill:
        shape = shapes.add_shape(MSO_SHAPE.ROUNDED_RECTANGLE, *box)
        shape.fill.solid()
        shape.fill.fore_color.rgb = _colour(text.fill)
        shape.line.fill.background()
        _without_theme(shape)
    else:
        shape = shapes.add_textbox(*box)
    shape.name = text.name or "Chữ"
    body = shape.text_frame
    body.margin_left = body.margin_right = body.margin_top = body.margin_bottom = 0
    body.word_wrap, body.auto_size = not narrow, MSO_AUTO_SIZE.NONE
    body.vertical_anchor = MSO_ANCHOR.MIDDLE if text.fill else MSO_ANCHOR.TOP
    align = {"left": PP_ALIGN.LEFT, "middle": PP_ALIGN.CENTER, "right": PP_ALIGN.RIGHT}[text.align]
    for place, line in enumerate(text.text.split("\n")):
        paragraph = body.paragraphs[0] if place == 0 else body.add_paragraph()
        paragraph.alignment = align
        run = paragraph.add_run()
        run.text = line
        _style(run.font, text.size, text.colour, bold=text.bold)
        if text.halo:
            _glow(run, text.halo)


def _style(font: Any, size: float, colour: str, *, bold: bool) -> None:
    from pptx.util import Pt

    font.size, font.bold = Pt(round(size * 2) / 2), bold
    font.color.rgb = _colour(colour)


def _glow(run: Any, colour: str) -> None:
    from lxml import etree

    properties = run._r.get_or_add_rPr()  # noqa: SLF001 (python-pptx has no text effects)
    effects = etree.SubElement(properties, f"{{{DRAWING_SPACE}}}effectLst")
    glow = etree.SubElement(effects, f"{{{DRAWING_SPACE}}}glow", rad="38100")
    etree.SubElement(glow, f"{{{DRAWING_SPACE}}}srgbClr", val=colour.lstrip("#").upper())
    fill = properties.find(f"{{{DRAWING_SPACE}}}solidFill")
    if fill is not None:  # the schema wants fill, effects, font in this order
        fill.addnext(effects)


def _freeform(shapes: Any, shape: Shape) -> None:
    contours = [contour for contour in shape.contours if len(contour) > 1]
    if not contours:
        return
    points = [np.round(contour * emu(1)).astype(np.int64) for contour in contours]
    low, high = (edge(np.concatenate(points), axis=0).tolist() for edge in (np.min, np.max))
    builder = shapes.build_freeform(*low, scale=1.0)
    builder.add_line_segments([high], close=False)
    made = builder.convert_to_shape()
    _draw(made, [one - low for one in points], closed=shape.closed)
    made.name = shape.name or "Hình"
    _without_theme(made)
    _fill(made.fill, shape)
    if shape.line:
        made.line.color.rgb = _colour(shape.line)
        made.line.width = emu(shape.weight)
    else:
        made.line.fill.background()


def _without_theme(shape: Any) -> None:
    """Take away the theme's style: it would give every area a shadow."""
    style = shape._element.find(f"{{{_SLIDE_SPACE}}}style")  # noqa: SLF001 (python-pptx has no way to say so)
    if style is not None:
        shape._element.remove(style)  # noqa: SLF001


def _draw(made: Any, contours: list[npt.NDArray[np.int64]], *, closed: bool) -> None:
    """Put `contours` into the freeform: the library's own builder needs the square of their number."""
    from lxml import etree

    path = made._element.spPr.find(f".//{{{DRAWING_SPACE}}}path")  # noqa: SLF001
    for child in list(path):
        path.remove(child)
    for contour in contours:
        for place, (x, y) in enumerate(contour.tolist()):
            step = etree.SubElement(path, f"{{{DRAWING_SPACE}}}{'lnTo' if place else 'moveTo'}")
            etree.SubElement(step, f"{{{DRAWING_SPACE}}}pt", x=str(x), y=str(y))
        if closed:
            etree.SubElement(path, f"{{{DRAWING_SPACE}}}close")


def _fill(fill: Any, shape: Shape) -> None:
    from pptx.enum.dml import MSO_PATTERN

    if shape.fill is None:
        fill.background()
    elif shape.hatched:
        fill.patterned()
        fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
        fill.fore_color.rgb, fill.back_color.rgb = _colour(QUIET), _colour(shape.fill)
    else:
        fill.solid()
        fill.fore_color.rgb = _colour(shape.fill)


def _chart(shapes: Any, item: Chart, unit: float, deck: Deck) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION

    body = item.body
    numbers = _WHOLE_NUMBERS[deck.lang]
    data: Any = CategoryChartData(number_format=numbers)  # type: ignore[no-untyped-call]
    bars = body.kind is ChartKind.BARS
    order = slice(None, None, -1) if bars else slice(None)  # bars are numbered from below
    data.categories = body.categories[order]
    for name, values in body.series[order] if bars else body.series:
        data.add_series(name, values[order])
    kinds = {
        ChartKind.BARS: XL_CHART_TYPE.BAR_CLUSTERED,
        ChartKind.COLUMNS: XL_CHART_TYPE.COLUMN_CLUSTERED,
        ChartKind.LINES: XL_CHART_TYPE.LINE,
    }
    frame = item.frame
    graphic = shapes.add_chart(kinds[body.kind], emu(frame.x), emu(frame.y), emu(frame.w), emu(frame.h), data)
    graphic.name = f"Biểu đồ {body.unit}"
    chart = graphic.chart
    _style(chart.font, CHART_TEXT * unit, INK, bold=False)
    chart.has_title = True
    chart.chart_title.text_frame.text = body.unit
    _style(chart.chart_title.text_frame.paragraphs[0].runs[0].font, CHART_TEXT * unit, QUIET, bold=False)
    chart.has_legend = len(body.series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    _axes(chart, numbers, bars=bars)
    if body.highest is not None:
        chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 0, body.highest
    _thin_out_names(chart, len(body.categories), bars=bars)
    _colours(chart, len(body.series), lines=body.kind is ChartKind.LINES, bars=bars)
    plot = chart.plots[0]
    if body.kind is not ChartKind.LINES:
        plot.gap_width = 40
    if bars:
        plot.has_data_labels = True
        plot.data_labels.number_format, plot.data_labels.number_format_is_linked = numbers, False
        if body.digits:
            _say_values(plot, body.digits, unit, deck)


def _say_values(plot: Any, digits: int, unit: float, deck: Deck) -> None:
    """Write the numbers with decimals as text: which sign a format shows is up to the reader's program."""
    for series in plot.series:
        for place, value in enumerate(series.values):
            if value is not None:
                frame = series.points[place].data_label.text_frame
                frame.text = number(value, digits, deck.lang)
                _style(frame.paragraphs[0].runs[0].font, CHART_TEXT * unit, INK, bold=False)


def _thin_out_names(chart: Any, names: int, *, bars: bool) -> None:
    if bars or names <= _MOST_NAMES:
        return
    from lxml import etree

    axis = chart.category_axis._element  # noqa: SLF001 (python-pptx has no label spacing)
    skip = etree.SubElement(axis, f"{{{_CHART_SPACE}}}tickLblSkip", val=str(-(-names // _MOST_NAMES)))
    before = axis.find(f"{{{_CHART_SPACE}}}noMultiLvlLbl")
    if before is not None:
        before.addprevious(skip)


def _axes(chart: Any, numbers: str, *, bars: bool) -> None:
    value, category = chart.value_axis, chart.category_axis
    value.minimum_scale = 0
    value.has_major_gridlines = not bars
    value.visible = not bars
    if not bars:
        value.major_gridlines.format.line.color.rgb = _colour("#c9c5bb")
        value.format.line.fill.background()
    value.tick_labels.number_format, value.tick_labels.number_format_is_linked = numbers, False
    category.format.line.color.rgb = _colour("#c9c5bb")
    category.has_major_gridlines = False


def _colours(chart: Any, many: int, *, lines: bool, bars: bool) -> None:
    from pptx.util import Pt

    chosen = SERIES[:many][::-1] if bars else SERIES[:many]
    for place, (series, colour) in enumerate(zip(chart.plots[0].series, chosen, strict=False)):
        if lines:
            series.smooth = False
            series.format.line.color.rgb = _colour(colour)
            series.format.line.width = Pt(2.5 if place == 0 else 1.5)
            from pptx.enum.chart import XL_MARKER_STYLE

            series.marker.style = XL_MARKER_STYLE.NONE
        else:
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = _colour(colour)


def _table(shapes: Any, table: Table) -> None:
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

    frame, rows = table.frame, (table.body.header, *table.body.rows)
    graphic = shapes.add_table(
        len(rows), len(table.body.header), emu(frame.x), emu(frame.y), emu(frame.w), emu(frame.h)
    )
    graphic.name = "Bảng"
    made = graphic.table
    for column, wide in zip(made.columns, table.widths, strict=True):
        column.width = emu(wide)
    for line, (row, tall) in enumerate(zip(rows, table.heights, strict=True)):
        made.rows[line].height = emu(tall)
        head = line == 0
        for column, value in enumerate(row):
            cell = made.cell(line, column)
            cell.margin_left = cell.margin_right = emu(5.0 * table.size / 12)
            cell.margin_top = cell.margin_bottom = emu(3.0 * table.size / 12)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            band = "#f3f0e9" if line % 2 == 0 else "#ffffff"
            cell.fill.fore_color.rgb = _colour(INK if head else band)
            paragraph = cell.text_frame.paragraphs[0]
            paragraph.alignment = PP_ALIGN.RIGHT if column in table.body.numeric else PP_ALIGN.LEFT
            run = paragraph.add_run()
            run.text = value
            _style(run.font, table.size, "#ffffff" if head else INK, bold=head)
