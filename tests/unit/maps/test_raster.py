import io

import numpy as np
import pytest
from PIL import Image

from geo.analysis.grid import Grid
from geo.domain.crs import lonlat_to_metric_xy
from geo.maps.classes import Classes
from geo.maps.mercator import pixel_metres, tile_pixel_xy
from geo.maps.raster import CLEAR_TILE, class_of_pixels, palette_png, sample_numpy, tile_png

CRS = "EPSG:3405"
HANOI = (105.85, 21.02)


def tile_at(z, lon=HANOI[0], lat=HANOI[1]):
    n = 2**z
    return int((lon + 180) / 360 * n), int((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * n)


def exact_pixels(z, x, y, crs):
    n = 2**z
    lon = (x + (np.arange(256) + 0.5) / 256) / n * 360 - 180
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (y + (np.arange(256) + 0.5) / 256) / n))))
    lon, lat = np.meshgrid(lon, lat)
    return lonlat_to_metric_xy(lon.ravel(), lat.ravel(), crs).reshape(256, 256, 2)


@pytest.mark.parametrize("z", [5, 8, 10, 14, 18])
@pytest.mark.parametrize(("crs", "at"), [(CRS, HANOI), ("EPSG:9210", HANOI), ("EPSG:32616", (-87.65, 41.85))])
def test_interpolated_projection_is_within_a_fiftieth_of_a_pixel(z, crs, at):
    x, y = tile_at(z, *at)
    x_m, y_m = tile_pixel_xy(z, x, y, crs)
    exact = exact_pixels(z, x, y, crs)
    error_m = np.hypot(x_m - exact[..., 0], y_m - exact[..., 1]).max()
    assert error_m < 0.02 * pixel_metres(z, at[1])


@pytest.fixture(scope="module")
def surface():
    grid = Grid(580_000.0, 2_318_000.0, 50.0, 300, 260)
    x, y = grid.centres()
    values = 100 * np.exp(-((x - 588_000) ** 2 + (y - 2_324_500) ** 2) / 2 / 1500**2)
    return values.astype(np.float32), grid


CLASSES = Classes((5.0, 12.0, 25.0, 50.0, 75.0, 90.0))


def test_the_same_place_has_the_same_value_at_every_zoom(surface):
    values, grid = surface
    rng = np.random.default_rng(3)
    for z, places in ((13, 400), (15, 400), (17, 100), (18, 100)):  # near, almost every place has its tile
        lon, lat = (middle + rng.uniform(-0.03, 0.03, places) for middle in HANOI)
        here = lonlat_to_metric_xy(lon, lat, CRS)
        wanted = class_of_pixels(values, grid, here[:, :1], here[:, 1:], CLASSES).ravel()
        n = 2**z
        px = (lon + 180) / 360 * n
        py = (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * n
        found = np.empty(places, dtype=int)
        for x, y in set(zip(px.astype(int).tolist(), py.astype(int).tolist(), strict=True)):
            index = class_of_pixels(values, grid, *tile_pixel_xy(z, x, y, CRS), CLASSES)
            mine = (px.astype(int) == x) & (py.astype(int) == y)
            found[mine] = index[((py[mine] - y) * 256).astype(int), ((px[mine] - x) * 256).astype(int)]
        # a pixel is its centre: at zoom 13 up to 13 m from the place, which only matters at a border
        slack = pixel_metres(z, HANOI[1])
        gradient = 100 / 1500 * np.exp(-0.5)
        assert (np.abs(found - wanted) <= 1).all()
        assert (found != wanted).mean() <= 6 * slack * gradient / 20 + 0.01


def test_the_peak_stays_where_it_is(surface):
    values, grid = surface
    for z in (12, 14, 16):
        x, y = tile_at(z, *HANOI)
        tiles = [(x + dx, y + dy) for dx in (-2, -1, 0, 1, 2) for dy in (-2, -1, 0, 1, 2)]
        weight, centre = 0.0, np.zeros(2)
        for tile in tiles:
            x_m, y_m = tile_pixel_xy(z, *tile, CRS)
            hot = class_of_pixels(values, grid, x_m, y_m, CLASSES) == 6
            weight += hot.sum()
            centre += [x_m[hot].sum(), y_m[hot].sum()]
        if weight:
            assert np.hypot(*(centre / weight - (588_000, 2_324_500))) < 25 + pixel_metres(z, HANOI[1])


def test_compiled_and_plain_sampling_agree(surface):
    values, grid = surface
    x_m, y_m = tile_pixel_xy(12, *tile_at(12), CRS)
    row, column = (y_m - grid.y0) / grid.cell_m - 0.5, (x_m - grid.x0) / grid.cell_m - 0.5
    plain = sample_numpy(values, row, column, np.asarray(CLASSES.borders, dtype=np.float32))
    fast = class_of_pixels(values, grid, x_m, y_m, CLASSES)
    assert plain.any()
    assert (plain != fast).mean() < 1e-4  # the last bit of a sum decides on a border


def test_png_is_read_back_pixel_for_pixel():
    rng = np.random.default_rng(1)
    index = rng.integers(0, 4, (256, 256)).astype(np.uint8)
    colours = ("#ff0000", "#00ff00", "#0000ff")
    picture = Image.open(io.BytesIO(palette_png(index, colours))).convert("RGBA")
    wanted = np.array([[0, 0, 0, 0], [255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]])[index]
    np.testing.assert_array_equal(np.asarray(picture), wanted)


def test_nothing_to_paint_gives_no_picture(surface):
    values, grid = surface
    assert tile_png(values, grid, CRS, CLASSES, ("#000000",) * 6, 13, *tile_at(13, 110.0, 12.0)) is None
    assert tile_png(values, grid, CRS, Classes(()), (), 13, *tile_at(13)) is None
    assert np.asarray(Image.open(io.BytesIO(CLEAR_TILE)).convert("RGBA"))[..., 3].max() == 0


def test_a_class_can_be_left_clear(surface):
    values, grid = surface
    classes = Classes((-1.0, 50.0))
    painted, clear = (
        np.asarray(
            Image.open(
                io.BytesIO(
                    tile_png(values, grid, CRS, classes, ("#ff0000", "#0000ff"), 13, *tile_at(13), clear=one)
                )
            ).convert("RGBA")
        )
        for one in (None, 0)
    )
    first = (painted == (255, 0, 0, 255)).all(axis=2)
    assert first.any()
    assert not first.all()
    assert (clear[first][:, 3] == 0).all()
    np.testing.assert_array_equal(clear[~first], painted[~first])
