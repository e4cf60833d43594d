"""Every map of the ready decks printed without colour: its classes can be told apart or have a name."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from geo.briefing import picture
from geo.briefing.deck import MapBody, Paper
from geo.briefing.layout import pages
from geo.briefing.page import Shape, Text
from tests.integration import test_decks

LEAST_STEP = 12  # of 256 greys
HATCH = 10  # how much a hatched swatch varies more than a plain one


def printed(deck, slide, place):
    picture.write(deck, place, slide=slide, width_px=960 * 2)
    return np.asarray(Image.open(place).convert("L")).astype(float)


def swatches(page, grey):
    """Label of each class -> its mean grey and how much that varies, read from the key as printed."""
    found = {}
    for item in page.items:
        if isinstance(item, Shape) and item.name.startswith("Chú giải "):
            (x, y), (right, low) = 2 * item.contours[0].min(axis=0) + 3, 2 * item.contours[0].max(axis=0) - 3
            part = grey[int(y) : int(low), int(x) : int(right)]
            found[item.name.removeprefix("Chú giải ")] = (part.mean(), part.std())
    return found


def confused(deck, tmp_path):
    """Pairs of classes that look alike in grey, on maps where not every area has its name."""
    alike, checked = [], 0
    for number, (page, slide) in enumerate(zip(pages(deck, Paper.WIDE), deck.slides, strict=True)):
        bodies = [body for body in slide.bodies if isinstance(body, MapBody)]
        if not bodies:
            continue
        named = {item.text for item in page.items if isinstance(item, Text) and item.name.startswith("Tên ")}
        if all(
            set(body.areas["label"]) <= named and "" not in set(body.areas["label"]) for body in bodies
        ) and len({key.label.split(":")[0] for key in bodies[0].keys} & named) == len(bodies[0].keys):
            continue  # each class is one area, and its name stands on it
        checked += 1
        read = swatches(page, printed(deck, number, tmp_path / "page.png"))
        for (one, (grey, varies)), (other, (grey_b, varies_b)) in combinations(read.items(), 2):
            if abs(grey - grey_b) < LEAST_STEP and abs(varies - varies_b) < HATCH:
                alike.append((slide.title, one, other))
    return alike, checked


@pytest.mark.usefixtures("city")
def test_the_maps_about_incidents(opened, tmp_path):
    alike, checked = confused(test_decks.made(opened), tmp_path)
    assert checked >= 3
    assert alike == []


def test_a_class_like_another_is_found(opened, city, tmp_path):
    deck = test_decks.made(opened)
    number, slide = next((i, slide) for i, slide in enumerate(deck.slides) if slide.kind == "map")
    body = slide.bodies[0]
    first, second, *others = body.keys
    keys = (first, replace(second, colour=first.colour), *others)
    same = replace(slide, bodies=(replace(body, keys=keys),))
    slides = (*deck.slides[:number], same, *deck.slides[number + 1 :])
    alike, _ = confused(replace(deck, slides=slides), tmp_path)
    assert [pair[1:] for pair in alike] == [(first.label, second.label)]
