"""Areas and who has them: plans from scratch, the smallest change, events, checked and with proofs.

Pure: arrays in, results out; no database, no date of today, no unseeded randomness. A `Problem` says what
there is and what must hold; `draw` and `rebalance` answer with a `Proposal`; `check` judges any plan by means
of its own; `Plan.move` follows a planner's hand.
"""

from geo.planning.barriers import BARRIER_COST_M, edge_costs_m
from geo.planning.centring import median
from geo.planning.checking import Report, Violation, check
from geo.planning.disruption import DialPoint, dial
from geo.planning.drawing import draw, first_plan
from geo.planning.events import Cover, absent, merge_wards, new_building, new_officer
from geo.planning.ordering import Move
from geo.planning.plan import Plan, plan_of
from geo.planning.polishing import polish
from geo.planning.problem import NOBODY, Problem
from geo.planning.proofs import InfeasibleError
from geo.planning.proposal import Proposal, sentence
from geo.planning.rebalancing import rebalance
from geo.planning.search import Weights
from geo.planning.stopwatch import Control, Progress

__all__ = [
    "BARRIER_COST_M",
    "NOBODY",
    "Control",
    "Cover",
    "DialPoint",
    "InfeasibleError",
    "Move",
    "Plan",
    "Problem",
    "Progress",
    "Proposal",
    "Report",
    "Violation",
    "Weights",
    "absent",
    "check",
    "dial",
    "draw",
    "edge_costs_m",
    "first_plan",
    "median",
    "merge_wards",
    "new_building",
    "new_officer",
    "plan_of",
    "polish",
    "rebalance",
    "sentence",
]
