"""Who may import whom, read from the syntax tree, and other rules that rot when nobody looks."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from geo.settings import PROJECT_DIR

GEO = PROJECT_DIR / "geo"
LONGEST_FILE = 400

# layer: what it may import besides itself. Arrows run down only; what is not listed is forbidden.
PURE = {"domain"}
MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "settings": {"domain"},
    "analysis": PURE,
    "planning": PURE,
    "demo": PURE,
    "intake": PURE,
    "store": {"domain", "settings"},
    "services": {"domain", "settings", "store", "analysis", "planning", "intake", "demo"},
    "maps": {"domain", "settings", "services", "analysis", "planning"},
    "briefing": {"domain", "settings", "services", "analysis", "planning", "maps", "store.engine"},
    # The way into the database as an actor, whose rows the database itself checks; no query, no table.
    "ui": {"domain", "settings", "services", "analysis", "planning", "maps", "briefing", "store.engine"},
    # Entry points are thin; a page does not reach past the services, where permission is checked.
    "pages": {"domain", "settings", "services", "maps", "briefing", "ui"},
    "app": {"domain", "settings", "services", "maps", "briefing", "ui", "store.engine"},
    "cli": {"domain", "settings", "services", "intake", "maps", "briefing", "ui", "store"},
    "__main__": {"cli"},
}
STREAMLIT = {"ui", "pages", "app"}
# What `analysis`, `planning` and `demo` may not touch: databases, the clock, the network, the screen.
IMPURE = {
    "sqlalchemy",
    "psycopg",
    "geoalchemy2",
    "streamlit",
    "folium",
    "requests",
    "random",
    "time",
    "socket",
}
NOT_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common_utils"}


def python_files() -> Iterator[Path]:
    yield from sorted(GEO.rglob("*.py"))
    yield from sorted((PROJECT_DIR / "pages").glob("*.py"))
    if (PROJECT_DIR / "app.py").exists():
        yield PROJECT_DIR / "app.py"


def layer_of(path: Path) -> str:
    relative = path.relative_to(PROJECT_DIR)
    if relative.parts[0] != "geo":
        return relative.parts[0].removesuffix(".py")
    return relative.parts[1].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[tuple[str, int, int]]:
    """Yield (module, relative level, line) of every import, also those inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, 0, node.lineno
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield module, node.level, node.lineno
            if module == "geo":
                for alias in node.names:
                    yield f"geo.{alias.name}", node.level, node.lineno


def faults_of(path: Path, source: str) -> list[str]:
    layer = layer_of(path)
    found = []
    for module, level, line in imports(ast.parse(source)):
        where = f"{path.relative_to(PROJECT_DIR)}:{line}"
        top, _, rest = module.partition(".")
        if level:
            found.append(f"{where} relative import")
        if top == "geo" and rest:
            target = rest.split(".")[0]
            allowed = {layer, *MAY_IMPORT[layer]}
            if target not in allowed and ".".join(rest.split(".")[:2]) not in allowed:
                found.append(f"{where} {layer} imports {target}")
        if top in {"streamlit", "streamlit_folium"} and layer not in STREAMLIT:
            found.append(f"{where} {layer} imports {top}")
        if layer in {"analysis", "planning", "demo"} and top in IMPURE:
            found.append(f"{where} {layer} is pure and imports {top}")
    return found


def loads(path: Path, known: set[str]) -> Iterator[str]:
    """Yield the modules of the project that are loaded when this one is; not those only for types."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from (names & known) or ({node.module} & known)
        elif isinstance(node, ast.Import):
            yield from {alias.name for alias in node.names} & known


def test_no_module_loads_itself_by_way_of_others() -> None:
    named = {".".join(path.relative_to(PROJECT_DIR).with_suffix("").parts): path for path in python_files()}
    TopologicalSorter({name: set(loads(path, set(named))) for name, path in named.items()}).prepare()


def test_there_are_files_to_look_at() -> None:
    assert len(list(python_files())) > 20
    unknown = {layer_of(path) for path in python_files()} - set(MAY_IMPORT) - {"__init__"}
    assert unknown == set(), "a new layer needs a line in MAY_IMPORT"


def test_imports_run_downwards() -> None:
    found = [
        fault
        for path in python_files()
        if layer_of(path) != "__init__"
        for fault in faults_of(path, path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    ("where", "source"),
    [
        ("geo/analysis/x.py", "from geo.store import engine"),
        ("geo/analysis/x.py", "def f():\n    import time"),
        ("geo/domain/x.py", "import geo.services.sign_in"),
        ("geo/store/x.py", "from geo import analysis"),
        ("geo/maps/x.py", "from streamlit_folium import st_folium"),
        ("geo/services/x.py", "import streamlit as st"),
        ("geo/services/x.py", "from . import y"),
        ("geo/ui/x.py", "from geo.store.tables import Base"),
        ("pages/x.py", "from geo.store.engine import transaction"),
    ],
)
def test_the_rules_catch_a_breach(where: str, source: str) -> None:
    assert faults_of(PROJECT_DIR / where, source)


def test_entry_points_may_use_what_stands_below() -> None:
    assert faults_of(PROJECT_DIR / "pages/x.py", "import streamlit\nfrom geo.ui import state") == []
    assert (
        faults_of(GEO / "services/x.py", "from geo.store import engine\nfrom geo.analysis import grid") == []
    )


def test_no_file_is_named_for_nothing_or_too_long() -> None:
    named = [path for path in python_files() if set(path.with_suffix("").parts) & NOT_NAMES]
    assert named == []
    # A migration says at length what a table was on its day; it is read once and never changed.
    lengths = {
        path: len(path.read_text().splitlines()) for path in GEO.rglob("*.py") if "versions" not in path.parts
    }
    too_long = {str(path.relative_to(PROJECT_DIR)): n for path, n in lengths.items() if n > LONGEST_FILE}
    assert too_long == {}


# Whole names of columns, and words that a column's name may not contain between underscores.
PERSON_COLUMNS = {
    "full_name",
    "first_name",
    "last_name",
    "ho_ten",
    "resident_name",
    "person_name",
    "victim_name",
    "suspect_name",
    "head_of_household",
    "chu_ho",
    "note",
    "notes",
    "ghi_chu",
    "description",
    "narrative",
    "comment",
}
# The official name of a ward, "Phường Ô Chợ Dừa".
NAMES_OF_PLACES = {"admin_unit.full_name"}
PERSON_WORDS = {
    "cccd",
    "cmnd",
    "cid",
    "passport",
    "phone",
    "mobile",
    "email",
    "birth",
    "birthday",
    "birthdate",
    "dob",
    "gender",
    "sex",
    "ethnicity",
    "religion",
    "occupation",
    "victim",
    "suspect",
    "offender",
    "resident",
    "person",
    "photo",
    "face",
    "fingerprint",
}


def is_personal(column: str) -> bool:
    return column in PERSON_COLUMNS or bool(set(column.split("_")) & PERSON_WORDS)


def test_no_table_has_a_field_about_a_person() -> None:
    from geo.store.tables import Base

    columns = [
        f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns
    ]
    assert len(columns) > 50
    personal = {name for name in columns if is_personal(name.split(".")[1])}
    assert personal - NAMES_OF_PLACES == set()


@pytest.mark.parametrize(
    "column", ["cccd", "so_cccd", "phone", "birth_year", "resident_phone", "victim_id", "note"]
)
def test_a_person_field_would_be_found(column: str) -> None:
    assert is_personal(column)
    assert not is_personal("permanent_residents")
    assert not is_personal("service_number")
