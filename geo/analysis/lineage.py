"""What became of units: how figures kept under one unit count to the units that hold on a day."""

import numpy as np
import pandas as pd

_STEPS = 12  # a unit renamed, merged and split more often than this has a circle in its lineage


def shares(units: pd.Series, holding: pd.Series, edges: pd.DataFrame) -> pd.DataFrame:
    """Return how each of `units` counts to the units of `holding`: ``unit``, ``target``, ``weight``.

    units, holding : ids; a unit that holds counts to itself
    edges : ``source``, ``target`` (ids), ``share`` in (0, 1]; shares of one source sum to 1
    One that ended counts to what it became, step by step, by lineage share. One that began later counts to
    what it was made from, in the proportion of the shares that went into it: nothing here says how large the
    parts were, so where rows have a place of their own, that place is the better guide.
    Weights of a unit sum to 1 where its lineage leads to holding units only; a share that leads nowhere is
    left out, and a unit without any way has no row.
    """
    wanted = pd.Index(units.unique())
    own = wanted[wanted.isin(holding)]
    same = pd.DataFrame({"unit": own, "target": own, "weight": 1.0})
    lost = wanted[~wanted.isin(holding)]
    forward = _followed(lost, holding, edges)
    left = lost[~lost.isin(forward["unit"])]
    backward = _followed(left, holding, _turned(edges))
    found = pd.concat([same, forward, backward], ignore_index=True)
    return found.groupby(["unit", "target"], as_index=False)[["weight"]].sum()


def _turned(edges: pd.DataFrame) -> pd.DataFrame:
    """Return the lineage read backwards: of each unit the parts that it was made from, summing to 1."""
    total = edges.groupby("target")["share"].transform("sum")
    return pd.DataFrame(
        {"source": edges["target"], "target": edges["source"], "share": edges["share"] / total}
    )


def _followed(starts: pd.Index, holding: pd.Series, edges: pd.DataFrame) -> pd.DataFrame:
    at = pd.DataFrame({"unit": starts, "target": starts, "weight": np.ones(len(starts))})
    arrived = []
    for _ in range(_STEPS):
        step = at.merge(edges, left_on="target", right_on="source", suffixes=("", "_next"))
        if step.empty:
            break
        at = pd.DataFrame(
            {"unit": step["unit"], "target": step["target_next"], "weight": step["weight"] * step["share"]}
        )
        there = at["target"].isin(holding)
        arrived.append(at[there])
        at = at[~there]
    empty = pd.DataFrame({"unit": starts[:0], "target": starts[:0], "weight": np.empty(0)})
    return pd.concat([empty, *arrived], ignore_index=True)
