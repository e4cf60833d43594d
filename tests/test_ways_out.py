"""Every way out of the system, and that none goes around the release: read from the syntax tree.

A new download, a new writer or a new figure on a slide makes one of these tests fail until it is entered here
with the way it takes.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.settings import PROJECT_DIR

GEO = PROJECT_DIR / "geo"

# What hands a file to a reader, and the one function that makes it: decided, coarsened, logged.
DOWNLOADS = {
    "geo/ui/hotspots/export.py": "write_hotspots",
    "geo/ui/briefing/make.py": "make_own",
    "geo/ui/reassign/csv.py": "write_csv",
    "geo/ui/reassign/decide.py": "write_handover",
    "geo/ui/imports/batches.py": "export_rejects",
}
# Who may log an export, and how what it writes is protected.
LOGGED = {
    "geo/briefing/hotspots_out.py": "coarse_review, leaving_density, leaving_points",
    "geo/briefing/brief_out.py": "writes a Deck, whose builders are below",
    "geo/briefing/making.py": "writes a Deck, whose builders are below",
    "geo/services/plans/assignment_csv.py": "release_counts",
    "geo/briefing/handover_out.py": "exact: for who hands over and takes over; who plans or approves",
    "geo/services/imports/batches.py": "the reader's own file, the rows that were refused",
}
# Writers take what was decided; only these modules may call them.
WRITERS = {"pptx_file", "pdf_file", "picture", "html_file", "hotspots_files", "handover_xlsx", "handover_pdf"}
MAY_WRITE = {*LOGGED, *(f"geo/briefing/{name}.py" for name in WRITERS)}
# What writes a file by itself. The command line of the machine's operator, who holds the database, is exact.
FILE_WRITERS = {
    "geo/cli/planning.py": "a plan and its proposal, by the operator",
    "geo/cli/output.py": "the operator's terminal",
    "geo/services/tabular.py": "the one way to CSV and XLSX",
    "geo/services/plans/assignment_csv.py": "logged",
    "geo/services/imports/rejects.py": "logged by import_batches",
    "geo/ui/imports/state.py": "a file that comes in",
    "geo/ui/reassign/csv.py": "a file that comes in",
    "geo/intake": "files that come in",
    "geo/store": "the database's own files and its backup",
    "geo/maps/assets.py": "assets of the program",
    "geo/briefing/fonts.py": "fonts of the program",
    "geo/services/exports.py": "hashes what was written",
}
WRITES = {"write_text", "write_bytes", "to_file", "to_csv", "to_excel", "savefig", "to_parquet", "to_json"}

# Slides say counts of homes, people and incidents through `asking.out` / `asker.count`, never as numbers.
DECKS = sorted(
    path for path in (GEO / "briefing").glob("*.py")
    if path.stem.startswith(("steering", "reassignment", "weekly", "own_", "proposed"))
)  # fmt: skip
COUNTS = {
    "households", "residents", "incidents", "overdue", "occurred", "cleared", "later", "fresh", "tally",
    "uncovered", "in_vacant", "count", "before", "counts", "in_no_beat", "permanent", "temporary", "covered",
}  # fmt: skip
PLAINLY = {"number", "percent", "signed_percent"}
# file: figures that may be said as they are, and why
EXEMPT = {
    "steering_urgent.py": {
        "count": "matters of work: vacant beats, tasks, reports",
        "whole": "the same",
    },
    "steering_tasks.py": {"overdue": "tasks are work"},
    "weekly_figures.py": {"count": "of a category, a gap where it is withheld"},
}


def trees(*roots: Path) -> Iterator[tuple[str, ast.Module]]:
    for root in roots:
        for path in sorted(root.rglob("*.py")):
            yield path.relative_to(PROJECT_DIR).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.AST, name: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Attribute) and node.func.attr == name)
            or (isinstance(node.func, ast.Name) and node.func.id == name)
        )
    ]


def names(tree: ast.AST) -> set[str]:
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return found | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_every_download_takes_the_way_that_is_entered_here():
    found = {
        path: tree
        for path, tree in trees(GEO, PROJECT_DIR / "pages")
        if calls(tree, "download_button") or "data:application" in ast.unparse(tree)
    }
    assert set(found) == set(DOWNLOADS)
    for path, tree in found.items():
        assert DOWNLOADS[path] in names(tree), path


def test_every_export_is_logged_and_enters_how_it_is_protected():
    found = {
        path
        for path, tree in trees(GEO)
        for call in calls(tree, "log")
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "exports"
    }
    assert found == set(LOGGED)
    for path in ("geo/briefing/hotspots_out.py", "geo/services/plans/assignment_csv.py"):
        used = names(ast.parse((PROJECT_DIR / path).read_text(encoding="utf-8")))
        assert all(name.strip() in used for name in LOGGED[path].split(",")), path


def test_writers_are_called_by_what_logs_and_by_nothing_else():
    for path, tree in trees(GEO, PROJECT_DIR / "pages"):
        imported = {
            alias.name.rsplit(".", 1)[-1]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
            if isinstance(node, ast.Import) or (node.module or "").startswith("geo")
        }
        modules = {
            (node.module or "").rsplit(".", 1)[-1]
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
        }
        if (imported | modules) & WRITERS:
            assert path in MAY_WRITE, f"{path} writes {(imported | modules) & WRITERS} around the log"


def test_nothing_else_writes_a_file():
    for path, tree in trees(GEO, PROJECT_DIR / "pages"):
        if not any(calls(tree, name) for name in WRITES):
            continue
        allowed = {*FILE_WRITERS, *MAY_WRITE}
        assert any(path == one or path.startswith(one + "/") for one in allowed), path


@pytest.mark.parametrize("path", DECKS, ids=lambda path: path.name)
def test_a_count_on_a_slide_goes_through_the_release(path):
    exempt = EXEMPT.get(path.name, {})
    for call in (call for name in PLAINLY for call in calls(ast.parse(path.read_text()), name)):
        if ast.unparse(call.func).startswith(("asking.out", "out.", "self.out")):
            continue
        said = {node.attr for node in ast.walk(call) if isinstance(node, ast.Attribute)} - PLAINLY
        said |= {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}
        around = (said & COUNTS) - set(exempt)
        assert not around, f"{path.name}:{call.lineno} says {around} around the release: {ast.unparse(call)}"


def test_a_figure_that_goes_around_would_be_found(tmp_path):
    made = tmp_path / "steering_new.py"
    made.write_text("def slide(asking, beat):\n    return asking.number(beat.tally.households)\n")
    with pytest.raises(AssertionError, match="around the release"):
        test_a_count_on_a_slide_goes_through_the_release(made)


def test_a_table_on_the_screen_is_no_way_out():
    sheet = (GEO / "ui" / "static" / "theme.css").read_text(encoding="utf-8")
    rule = '[data-testid="stElementToolbarButton"] [aria-label^="Download as CSV"]'
    assert f"{rule} {{ display: none" in sheet
