"""``geo brief``."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from geo.cli.output import Day, answers, say
from geo.domain.roles import OPERATOR


@click.command()
@click.option("--unit", required=True, help="Unit code; '*' is the whole database.")
@click.option("--from", "start", required=True, type=Day(), help="First day.")
@click.option("--to", "end", required=True, type=Day(), help="Last day, included.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--kind",
    type=click.Choice(["weekly", "steering", "reassignment"]),
    default="weekly",
    show_default=True,
    help="Which deck.",
)
@click.option("--cutoff", default=None, type=Day(), help="Data recorded after this day does not count.")
@click.option("--plan", default=None, help="Stored plan for the reassignment deck.")
@click.option("--paper", type=click.Choice(["16:9", "4:3", "a4", "a3"]), default=None)
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--mark", default=None, help="Classification mark on every slide.")
@answers
def brief(
    *,
    unit: str,
    start: date,
    end: date,
    out: Path,
    kind: str,
    cutoff: date | None,
    plan: str | None,
    paper: str | None,
    lang: str,
    mark: str | None,
) -> dict[str, Any]:
    """Make a deck: .pptx, .pdf, .png, .svg, .html, or .zip with all of them."""
    from geo import settings
    from geo.briefing.brief_out import write_brief
    from geo.briefing.deck import DeckKind, Paper
    from geo.briefing.ready import build
    from geo.services.days import end_of
    from geo.services.deployment import deployment

    now = datetime.now(settings.load().timezone)
    with deployment() as database:
        deck = build(
            database, OPERATOR, DeckKind(kind), unit, (start, end), end_of(cutoff) if cutoff else now,
            "en" if lang == "en" else "vi", taken_at=now, classification=mark, plan=plan,
        )  # fmt: skip

        def tell(done: int, total: int) -> None:
            say(f"{done}/{total}", f"{done}/{total}")

        return write_brief(
            database, OPERATOR, deck, out, purpose="command line", progress=tell,
            paper=Paper(paper) if paper else None,
        )  # fmt: skip


COMMANDS = (brief,)
