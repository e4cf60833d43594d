"""A surface on a metric grid as PNG tiles in Web Mercator: the same value at the same place at every zoom."""

import struct
import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from geo.analysis.compiled import HAS_NUMBA, compiled
from geo.analysis.grid import Grid
from geo.maps.classes import Classes
from geo.maps.mercator import TILE_PIXELS, tile_bounds_lonlat, tile_pixel_xy

Floats = npt.NDArray[np.float64]
Surface = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]


def tile_png(  # noqa: PLR0917 (a tile is z, x, y, as in its address)
    surface: Surface,
    grid: Grid,
    metric_crs: str,
    classes: Classes,
    colours: Sequence[str],
    z: int,
    x: int,
    y: int,
    *,
    clear: int | None = None,
) -> bytes | None:
    """Return a 256 x 256 palette PNG of `surface`, or None where the tile holds nothing to paint.

    surface : (ny, nx) float32 on `grid`, whose metres are those of `metric_crs`
    classes, colours : one colour a class; below the first border a pixel is left clear
    clear : a class that is left clear too
    A pixel takes the value of the surface at its centre, bilinear between cell centres.
    """
    if not classes.borders:
        return None
    x_m, y_m = tile_pixel_xy(z, x, y, metric_crs)
    index = class_of_pixels(surface, grid, x_m, y_m, classes)
    if clear is not None:
        index[index == clear + 1] = 0
    if not index.any():
        return None
    return palette_png(index, colours)


def class_of_pixels(surface: Surface, grid: Grid, x_m: Floats, y_m: Floats, classes: Classes) -> Bytes:
    """Return (rows, columns) numbers: 0 clear, i + 1 for class i, of the surface at (x_m, y_m)."""
    column = (x_m - grid.x0) / grid.cell_m - 0.5
    row = (y_m - grid.y0) / grid.cell_m - 0.5
    borders = np.asarray(classes.borders, dtype=np.float32)
    sample = _sample_compiled if HAS_NUMBA else sample_numpy
    found: Bytes = sample(surface, row, column, borders)
    return found


def sample_numpy(surface: Surface, row: Floats, column: Floats, borders: Surface) -> Bytes:
    """Return the class number of each position (row, column) in cells; the twin of the compiled kernel."""
    ny, nx = surface.shape
    inside = (row > -1) & (row < ny) & (column > -1) & (column < nx)
    row_0, column_0 = (np.floor(np.where(inside, part, 0)).astype(np.int64) for part in (row, column))
    up, right = np.where(inside, row - row_0, 0.0), np.where(inside, column - column_0, 0.0)
    value = np.zeros(row.shape)
    for d_row, d_column in ((0, 0), (0, 1), (1, 0), (1, 1)):
        r, c = row_0 + d_row, column_0 + d_column
        there = inside & (r >= 0) & (r < ny) & (c >= 0) & (c < nx)
        weight = (up if d_row else 1 - up) * (right if d_column else 1 - right)
        cells = surface[np.where(there, r, 0), np.where(there, c, 0)].astype(np.float64)
        value += np.where(there, weight * cells, 0.0)
    return np.searchsorted(borders, value.astype(np.float32), side="right").astype(np.uint8)


@compiled
def _sample_compiled(surface, row, column, borders):  # type: ignore[no-untyped-def]
    # One pass instead of a dozen whole-tile arrays: 0.4 ms against 9 ms for a tile.
    ny, nx = surface.shape
    rows, columns = row.shape
    out = np.zeros((rows, columns), dtype=np.uint8)
    for i in range(rows):
        for j in range(columns):
            r, c = row[i, j], column[i, j]
            if not (r > -1 and r < ny and c > -1 and c < nx):
                continue
            r0, c0 = int(np.floor(r)), int(np.floor(c))
            up, right = r - r0, c - c0
            value = 0.0
            if r0 >= 0 and c0 >= 0:
                value += (1 - up) * (1 - right) * surface[r0, c0]
            if r0 >= 0 and c0 + 1 < nx:
                value += (1 - up) * right * surface[r0, c0 + 1]
            if r0 + 1 < ny and c0 >= 0:
                value += up * (1 - right) * surface[r0 + 1, c0]
            if r0 + 1 < ny and c0 + 1 < nx:
                value += up * right * surface[r0 + 1, c0 + 1]
            number = 0
            for border in borders:
                if np.float32(value) >= border:
                    number += 1
            out[i, j] = number
    return out


def palette_png(index: Bytes, colours: Sequence[str]) -> bytes:
    """Return a PNG with a palette: entry 0 clear, entry i + 1 the colour i (``"#rrggbb"``), opaque.

    index : (rows, columns) uint8. Written here and not by a library, because four chunks take a third
    of the time; up to 15 colours are packed two pixels a byte.
    """
    rows, columns = index.shape
    if columns % 2 or len(colours) > 15:
        raise ValueError(f"{columns} columns and {len(colours)} colours do not fit a 4-bit palette")
    packed = (index[:, 0::2] << 4) | index[:, 1::2]
    lines = np.zeros((rows, columns // 2 + 1), dtype=np.uint8)  # a leading 0 a row: no filter
    lines[:, 1:] = packed
    palette = b"\0\0\0" + b"".join(bytes.fromhex(colour.removeprefix("#")) for colour in colours)
    header = struct.pack(">IIBBBBB", columns, rows, 4, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", palette),
        (b"tRNS", b"\0"),
        (b"IDAT", zlib.compress(lines.tobytes(), 1)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def overlaps(grid_bounds_lonlat: tuple[float, float, float, float], z: int, x: int, y: int) -> bool:
    """Say whether a tile touches the grid at all; both in degrees."""
    west, south, east, north = tile_bounds_lonlat(z, x, y)
    g_west, g_south, g_east, g_north = grid_bounds_lonlat
    return west <= g_east and east >= g_west and south <= g_north and north >= g_south


CLEAR_TILE = palette_png(np.zeros((TILE_PIXELS, TILE_PIXELS), dtype=np.uint8), ("#000000",))
