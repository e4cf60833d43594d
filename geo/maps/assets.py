"""Scripts, styles and fonts of the browser, all from our own server.

folium and its plugins name about seventy addresses on the internet; without it they show nothing. At set-up
the same files are taken from the installed npm packages (pinned in package-lock.json) into ``var/assets``,
which the app serves under ``/assets/``; `install_offline` then points every folium class there.
"""

import hashlib
import importlib.metadata
import importlib.resources
import json
import re
import shutil
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from geo.domain.errors import UnavailableError
from geo.maps.asset_sources import FILES_OF_FOLIUM, FONTS, FROM_NPM, OURS, SIDE_BY_SIDE, WITHOUT_CONTENT
from geo.settings import PROJECT_DIR, load

if TYPE_CHECKING:
    from folium.elements import JSCSSMixin

URL_PREFIX = "/assets/"

# Raise when this file or asset_sources builds something else from the same packages.
BUILDER_VERSION = 1

_STAMP = "built.json"
_EMPTY = "empty.css"
_KEPT_SUFFIXES = {".js", ".mjs", ".css", ".png", ".svg", ".gif", ".woff", ".woff2", ".ttf", ".eot"}
_ABSOLUTE_URL = re.compile(r"""url\(\s*['"]?(?:https?:)?//[^)]*\)""")
_ABSOLUTE_IMPORT = re.compile(r"""@import\s+(?:url\(data:,\)|['"](?:https?:)?//[^'"]*['"])[^;]*;""")

# Leaflet guesses the folder of its marker pictures from a style sheet that may not have loaded yet.
_LEAFLET_MENDED = """
;L.Icon.Default.imagePath='{prefix}leaflet/dist/images/';
L.Control.Attribution.prototype.options.prefix='Leaflet';
"""

_SIDE_BY_SIDE_WRAPPED = """(function () {{
["layout.css", "range.css"].forEach(function (name) {{
  var link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = {folder} + name;
  document.head.appendChild(link);
}});
var module = {{exports: {{}}}};
function require() {{ return window.L; }}
{source}
}})();
"""


def build_assets(node_modules: Path, out: Path) -> bool:
    """Build the folder `out` from the packages in `node_modules`; return False where it is up to date.

    The folder appears at once and whole. Raises UnavailableError naming the file that a package lacks.
    """
    key = _key()
    if _is_built(out, key):
        return False
    draft = out.with_name(out.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    (draft / _EMPTY).write_text("/* nothing is needed here */\n")
    manifest = dict.fromkeys(WITHOUT_CONTENT, _EMPTY)
    for url, (package, path) in FROM_NPM.items():
        manifest[url] = _take(node_modules, package, path, draft)
    for package, path in (*OURS, *FONTS):
        _take(node_modules, package, path, draft)
    for url, name in FILES_OF_FOLIUM.items():
        manifest[url] = _take_from_folium(name, draft)
    _wrap_side_by_side(draft)
    _mend_leaflet(draft)
    _keep_styles_at_home(draft)
    (draft / _STAMP).write_text(json.dumps({"key": key, "manifest": manifest}, indent=1) + "\n")
    shutil.rmtree(out, ignore_errors=True)
    draft.replace(out)
    return True


def _key() -> str:
    lock = (PROJECT_DIR / "package-lock.json").read_bytes()
    sources = Path(__file__).with_name("asset_sources.py").read_bytes()
    return hashlib.sha256(
        lock + sources + importlib.metadata.version("folium").encode() + bytes([BUILDER_VERSION])
    ).hexdigest()


def _is_built(out: Path, key: str) -> bool:
    try:
        return bool(json.loads((out / _STAMP).read_text())["key"] == key)
    except (OSError, ValueError, KeyError):
        return False


def _take(node_modules: Path, package: str, path: str, out: Path) -> str:
    """Copy a file and the pictures, fonts and styles that lie about it; return its place below `out`."""
    source = node_modules / package / path
    if not source.is_file():
        raise UnavailableError("asset_missing", package=package, path=path)
    for file in _with_company(source):
        target = out / package / file.relative_to(node_modules / package)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    for notice in (node_modules / package).glob("LICEN[CS]E*"):
        shutil.copyfile(notice, out / package / notice.name)
    return f"{package}/{path}"


def _with_company(source: Path) -> Iterator[Path]:
    """Yield `source` and, for a style sheet, every file that it names by a relative address."""
    yield source
    if source.suffix != ".css":
        return
    for reference in re.findall(r"""url\(\s*['"]?([^'")]+)""", source.read_text(errors="replace")):
        if re.match(r"(?:data:|https?:|//|#)", reference):
            continue
        named = (source.parent / re.split(r"[?#]", reference)[0]).resolve()
        if named.is_file() and named.suffix in _KEPT_SUFFIXES:
            yield named


def _take_from_folium(name: str, out: Path) -> str:
    target = out / "folium" / name
    target.parent.mkdir(exist_ok=True)
    target.write_bytes((importlib.resources.files("folium") / "templates" / name).read_bytes())
    return f"folium/{name}"


def _wrap_side_by_side(out: Path) -> None:
    """Make leaflet-side-by-side loadable: its package holds CommonJS only, with two styles beside it."""
    script = out / SIDE_BY_SIDE / "index.js"
    folder = json.dumps(f"{URL_PREFIX}{SIDE_BY_SIDE}/")
    script.write_text(_SIDE_BY_SIDE_WRAPPED.format(folder=folder, source=script.read_text()))


def _mend_leaflet(out: Path) -> None:
    script = out / "leaflet" / "dist" / "leaflet.js"
    script.write_text(script.read_text() + _LEAFLET_MENDED.format(prefix=URL_PREFIX))


def _keep_styles_at_home(out: Path) -> None:
    """Take absolute addresses out of every style sheet: leaflet-timedimension's fetches a font."""
    for sheet in out.rglob("*.css"):
        text = sheet.read_text(errors="replace")
        mended = _ABSOLUTE_IMPORT.sub("", _ABSOLUTE_URL.sub("url(data:,)", text))
        if mended != text:
            sheet.write_text(mended)


@lru_cache(maxsize=4)
def manifest(out: Path) -> dict[str, str]:
    """Return internet address -> path below `out`. Raises UnavailableError before `make setup`."""
    try:
        found: dict[str, str] = json.loads((out / _STAMP).read_text())["manifest"]
    except FileNotFoundError as fault:
        raise UnavailableError("assets_not_built", path=str(out)) from fault
    return found


def assets_dir() -> Path:
    """Return the folder that the app serves under `URL_PREFIX`."""
    return load().var_dir / "assets"


def localise(url: str, out: Path | None = None) -> str:
    """Return the address on our own server that stands for `url`; one without a host stays as it is.

    Raises UnavailableError ``asset_not_local`` for an internet address that has no local file: loading it
    would fail without the internet and tell somebody outside with it.
    """
    if not re.match(r"(?:https?:)?//", url):
        return url
    known = manifest(out or assets_dir())
    if url not in known:
        raise UnavailableError("asset_not_local", url=url)
    return URL_PREFIX + known[url]


def asset_classes() -> "list[type[JSCSSMixin]]":
    """Return every class of folium, its plugins and ours that brings scripts or styles."""
    # Imported here: folium takes two seconds to load, and `make setup` mostly finds that nothing is to do.
    import folium.plugins  # noqa: F401 - its classes must exist before they are walked
    from folium.elements import JSCSSMixin

    found: list[type[JSCSSMixin]] = []
    waiting: list[type[JSCSSMixin]] = [JSCSSMixin]
    while waiting:
        cls = waiting.pop()
        if cls not in found:
            found.append(cls)
            waiting.extend(cls.__subclasses__())
    return found


def install_offline(out: Path | None = None) -> None:
    """Point the scripts and styles of every folium class at our own server; again changes nothing.

    Call once at start, after all plugins have been imported.
    """
    for cls in asset_classes():
        for attribute in ("default_js", "default_css"):
            if attribute in vars(cls):
                links = [(name, localise(url, out)) for name, url in getattr(cls, attribute)]
                setattr(cls, attribute, links)


def main() -> int:
    """Build the assets from ``node_modules`` for `make setup`; prints what it did."""
    from geo.domain.errors import DiaBanError

    try:
        built = build_assets(PROJECT_DIR / "node_modules", assets_dir())
    except DiaBanError as fault:
        sys.stderr.write(f"{fault.message('vi')}\n{fault.message('en')}\n")
        return 1
    sys.stdout.write(f"assets: {'built' if built else 'up to date'} in {assets_dir()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
