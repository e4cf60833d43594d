"""The title of the slide on near repeats does not contradict itself."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from geo.briefing import weekly_repeat
from geo.briefing.deck import Slide
from geo.services.hotspots.repeat import RepeatSetting


@dataclass(frozen=True)
class Found:
    """Of a table of near repeats what its slide reads."""

    ratio: float
    setting: RepeatSetting = field(default_factory=RepeatSetting)

    is_enough, zones, first, last = True, None, None, None

    @property
    def table(self) -> Any:
        shape = (len(self.setting.edges_m) - 1, len(self.setting.edges_days) - 1)
        ratios, pairs = np.full(shape, self.ratio), np.full(shape, 90)
        return SimpleNamespace(ratio=ratios, p=np.full(shape, 0.4), observed=pairs)

    @property
    def reach(self) -> Any:
        return np.zeros(self.table.ratio.shape, dtype=bool)

    significant = reach


@pytest.mark.parametrize(
    ("ratio", "said"), [(1.16, "gần 1,2 lần"), (1.1999, "gần 1,2 lần"), (1.14, "1,1 lần"), (1.2, "1,2 lần")]
)
def test_a_ratio_just_below_the_threshold_is_not_said_to_be_it(monkeypatch, ratio, said):
    monkeypatch.setattr(weekly_repeat, "repeat", lambda *_: Found(ratio))
    (slide,) = weekly_repeat.near_repeats(_asking(), None)  # type: ignore[arg-type]
    assert isinstance(slide, Slide)
    assert f"ngày, {said} ngẫu nhiên" in slide.title
    assert ("dưới ngưỡng 1,2" in slide.title) == (ratio < 1.2)


def _asking() -> Any:
    from geo.domain import numerals

    return SimpleNamespace(
        database=None, actor=None, say=lambda vi, _: vi, number=numerals.number, day=numerals.day,
        probability=lambda p: f"= {p}", place=str,
    )  # fmt: skip
