"""Published cases as a file holds them (``rcpsp/1``: JSON with a list of activities' durations, demands, successors)."""

import json
from dataclasses import dataclass
from typing import Any

from tasks.scheduling.leveling.activities import Activities, ActivitiesRefused, activities_of
from tasks.scheduling.leveling.solving import Solved


@dataclass(frozen=True, slots=True)
class Case:
    """One case; ``best_known`` is the finish of the best plan known, where the file says it."""

    id: str
    activities: Activities
    best_known: int | None = None


def read_cases(text: str) -> list[Case]:
    """All cases of a file; raises ActivitiesRefused where it is no such file or a case cannot be planned."""
    try:
        return [_case(one) for one in json.loads(text)["cases"]]
    except ActivitiesRefused:
        raise
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ActivitiesRefused(f"This is no file of cases: {error}.") from error


def _case(one: dict[str, Any]) -> Case:
    activities = activities_of(one["duration"], one["demand"], one["capacity"], one["successors"])
    return Case(str(one["id"]), activities, (one.get("best_known") or {}).get("upper"))


def result_of(solved: Solved) -> dict[str, Any]:
    """What is written of a case: starts by row, the finish, and what no plan is shorter than."""
    return {
        "start": solved.start.tolist(),
        "makespan": solved.finish,
        "lower_bound": solved.bound.finish,
    }
