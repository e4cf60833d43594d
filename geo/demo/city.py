"""The synthetic demo city: every frame that the app can hold, from parameters and a seed.

Codes: the province is ``99`` and its wards ``99001``...; wards before the merge are ``99901``.... The
ministry's province codes stay below 97 and its ward codes below 33000, so none of these can be real.
No person is in it: officers are numbered labels, residents are counts.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.demo import (
    course,
    frames,
    hotspots,
    households,
    incidents,
    layout,
    naming,
    network,
    reports,
    staffing,
)
from geo.demo.areas import Areas, divide_city, neighbourhoods
from geo.demo.columns import numbered
from geo.demo.parameters import CityParameters, stream
from geo.demo.tables import categories, figures, leaf_categories
from geo.domain.errors import InputError
from geo.domain.frames import CONTRACTS, check
from geo.domain.kinds import Kind

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class City:
    """The demo city. Frames named in `geo.domain.frames.CONTRACTS` keep their contract.

    wards, blocks, households, incidents, officers, beats, assignments, posts, streets : by contract
    beat_blocks : beat_code, block_code, valid_from, valid_to, decision
    water : name, polygon (EPSG:4326)
    units : the province above the wards: code, level, name, full_name, parent_code, valid_from
    former_wards : wards until the merge, by the contract of wards, with valid_to
    lineage : from_code, to_code, share, on_date, decision; shares of a from_code sum to 1
    legal_documents : number, issuer, kind, issued_on, title
    beat_reports : beat_code, month, households, permanent, temporary, absent, reported_on
    earlier_reviews : household_code, before, after: days of the last review but one, and of the last
    targets : measure, value, valid_from, decision; they hold for every unit
    categories : code, parent_code, name_vi, name_en, harm_weight
    hotspots : where they were planted, the truth to compare an analysis with; no part of the record:
        name, life (persistent, fading, new), lon, lat, spread_m
    """

    parameters: CityParameters
    seed: int
    wards: gpd.GeoDataFrame
    blocks: gpd.GeoDataFrame
    households: pd.DataFrame
    incidents: pd.DataFrame
    officers: pd.DataFrame
    beats: pd.DataFrame
    beat_blocks: pd.DataFrame
    assignments: pd.DataFrame
    posts: pd.DataFrame
    streets: gpd.GeoDataFrame
    water: gpd.GeoDataFrame
    units: pd.DataFrame
    former_wards: gpd.GeoDataFrame
    lineage: pd.DataFrame
    legal_documents: pd.DataFrame
    beat_reports: pd.DataFrame
    earlier_reviews: pd.DataFrame
    targets: pd.DataFrame
    categories: pd.DataFrame
    hotspots: pd.DataFrame


def generate(parameters: CityParameters, seed: int = 0) -> City:
    """Generate the city. Same parameters and seed give the same bytes.

    Raises InputError ``demo_out_of_range`` where `seed` is negative.
    """
    if seed < 0:
        raise InputError("demo_out_of_range", name="seed", value=seed, low=0, high="2^63")
    size = figures()["size"]
    wanted = round(parameters.households / size["households_a_block"])
    plan = layout.draw(wanted * size["block_area_m2"], wanted, stream(seed, "layout"))
    net = network.build(plan, wanted, stream(seed, "network"))
    counts = households.share_out(parameters.households, len(net.blocks), stream(seed, "counts"))
    areas = divide_city(
        net, counts.astype(float), parameters.wards, size["households_a_beat"], stream(seed, "areas")
    )
    city = _ground(parameters, seed, net, areas, counts)
    _check(city)
    return city


def _ground(parameters: CityParameters, seed: int, net: network.Network, areas: Areas, counts: Ints) -> City:
    """Fill the drawn and divided ground with everything else."""
    earth, codes = frames.Georeference(parameters), frames.name_areas(areas)
    shapes = earth.geometries(net.blocks)
    staff = staffing.employ(areas, codes.ward_name, parameters.today, stream(seed, "staff"))
    service_numbers = numbered("MAU-", np.arange(1, len(staff.officer_ward) + 1), 4)
    start = staffing.history_start(parameters.today)
    former = frames.former_wards_frame(areas, net, shapes)
    settled = households.settle(net, areas, counts, parameters.today, stream(seed, "households"))
    posts_xy, post_ward = _posts(net, areas)
    spots = hotspots.plant(net, stream(seed, "hotspots"))
    targets = reports.targets_frame(parameters.today)
    homes = frames.households_frame(settled, areas, codes, earth)
    return City(
        parameters=parameters,
        seed=seed,
        wards=frames.wards_frame(areas, codes, net, shapes),
        blocks=frames.blocks_frame(
            areas,
            codes,
            shapes,
            neighbourhoods(net, areas, counts.astype(float), stream(seed, "neighbourhoods")),
        ),
        households=homes,
        incidents=_incidents(
            parameters, seed, net, areas, spots=spots, posts_xy=posts_xy, codes=codes, earth=earth
        ),
        officers=staffing.officers_frame(staff, service_numbers, codes.ward, stream(seed, "officers")),
        beats=frames.beats_frame(areas, codes, start),
        beat_blocks=frames.beat_blocks_frame(areas, codes, staff, start),
        assignments=staffing.assignments_frame(staff, service_numbers, codes.beat),
        posts=frames.posts_frame(posts_xy, post_ward, codes, earth),
        streets=frames.streets_frame(net, naming.street_names(net, stream(seed, "names")), earth),
        water=frames.water_frame(net, earth),
        units=frames.units_frame(),
        former_wards=former,
        lineage=frames.lineage_frame(former, codes, staff.merge_document),
        legal_documents=pd.concat([staff.documents, reports.target_document(targets)], ignore_index=True),
        beat_reports=reports.beat_reports_frame(
            areas, codes.beat, settled, counts, today=parameters.today, rng=stream(seed, "reports")
        ),
        earlier_reviews=reports.earlier_reviews(homes, stream(seed, "earlier reviews")),
        targets=targets,
        categories=frames.categories_frame(categories()),
        hotspots=frames.hotspots_frame(spots, earth),
    )


def _incidents(
    parameters: CityParameters,
    seed: int,
    net: network.Network,
    areas: Areas,
    *,
    spots: hotspots.Hotspots,
    posts_xy: Floats,
    codes: frames.Codes,
    earth: frames.Georeference,
) -> pd.DataFrame:
    leaf = leaf_categories()
    weights = hotspots.sources(net, spots, posts_xy, stream(seed, "risk"))
    weekday = course.first_day(parameters.today).weekday()
    events = incidents.happen(
        net,
        spots,
        weights,
        leaf,
        n=parameters.incidents,
        first_weekday=weekday,
        rng=stream(seed, "incidents"),
    )
    followed = course.run(events, leaf, net, parameters.today, stream(seed, "course"))
    return frames.incidents_frame(events, followed, leaf, areas=areas, codes=codes, earth=earth)


def _posts(net: network.Network, areas: Areas) -> tuple[Floats, Ints]:
    """Return places of posts (2 * wards, 2) and their wards: the block in the middle, and one far from it."""
    inside = shapely.get_coordinates(shapely.point_on_surface(net.blocks))
    places = []
    wards = range(int(areas.ward.max()) + 1)
    for ward in wards:
        own = inside[areas.ward == ward]
        station = own[np.hypot(*(own - own.mean(axis=0)).T).argmin()]
        places += [station, own[np.hypot(*(own - station).T).argmax()]]
    return np.array(places), np.repeat(np.array(wards), 2)


def _check(city: City) -> None:
    """Raise InputError where a frame breaks its contract: then the city must not be stored."""
    for kind in Kind:
        check(getattr(city, kind.value), CONTRACTS[kind])
    check(city.former_wards, CONTRACTS[Kind.WARDS])
