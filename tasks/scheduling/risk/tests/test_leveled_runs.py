"""Levelled runs give the dates of levelling itself for every run, in the order of the plan as levelled, and no person is over capacity."""

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest

from projects.worktime.errors import WorktimeError
from tasks.scheduling.columns import columns_of
from tasks.scheduling.compiled import working_time
from tasks.scheduling.compiled.kernel import KERNELS
from tasks.scheduling.errors import NetworkError, Unsuitable
from tasks.scheduling.leveling.level import Ground, _leveled, level
from tasks.scheduling.leveling.tests.test_random_plans import drawn, elsewhere_of
from tasks.scheduling.leveling.verify import verify
from tasks.scheduling.network import Assignment, Link, Network, Resource, Task
from tasks.scheduling.risk import ready
from tasks.scheduling.risk.leveled_runs import LeveledRuns, Leveling
from tasks.scheduling.risk.runs import Found
from tasks.scheduling.risk.simulate import simulate
from tasks.scheduling.risk.uncertain import (
    RiskRefused,
    Uncertainty,
    by_template,
    remaining_of,
    with_remaining,
)
from tasks.scheduling.tests.random_plans import CALENDARS, MONDAY
from tasks.scheduling.tests.test_compiled import DAY, PROJECT

RUNS = 3


class Fixed:
    """Turns that were taken before."""

    def __init__(self, steps, count):
        self.steps, self.ready_at, self.placed_at = steps, [0] * count, [0] * count

    def __iter__(self):
        return iter(self.steps)


def plain(network: Network) -> Network:
    """On one calendar a person, none as late as possible."""
    tasks = tuple(
        replace(
            one, calendar_id=None, is_elapsed=False,
            constraint_type="ASAP" if one.constraint_type == "ALAP" else one.constraint_type,
        )
        for one in network.tasks
    )  # fmt: skip
    people = {(one.task_id, one.resource_id): one for one in network.assignments}
    project = replace(network.project, from_finish=False)
    return replace(network, project=project, tasks=tasks, assignments=tuple(people.values()))


def assert_same(network: Network, chance: Random, busy=None) -> bool:
    """Each run beside levelling's own generation, the first one with the planned durations; all checked by the independent checker."""
    columns, busy = columns_of(network), busy or {}
    try:
        first = level(columns, busy)
        rows = np.flatnonzero(remaining_of(columns))
        minutes = [remaining_of(columns)[rows].tolist()]
        minutes += [
            [max(1, int(each * chance.uniform(0.3, 3))) for each in minutes[0]] for _ in range(RUNS - 1)
        ]
        drawn_ = np.array(minutes, np.int32).reshape(RUNS, len(rows))
        leveling = Leveling(columns, busy)
        runs = LeveledRuns(columns, leveling, rows, drawn_)
        count = len(columns.tasks)
        found = Found(np.empty((RUNS, count), np.int32), np.empty(RUNS, np.int64), np.zeros(count, np.int64))
        runs.run(0, RUNS, found)
    except (NetworkError, WorktimeError, Unsuitable):
        return False
    assert found.finish[0].tolist() == list(first.finish)
    assert found.end[0] == first.finish_after == leveling.made.finish
    for run in range(RUNS):
        ground = Ground(with_remaining(columns, rows, drawn_[run].astype(np.int64)), busy)
        made = ground._laid_out(None, {})
        monkeypatched: Any = made
        monkeypatched.turns = Fixed(leveling.made.turns.taken, count)
        made.run(ground.latest)
        assert found.finish[run].tolist() == [finish for _, finish in made.dates]
        assert found.end[run] == made.finish
        verify(_leveled(ground, made))
    return True


@pytest.mark.parametrize("has_more_to_do", [False, True])
def test_are_those_of_levelling_in_plans_by_chance(monkeypatch, has_more_to_do):
    monkeypatch.setattr(working_time, "WINDOW", 3)  # tables that runs leave again and again
    monkeypatch.setattr(working_time, "MARGIN", 1)
    monkeypatch.setattr(working_time, "LAST_DAY", MONDAY // 1440 + 8_000)
    compared, plans = 0, 60 if KERNELS else 12
    for seed in range(plans):
        network = plain(drawn(seed))
        busy = elsewhere_of(Random(f"elsewhere {seed}"), network) if has_more_to_do else None
        compared += assert_same(network, Random(seed), busy)
    assert compared > plans // 3


def one_after_another(*more: Task) -> Network:
    """Two tasks of one person, of whom there is one, and a third of another one."""
    tasks = (Task(1, 3 * DAY), Task(2, 2 * DAY), Task(3, DAY), *more)
    people = (Assignment(1, 1), Assignment(2, 1), Assignment(3, 2))
    return Network(PROJECT, tasks, (Link(2, 3),), CALENDARS, (Resource(1), Resource(2)), people)


DUE = PROJECT.start_minute + 1440


@pytest.mark.parametrize(
    "changed",
    [
        {"constraint_type": "SNLT", "constraint_minute": DUE},
        {"constraint_type": "SNLT", "constraint_minute": DUE + 20 * 1440},
        {"constraint_type": "FNLT", "constraint_minute": DUE + 20 * 1440},
        {"constraint_type": "MSO", "constraint_minute": DUE},
        {"priority": 1000},
        {"calendar_id": 3},
        {"actual_start_minute": PROJECT.start_minute, "percent_complete": 25},
    ],
)
def test_are_those_of_levelling_where_dates_and_progress_say_something(changed):
    network = one_after_another()
    first, second, third = network.tasks
    for tasks in ((first, replace(second, **changed), third), (replace(first, **changed), second, third)):
        some = tuple(replace(one, **changed) for one in tasks) if "calendar_id" in changed else tasks
        assert assert_same(replace(network, tasks=some), Random(1))


def test_are_those_of_levelling_where_people_have_work_of_their_own():
    network = one_after_another(Task(4, 2 * DAY), Task(5, DAY))
    people = (
        Assignment(1, 1, 1.0, 2 * DAY), Assignment(1, 2, 0.5, 240), Assignment(2, 1, 1.0, DAY),
        Assignment(2, 2, 1.0, DAY, overtime_minutes=DAY), Assignment(3, 2), Assignment(4, 2, 0.5), Assignment(5, 1),
    )  # fmt: skip
    network = replace(network, assignments=people)
    assert all(assert_same(network, Random(seed)) for seed in range(5))


def test_reach_as_far_as_what_has_begun_lasts(monkeypatch):
    monkeypatch.setattr(working_time, "WINDOW", 3)
    monkeypatch.setattr(working_time, "MARGIN", 1)
    network = one_after_another()
    begun = Task(1, 300 * DAY, actual_start_minute=PROJECT.start_minute, percent_complete=5)
    tasks = (begun, *network.tasks[1:])
    assert all(assert_same(replace(network, tasks=tasks), Random(seed)) for seed in range(5))


def test_move_what_takes_turns_with_what_became_longer():
    columns = columns_of(one_after_another())
    sure = Uncertainty(*(3 * (2 * remaining_of(columns),)))
    sure = replace(sure, pessimistic=sure.pessimistic + 1)
    found = simulate(columns, sure, runs=10, elsewhere={})
    alone = simulate(columns, sure, runs=10)
    assert found.planned == level(columns).finish_after
    assert found.planned > alone.planned
    assert found.ends[0] > alone.ends[-1]


def test_are_the_same_in_several_threads():
    columns = columns_of(one_after_another(*(Task(number, DAY) for number in range(4, 30))))
    ranges = Uncertainty(*by_template(remaining_of(columns), 30, 90))
    one, two = (simulate(columns, ranges, runs=200, threads=count, elsewhere={}) for count in (1, 2))
    assert one.ends.tobytes() == two.ends.tobytes()
    assert one.criticality.tobytes() == two.criticality.tobytes()


@pytest.mark.parametrize(
    ("changed", "elsewhere"),
    [
        ({"tasks": (Task(1, DAY), Task(2, DAY, constraint_type="ALAP"), Task(3, DAY))}, {}),
        ({"tasks": (Task(1, DAY, is_elapsed=True), Task(2, DAY), Task(3, DAY))}, {}),
        ({"tasks": (Task(1, DAY, calendar_id=2), Task(2, DAY), Task(3, DAY))}, {}),
        ({"tasks": (Task(1, DAY, calendar_id=2), Task(2, DAY, calendar_id=2), Task(3, DAY))}, {1: [(PROJECT.start_minute, PROJECT.start_minute + 4 * DAY, 5_000)]}),
        ({"assignments": (Assignment(1, 1), Assignment(1, 1, 0.5))}, {}),
    ],
)  # fmt: skip
def test_leave_people_whose_time_is_not_one_calendar(changed, elsewhere):
    columns = columns_of(replace(one_after_another(), **changed))
    ranges = Uncertainty(*by_template(remaining_of(columns), 10, 30))
    with pytest.raises(RiskRefused, match="one calendar"):
        simulate(columns, ranges, runs=10, elsewhere=elsewhere)


def test_are_compiled_before_they_are_needed():
    assert any(path.name == "leveled_runs.py" for path in ready.SOURCES)
    assert any(path.name == "construct.py" for path in ready.SOURCES)
