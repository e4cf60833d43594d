"""The ground of the desk as the browser gets it. The ward: tests/desk_ward."""

import json
from dataclasses import replace

import numpy as np
import shapely

from geo.maps.desk_shapes import beat_colours, shape_version, shapes_json
from geo.services.plans.ground import DeskPost
from geo.services.plans.problem import arranged
from tests import desk_ward
from tests.desk_ward import unit


def test_every_block_has_a_shape_a_point_inside_and_its_counts() -> None:
    desk = desk_ward.opened().desk
    sent = json.loads(shapes_json(desk))
    assert len(sent["units"]) == len(sent["points"]) == len(sent["names"]) == 12
    for shape, point in zip(sent["units"], sent["points"], strict=True):
        assert shapely.from_geojson(json.dumps(shape)).contains(shapely.Point(point))
    assert sent["households"] == [10] * 12
    (west, south), (east, north) = sent["bounds"]
    assert west < east
    assert south < north


def test_borders_are_lines_between_blocks_that_touch_along_a_side() -> None:
    sent = json.loads(shapes_json(desk_ward.opened().desk))
    pairs = {(a, b) for a, b, _ in sent["edges"]}
    assert (unit(0, 0), unit(0, 1)) in pairs
    assert (unit(0, 0), unit(1, 0)) in pairs
    assert (unit(0, 0), unit(1, 1)) not in pairs  # a corner
    assert len(pairs) == 6 + 10
    assert all(line["type"].endswith("LineString") for _, _, line in sent["edges"])


def test_version_follows_shapes_and_counts() -> None:
    desk = desk_ward.opened().desk
    assert shape_version(desk) == shape_version(desk_ward.opened().desk)
    more = replace(desk, ground=replace(desk.ground, households=desk.ground.households + 1))
    assert shape_version(more) != shape_version(desk)


def test_neighbouring_beats_differ_in_colour() -> None:
    ground = desk_ward.ground(columns=20, rows=10, beats=10)
    colours = beat_colours(arranged(ground, desk_ward.opened().draft.options))
    assert len(colours) == 10
    assert not np.any([colours[part] == colours[part + 1] for part in range(9)])


def test_khu_pho_and_posts_are_told_by_number_and_by_place() -> None:
    desk = desk_ward.opened().desk
    ground = replace(desk.ground, posts=(DeskPost("Trụ sở", desk_ward.X0 + 50, desk_ward.Y0 + 50),))
    sent = json.loads(shapes_json(replace(desk, ground=ground)))
    named = [sent["group_names"][group] for group in sent["groups"]]
    assert named == list(ground.neighbourhoods)
    ((lon, lat, name),) = sent["posts"]
    assert name == "Trụ sở"
    assert shapely.from_geojson(json.dumps(sent["units"][unit(0, 0)])).contains(shapely.Point(lon, lat))
    assert shape_version(replace(desk, ground=ground)) != shape_version(desk)
