"""Real boundaries and real incidents in at one end, a commander's map out at the other, network closed."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page

from geo import settings
from geo.domain.kinds import Kind
from geo.domain.roles import OPERATOR
from geo.services.imports.importing import ImportReport, import_file
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database
from tests.serving import App, map_of, serving

pytestmark = [pytest.mark.browser, pytest.mark.shared_data]

CHICAGO = "America/Chicago"
SignedIn = Callable[[str, str], Page]


@pytest.fixture(scope="module")
def app(database: DatabaseUrls, opened: Database) -> Iterator[App]:
    """The server, with the clock of the place the data is from."""
    with serving(database, opened, DIABAN_TIMEZONE=CHICAGO) as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def reports(
    opened: Database, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, ImportReport]:
    """Chicago: districts as wards, tracts as blocks, beats as drawn, ten years of assaults."""
    folder, chicago = tmp_path_factory.mktemp("files"), shared_data / "chicago"
    files = {
        "wards": chicago / "chicago_police_districts.kml",
        "blocks": _zipped(chicago / "CensusTracts2010", folder),
        "beats": _zipped(chicago / "PoliceBeats2019", folder),
        "incidents": chicago / "chicago_aggravated_assaults.csv.gz",
    }
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DIABAN_TIMEZONE", CHICAGO)
        settings.load.cache_clear()
        done = {kind: import_file(opened, OPERATOR, path, Kind(kind)) for kind, path in files.items()}
    settings.load.cache_clear()
    return done


def _zipped(layer: Path, folder: Path) -> Path:
    archive = folder / f"{layer.name}.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for part in layer.iterdir():
            target.write(part, part.name)
    return archive


def painted(page: Page) -> Frame:
    """Return the map's frame once it has been painted with all its tiles."""
    frame = map_of(page)
    frame.wait_for_function("() => !document.querySelector('.leaflet-tile:not(.leaflet-tile-loaded)')")
    return frame


def test_every_row_is_accounted_for(reports: dict[str, ImportReport]) -> None:
    told = {kind: report.as_dict() for kind, report in reports.items()}
    assert {kind: one["rows_read"] for kind, one in told.items()} == {
        "wards": 25,
        "blocks": 801,
        "beats": 277,
        "incidents": 148_636,
    }
    for one in told.values():
        assert one["rows_read"] == one["accepted"] + one["updated"] + one["unchanged"] + one["rejected"]
        assert one["rejected"] == 0
    assert told["incidents"]["warnings"]["outside_all_wards"] == 91


def test_hotspots_of_ten_years(signed_in: SignedIn) -> None:
    page = signed_in("commander", "/hotspots?period=custom&first=2010-01-01&last=2019-12-31")
    frame = painted(page)
    verdict = page.locator(".db-verdict").inner_text()
    assert "148.545 vụ" in verdict  # 148,636 less the 91 outside every district
    legend = frame.locator("body").inner_text()
    assert "n = 148.545" in legend
    assert "91 ngoài mọi phường" in legend


def test_coverage_says_that_nobody_holds_a_beat(signed_in: SignedIn) -> None:
    page = signed_in("commander", "/coverage?day=2019-12-31")
    frame = painted(page)
    assert "0/275 khu vực có phụ trách chính" in page.locator(".db-verdict").inner_text()
    assert frame.locator("path").count() > 275
