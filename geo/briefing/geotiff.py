"""A surface on a metric grid as a GeoTIFF: one band of 32-bit floats, with its CRS by EPSG code.

Written with Pillow: pyogrio's GDAL has no raster part, and these tags of GeoTIFF 1.1 (OGC 19-008r4) are all
that a GIS needs to put the file in its place.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2
from PIL.TiffTags import ASCII, DOUBLE, SHORT

from geo.analysis.grid import Grid
from geo.domain.crs import require_metric
from geo.domain.errors import WrongCrsError

MODEL_PIXEL_SCALE, MODEL_TIEPOINT, GEO_KEY_DIRECTORY = 33550, 33922, 34735
GDAL_NODATA, IMAGE_DESCRIPTION = 42113, 270

# GeoKeys: version 1.1.0, three keys: projected model, pixel is area, CRS by its EPSG code.
_PROJECTED, _PIXEL_IS_AREA = 1, 1


def write_geotiff(
    path: Path, values: npt.NDArray[np.float32], grid: Grid, metric_crs: str, title: str
) -> None:
    """Write `values` (ny, nx), row 0 southernmost, to `path`; the file has the north on top.

    title : what the numbers are and in which unit; ASCII
    Raises WrongCrsError unless `metric_crs` is metric and has an EPSG code.
    """
    code = require_metric(metric_crs, "density").to_epsg()
    if code is None:
        raise WrongCrsError("unknown_crs", crs=metric_crs)
    west, _, _, north = grid.bounds
    tags = ImageFileDirectory_v2()
    _put(tags, MODEL_PIXEL_SCALE, DOUBLE, (grid.cell_m, grid.cell_m, 0.0))
    _put(tags, MODEL_TIEPOINT, DOUBLE, (0.0, 0.0, 0.0, west, north, 0.0))
    keys = (1, 1, 1, 3, 1024, 0, 1, _PROJECTED, 1025, 0, 1, _PIXEL_IS_AREA, 3072, 0, 1, code)
    _put(tags, GEO_KEY_DIRECTORY, SHORT, keys)
    _put(tags, GDAL_NODATA, ASCII, "nan")
    _put(tags, IMAGE_DESCRIPTION, ASCII, title)
    picture = Image.fromarray(np.ascontiguousarray(np.flipud(values), dtype=np.float32))
    picture.save(path, format="TIFF", tiffinfo=tags, compression="tiff_deflate")


def _put(tags: ImageFileDirectory_v2, tag: int, kind: int, value: object) -> None:
    tags.tagtype[tag] = kind
    tags[tag] = value
