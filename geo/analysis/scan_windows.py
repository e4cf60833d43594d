"""The likelihood ratio of every disc and time window, and the best of each centre: the inside of a scan.

A window is a disc from one step of time to another. Its expected number is

    mass of the disc * (clock[end + 1] - clock[start]) * scale

where `clock` counts, at each step, the cases (permutation) or the steps (Poisson) before it. Only growing
counts matter: a window that begins or ends on a step without a case of the disc, or a disc grown by a place
that adds no case, has the same n and no smaller expected number, so it cannot be better and is not looked at.
"""

# ruff: noqa: PLR0917 - compiled kernels take plain numbers by position

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.analysis.compiled import HAS_NUMBA, compiled
from geo.analysis.coordinates import Floats
from geo.analysis.scan_places import Discs, Places, Whole

_RUNGS = 24


@dataclass(frozen=True)
class Clock:
    """The time axis of a scan.

    before : (steps + 1,) cases, or steps, before each step
    scale : turns mass times a difference of `before` into an expected number
    longest : most steps in a window
    alive : True for windows that end with the last step only
    """

    before: Floats
    scale: float
    longest: int
    alive: bool

    @property
    def steps(self) -> int:
        """Number of steps."""
        return len(self.before) - 1


@dataclass(frozen=True)
class Best:
    """The best window of each centre; llr is 0 where no window has more cases than expected.

    llr, expected : (m,); n, start, end (steps, both included) : (m,)
    last : (m,) position in `Discs.neighbour` of the last place of the disc
    """

    llr: Floats
    expected: Floats
    n: Whole
    last: Whole
    start: Whole
    end: Whole


@compiled
def log_likelihood_ratio(n: int, expected: float, total: int) -> float:
    """Return Kulldorff's log likelihood ratio of n cases where `expected` were to come, of `total` in all."""
    ratio = n * np.log(n / expected)
    if n < total:
        ratio += (total - n) * np.log((total - n) / (total - expected))
    return float(ratio)


def ladder(total: int, lowest: float, highest: float) -> tuple[Floats, Floats]:
    """Return rungs (r,) of the ratio from `lowest` up, and (r, total + 1) the largest expected number.

    n cases reach a rung only where fewer are expected than the table says; a comparison with it saves the
    logarithms of nearly all windows. It errs on the side of looking.
    """
    rungs = np.linspace(lowest, max(highest, lowest + 1.0), _RUNGS)
    n = np.arange(total + 1, dtype=np.float64)
    low = np.zeros((_RUNGS, total + 1))
    high = np.broadcast_to(n, low.shape).copy()
    for _ in range(50):  # halving the interval: the ratio falls as the expected number rises to n
        middle = (low + high) / 2
        reached = _ratios(n, middle, total) >= rungs[:, None]
        low, high = np.where(reached, middle, low), np.where(reached, high, middle)
    limit = high * (1 + 1e-9)
    limit[:, :1] = -1.0
    return rungs, limit


def best_windows(
    places: Places,
    discs: Discs,
    clock: Clock,
    case_first: Whole,
    case_step: Whole,
    min_events: int,
    rungs: Floats,
    limit: Floats,
    carry: bool,
) -> Best:
    """Return the best window of each centre.

    case_first, case_step : cases of place i happen at case_step[case_first[i]:case_first[i + 1]]
    rungs, limit : as `ladder` gives them; windows below the lowest rung are not found
    carry : True looks only for windows better than those of the centres before; enough for the overall best
    """
    found = np.zeros((len(places.xy), 6))
    if HAS_NUMBA:
        _best_of_centres(
            discs.first, discs.neighbour, discs.may_end, places.mass, case_first, case_step,
            clock.before, clock.scale, clock.longest, clock.alive, min_events, rungs, limit, carry, found,
        )  # fmt: skip
    else:
        best_numpy(places, discs, clock, case_first, case_step, min_events, rungs[0], found)
    n, last, start, end = found[:, 2:].astype(np.int64).T
    return Best(found[:, 0], found[:, 1], n, last, start, end)


@compiled
def _best_of_centres(
    first: Whole,
    neighbour: npt.NDArray[np.int32],
    may_end: npt.NDArray[np.bool_],
    mass: Floats,
    case_first: Whole,
    case_step: Whole,
    before: Floats,
    scale: float,
    longest: int,
    alive: bool,
    min_events: int,
    rungs: Floats,
    limit: Floats,
    carry: bool,
    found: Floats,
) -> None:
    steps = before.size - 1
    oldest = steps - longest if alive else 0
    cases = np.zeros(steps, dtype=np.int64)
    top = np.zeros(2)  # the best ratio so far, and the rung it stands on
    top[0] = rungs[0]
    for centre in range(first.size - 1):
        cases[:] = 0
        if not carry:
            top[0], top[1] = rungs[0], 0.0
        inside, earliest, latest = 0.0, steps, -1
        for entry in range(first[centre], first[centre + 1]):
            place = neighbour[entry]
            inside += mass[place]
            for case in range(case_first[place], case_first[place + 1]):
                step = case_step[case]
                cases[step] += 1
                earliest, latest = min(earliest, step), max(latest, step)
            if latest < oldest or not may_end[entry]:
                continue
            better = False
            if alive:
                better = _alive_windows(
                    cases,
                    latest,
                    oldest,
                    inside * scale,
                    before,
                    min_events,
                    rungs,
                    limit,
                    top,
                    found[centre],
                )
            else:
                better = _any_windows(
                    cases, earliest, latest, longest, inside * scale, before, min_events, rungs, limit, top,
                    found[centre],
                )  # fmt: skip
            if better:
                found[centre, 3] = entry
            earliest, latest = steps, -1


@compiled
def _alive_windows(
    cases: Whole,
    latest: int,
    oldest: int,
    share: float,
    before: Floats,
    min_events: int,
    rungs: Floats,
    limit: Floats,
    top: Floats,
    row: Floats,
) -> bool:
    """Write into `row` the best window of a disc that ends with the last step; latest: of the cases added."""
    total, steps = limit.shape[1] - 1, cases.size
    n, better = 0, False
    for begin in range(steps - 1, oldest - 1, -1):
        n += cases[begin]
        if cases[begin] == 0 or begin > latest or n < min_events:
            continue
        expected = share * (before[steps] - before[begin])
        if _is_better(n, expected, total, rungs, limit, top):
            row[0], row[1], row[2], row[4], row[5] = top[0], expected, n, begin, steps - 1
            better = True
    return better


@compiled
def _any_windows(
    cases: Whole,
    earliest: int,
    latest: int,
    longest: int,
    share: float,
    before: Floats,
    min_events: int,
    rungs: Floats,
    limit: Floats,
    top: Floats,
    row: Floats,
) -> bool:
    """Write into `row` the best window of a disc; the cases just added lie in earliest..latest."""
    total, steps = limit.shape[1] - 1, cases.size
    better = False
    for begin in range(max(0, earliest - longest + 1), latest + 1):
        if cases[begin] == 0:
            continue
        n = 0
        for end in range(begin, min(steps, begin + longest)):
            n += cases[end]
            if cases[end] == 0 or end < earliest or n < min_events:
                continue
            expected = share * (before[end + 1] - before[begin])
            if _is_better(n, expected, total, rungs, limit, top):
                row[0], row[1], row[2], row[4], row[5] = top[0], expected, n, begin, end
                better = True
    return better


@compiled
def _is_better(n: int, expected: float, total: int, rungs: Floats, limit: Floats, top: Floats) -> bool:
    """Say whether the ratio beats `top`, and raise it if so."""
    if expected > limit[int(top[1]), n] or n <= expected:
        return False
    ratio = log_likelihood_ratio(n, expected, total)
    if ratio <= top[0]:
        return False
    top[0] = ratio
    while top[1] + 1 < rungs.size and rungs[int(top[1]) + 1] <= ratio:
        top[1] += 1
    return True


def best_numpy(
    places: Places,
    discs: Discs,
    clock: Clock,
    case_first: Whole,
    case_step: Whole,
    min_events: int,
    lowest: float,
    found: Floats,
) -> None:
    """Fill `found` as the compiled kernel does (without `carry`): the path without Numba, and its check."""
    ends = range(clock.steps - 1 if clock.alive else 0, clock.steps)
    for centre in range(len(places.xy)):
        entries = np.arange(discs.first[centre], discs.first[centre + 1])
        near = discs.neighbour[entries]
        share = np.cumsum(places.mass[near]) * clock.scale
        cases = np.zeros((len(near), clock.steps), dtype=np.int64)
        for place_row, place in enumerate(near):
            np.add.at(cases[place_row], case_step[case_first[place] : case_first[place + 1]], 1)
        cases = np.cumsum(cases, axis=0)
        for end in ends:
            back = np.arange(min(clock.longest, end + 1))  # how many steps before its end a window begins
            n = np.cumsum(cases[:, end - back], axis=1)
            expected = share[:, None] * (clock.before[end + 1] - clock.before[end - back])
            ratio = _ratios(n, expected, len(case_step))
            ratio[~discs.may_end[entries], :] = 0.0
            ratio[(n < min_events) | (n <= expected)] = 0.0
            if ratio.size and ratio.max() > max(lowest, found[centre, 0]):
                row, step = divmod(int(np.argmax(ratio)), len(back))
                found[centre] = (
                    ratio[row, step], expected[row, step], n[row, step], entries[row], end - step, end,
                )  # fmt: skip


def _ratios(n: Floats | Whole, expected: Floats, total: int) -> Floats:
    """Return `log_likelihood_ratio` of arrays; 0 where n is 0 or nothing is expected."""
    fine = (n > 0) & (expected > 0)
    rest = np.where(fine, total - n, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = np.where(fine, n * np.log(n / expected), 0.0)
        outer = np.where(rest > 0, rest * np.log(rest / (total - expected)), 0.0)
    return np.asarray(inner + outer, dtype=np.float64)
