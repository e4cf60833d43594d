"""Every script and style that a map can ask for has a local file, and no local file asks outside."""

import inspect
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import folium
import folium.plugins
import pytest
import streamlit_folium
from folium.elements import JSCSSMixin

from geo.domain.errors import UnavailableError
from geo.maps import assets
from geo.settings import PROJECT_DIR

NODE_MODULES = PROJECT_DIR / "node_modules"
HTTP = re.compile(r"(?:https?:)?//")
OWN_FILES = "/assets/ui/"  # served from the project itself, not built from packages


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("assets") / "assets"
    assert assets.build_assets(NODE_MODULES, out) is True
    return out


@pytest.fixture
def stock_classes() -> Iterator[None]:
    """Put the classes' own addresses back after a test that rewrites them."""
    kept = [
        (cls, name, vars(cls)[name])
        for cls in assets.asset_classes()
        for name in ("default_js", "default_css")
        if name in vars(cls)
    ]
    yield
    for cls, name, links in kept:
        setattr(cls, name, links)


def class_links() -> list[tuple[str, str]]:
    return [
        (cls.__name__, url)
        for cls in assets.asset_classes()
        for attribute in ("default_js", "default_css")
        for _, url in getattr(cls, attribute, [])
    ]


def test_every_address_of_every_class_has_a_file(built: Path) -> None:
    unmapped = []
    for owner, url in class_links():
        if url.startswith(OWN_FILES):
            assert (PROJECT_DIR / "geo/ui/static" / url.removeprefix(OWN_FILES)).is_file(), (owner, url)
            continue
        try:
            local = assets.localise(url, built)
        except UnavailableError:
            unmapped.append((owner, url))
            continue
        path = built / local.removeprefix(assets.URL_PREFIX)
        assert path.is_file(), (owner, url)
        assert path.stat().st_size > 100 or path.name == "empty.css", (owner, path)
    assert unmapped == []
    assert len({url for _, url in class_links() if HTTP.match(url)}) > 60


def test_addresses_hard_coded_by_streamlit_folium_have_a_file(built: Path) -> None:
    source = inspect.getsource(streamlit_folium)
    named = set(re.findall(r"https?://[^\"']+\.(?:js|css)", source))
    assert named
    for url in named:
        assert (built / assets.localise(url, built).removeprefix(assets.URL_PREFIX)).is_file()


def test_no_style_sheet_reaches_out_and_every_relative_file_is_there(built: Path) -> None:
    sheets = list(built.rglob("*.css"))
    assert len(sheets) > 15
    for sheet in sheets:
        text = sheet.read_text(errors="replace")
        for reference in re.findall(r"""url\(\s*['"]?([^'")]+)""", text):
            assert not HTTP.match(reference), (sheet, reference)
            if not reference.startswith(("data:", "#", "%23")):  # %23 is a # inside a data: picture
                assert (sheet.parent / re.split(r"[?#]", reference)[0]).is_file(), (sheet.name, reference)
        assert not re.search(r"@import\s+(?:url\()?['\"]?(?:https?:)?//", text), sheet


def test_fonts_have_both_subsets_in_every_weight(built: Path) -> None:
    fonts = [font.name for font in built.rglob("be-vietnam-pro-*.woff2")]
    assert len(fonts) == 8
    assert sum("vietnamese" in name for name in fonts) == 4


def test_streamlit_theme_names_fonts_that_exist(built: Path) -> None:
    config = (PROJECT_DIR / ".streamlit" / "config.toml").read_text()
    named = re.findall(r'url\s*=\s*"/?assets/([^"]+)"', config)
    assert named
    assert [name for name in named if not (built / name).is_file()] == []


def test_leaflet_knows_its_marker_pictures(built: Path) -> None:
    script = (built / "leaflet/dist/leaflet.js").read_text()
    assert "L.Icon.Default.imagePath='/assets/leaflet/dist/images/'" in script
    for picture in ("marker-icon.png", "marker-icon-2x.png", "marker-shadow.png"):
        assert (built / "leaflet/dist/images" / picture).is_file()


def test_offline_map_names_no_internet_address(built: Path, stock_classes: None) -> None:
    assets.install_offline(built)
    assets.install_offline(built)
    chart = folium.Map(location=[21.03, 105.85], tiles=None)
    folium.plugins.Fullscreen().add_to(chart)
    folium.plugins.MarkerCluster([[21.03, 105.85]]).add_to(chart)
    folium.plugins.HeatMapWithTime([[[21.03, 105.85, 1.0]]]).add_to(chart)
    page = chart.get_root().render()
    assert page.count(assets.URL_PREFIX) > 10
    loaded = re.findall(r"""(?:src|href)=["']([^"']+)""", page)
    assert loaded
    assert [url for url in loaded if HTTP.match(url)] == []


def test_unknown_address_is_refused_and_a_local_one_kept(built: Path) -> None:
    with pytest.raises(UnavailableError) as refused:
        assets.localise("https://cdn.example.org/new-plugin.js", built)
    assert refused.value.code == "asset_not_local"
    assert assets.localise("/assets/ours.js", built) == "/assets/ours.js"


def test_a_new_plugin_without_a_local_file_fails_the_installation(built: Path, stock_classes: None) -> None:
    class Newcomer(JSCSSMixin):
        default_js = [("newcomer", "//cdn.example.org/newcomer.js")]  # noqa: RUF012

    with pytest.raises(UnavailableError, match="newcomer"):
        assets.install_offline(built)
    Newcomer.default_js = []


def test_second_build_does_nothing_and_a_changed_stamp_rebuilds(built: Path) -> None:
    assert assets.build_assets(NODE_MODULES, built) is False
    stamp = built / "built.json"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "key": "of another version"}))
    (built / "left-over.js").write_text("gone with the next build")
    assert assets.build_assets(NODE_MODULES, built) is True
    assert not (built / "left-over.js").exists()


def test_missing_file_and_missing_build_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    with pytest.raises(UnavailableError, match="make setup") as missing:
        assets.build_assets(tmp_path / "node_modules", tmp_path / "assets")
    assert missing.value.code == "asset_missing"
    assert not (tmp_path / "assets").exists()
    with pytest.raises(UnavailableError) as unbuilt:
        assets.manifest(tmp_path / "assets")
    assert unbuilt.value.code == "assets_not_built"


def test_lock_names_no_download_address() -> None:
    lock = json.loads((PROJECT_DIR / "package-lock.json").read_text())
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
    assert all("integrity" in entry for name, entry in lock["packages"].items() if name)
    wanted = json.loads((PROJECT_DIR / "package.json").read_text())["dependencies"]
    assert set(lock["packages"]) - {""} == {f"node_modules/{name}" for name in wanted}
    assert (
        shutil.which("npm") is None or (PROJECT_DIR / ".npmrc").read_text().count("ignore-scripts=true") == 1
    )
