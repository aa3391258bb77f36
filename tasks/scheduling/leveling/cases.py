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
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise ActivitiesRefused(f"This is no file of cases: {error}.") from error


def _case(one: dict[str, Any]) -> Case:
    duration, demand = _whole(one["duration"]), [_whole(row) for row in one["demand"]]
    followers = [_whole(row) for row in one["successors"]]
    activities = activities_of(duration, demand, _whole(one["capacity"]), followers)
    return Case(str(one["id"]), activities, (one.get("best_known") or {}).get("upper"))


def _whole(numbers: Any) -> list[int]:
    """Half units are refused: an array of whole numbers would drop the half, and the plan would be another one."""
    if any(type(number) is not int for number in numbers):
        raise ActivitiesRefused(f"This is no file of cases: {numbers} are not whole numbers.")
    return list(numbers)


def result_of(solved: Solved) -> dict[str, Any]:
    """What is written of a case: starts by row, the finish, and what no plan is shorter than."""
    return {
        "start": solved.start.tolist(),
        "makespan": solved.finish,
        "lower_bound": solved.bound.finish,
    }
