"""A simulation as it is kept between its job and its page: ids and figures, no names, as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tasks.risk.asked import asked_of
from tasks.risk.running import DeadlineRisk, RiskFound, Simulation, TaskRisk
from tasks.scheduling.risk.outlook import Chance, Percentile

if TYPE_CHECKING:
    from collections.abc import Mapping


def to_json(found: Simulation) -> dict[str, Any]:
    """All of it: some ten kilobytes, however large the plan is."""
    return asdict(found)


def from_json(kept: Mapping[str, Any]) -> Simulation:
    """The same again."""
    return Simulation(
        revision=kept["revision"],
        digest=kept["digest"],
        asked=asked_of(kept["asked"]),
        planned=kept["planned"],
        by_plan=Chance(*kept["by_plan"]),
        by_deadline=Chance(*kept["by_deadline"]),
        percentiles=tuple(Percentile(*one) for one in kept["percentiles"]),
        curve=tuple(kept["curve"]),
        tasks=tuple(TaskRisk(**one | {"finishes": tuple(one["finishes"])}) for one in kept["tasks"]),
        deadlines=tuple(DeadlineRisk(**one) for one in kept["deadlines"]),
        risks=tuple(
            RiskFound(**one) for one in kept.get("risks", ())
        ),  # the first runs were kept without them
    )
