"""Where there are more incidents than in the period compared with, and where fewer, as a surface."""

from dataclasses import replace

import numpy as np

from geo.domain.roles import Actor
from geo.services.hotspots.review import HotspotQuery, density
from geo.services.hotspots.surface import DensitySurface
from geo.services.kept import Kept
from geo.store.engine import Database

_BYTES = 64 * 1024 * 1024

_kept: Kept[DensitySurface] = Kept(_BYTES, lambda surface: surface.values.nbytes)


def density_change(
    database: Database, actor: Actor, query: HotspotQuery, compared: HotspotQuery, *, coarse: bool = False
) -> DensitySurface:
    """Return the density of `query` less that of `compared`, incidents per km² over a period.

    Both on the same grid with the same kernel; `n` and `sparse` are sums over both, `peak` is the largest
    difference either way. What chance does between two periods is in it too. A period of another length is
    scaled to that of `query`. coarse : as in `density`.
    Raises InputError as `density`.
    """
    now, before = (density(database, actor, one, coarse=coarse) for one in (query, compared))
    key = ("change", now.key, before.key)
    return _kept.get(key, lambda: _difference(now, before, query.days / compared.days, key))


def _difference(
    now: DensitySurface, before: DensitySurface, longer: float, key: tuple[object, ...]
) -> DensitySurface:
    values = (now.values - np.float32(longer) * before.values).astype(np.float32)
    return replace(
        now,
        values=values,
        n=now.n + before.n,
        sparse=now.sparse + before.sparse,
        peak=float(np.abs(values).max(initial=0.0)),
        key=key,
    )
