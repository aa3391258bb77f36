"""How a plan is to be simulated, as it is asked for and kept; all in percent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class AskedRisk:
    """Something that happens or not, and makes some tasks take so many percent of their duration.

    Its tasks are those of a WBS code and below, or, of a risk of the list of the project, those that it is about and below.
    """

    name: str
    probability: int
    low: int
    high: int
    wbs: str = ""
    #: The risk in the list; its name is read there, so that it is kept nowhere else.
    issue: int = 0
    task_ids: tuple[int, ...] = ()
    #: Probability and impact that it had in the list: what was typed for a run holds until they are others.
    levels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """How a plan is to be simulated: a range around what is left of every task, in percent."""

    below: int = 10
    above: int = 30
    shape: Literal["triangular", "pert"] = "triangular"
    #: How much the tasks of one phase (a row at the top) go well or badly together, in percent.
    correlation: int = 0
    runs: int = 1000
    seed: int = 1
    risks: tuple[AskedRisk, ...] = ()
    #: Risks of the list that were offered and not wanted.
    left_out: tuple[int, ...] = ()
    #: Whether each run is levelled anew.
    leveled: bool = False


def asked_of(kept: Mapping[str, Any]) -> Asked:
    """What was asked for, as it is kept; the first runs were kept without risks."""
    risks = tuple(_risk(one) for one in kept.get("risks", ()))
    return Asked(**{**kept, "risks": risks, "left_out": tuple(kept.get("left_out", ()))})


def _risk(kept: Mapping[str, Any]) -> AskedRisk:
    lists = {name: tuple(kept.get(name, ())) for name in ("task_ids", "levels")}
    return AskedRisk(**{**kept, **lists})
