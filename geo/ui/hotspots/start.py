"""What the Hotspots page needs before its first visitor: incidents read and kernels compiled."""

import threading

import numpy as np

from geo.analysis import density as kernel
from geo.analysis.grid import Grid
from geo.maps import raster
from geo.maps.classes import density_classes
from geo.maps.mercator import TILE_PIXELS
from geo.services import incident_columns
from geo.store.engine import Database


def warm(database: Database) -> list[threading.Thread]:
    """Start reading and compiling; return the threads, for a test to wait for."""
    compiling = threading.Thread(target=_compile, name="hotspots-kernels", daemon=True)
    compiling.start()
    return [compiling, incident_columns.warm(database)]


def _compile() -> None:
    grid = Grid(0.0, 0.0, 50.0, 40, 40)
    points = np.random.default_rng(0).uniform(0, 2000, (20_000, 2))
    surface = kernel.binned(points, grid, 300.0, rel_error=5e-3).astype(np.float32)
    metres = np.linspace(0, 2000, TILE_PIXELS)
    x_m, y_m = np.meshgrid(metres, metres)
    raster.class_of_pixels(surface, grid, x_m, y_m, density_classes(float(surface.max())))
