"""The quick runs give the dates that the engine gives for every run by itself."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.worktime.errors import WorktimeError
from tasks.scheduling.columns import columns_of
from tasks.scheduling.compiled import ready, working_time
from tasks.scheduling.compiled.kernel import KERNELS
from tasks.scheduling.errors import NetworkError, Unsuitable
from tasks.scheduling.network import Assignment, Link, Network, Resource, Task
from tasks.scheduling.risk.one_by_one import SlowRuns
from tasks.scheduling.risk.runs import Found, QuickRuns
from tasks.scheduling.risk.uncertain import remaining_of
from tasks.scheduling.schedule import schedule
from tasks.scheduling.tests.random_plans import CALENDARS, MONDAY, random_network
from tasks.scheduling.tests.test_compiled import ACTUAL, DAY, PROJECT

RUNS = 3


@pytest.fixture(scope="module", autouse=True)
def _kernels():
    if KERNELS:
        ready.make()


@pytest.fixture
def small_window(monkeypatch):
    """Tables that runs leave again and again."""
    monkeypatch.setattr(working_time, "WINDOW", 3)
    monkeypatch.setattr(working_time, "MARGIN", 1)
    monkeypatch.setattr(working_time, "LAST_DAY", MONDAY // 1440 + 8_000)


def found_by(kind, columns, rows, minutes):
    count = len(columns.tasks)
    found = Found(np.empty((RUNS, count), np.int32), np.empty(RUNS, np.int64), np.zeros(count, np.int64))
    kind(columns, rows, minutes).run(0, RUNS, found)
    return found


def assert_same(network: Network, chance: Random) -> bool:
    """Whether there was anything to compare."""
    columns = columns_of(replace(network, project=replace(network.project, from_finish=False)))
    try:
        schedule(columns)
        rows = np.flatnonzero(remaining_of(columns))
        drawn = [
            [max(1, int(each * chance.uniform(0.3, 3))) for each in remaining_of(columns)[rows]]
            for _ in range(RUNS)
        ]
        minutes = np.array(drawn, np.int32).reshape(RUNS, len(rows))
        quick = found_by(QuickRuns, columns, rows, minutes)
    except (NetworkError, WorktimeError, Unsuitable):
        return False
    slow = found_by(SlowRuns, columns, rows, minutes)
    assert quick.finish.tolist() == slow.finish.tolist()
    assert quick.end.tolist() == slow.end.tolist()
    # Of delays the slow road does not know what drives the task; parts of minutes decide who is last.
    if not columns.tasks.leveling_delay_minutes.any() and not (columns.links.lag_kind > 1).any():
        assert quick.on_path.tolist() == slow.on_path.tolist()
    return True


@settings(max_examples=150 if KERNELS else 30)
@given(st.randoms(use_true_random=False))
def test_of_plans_with_everything_in_them(chance):
    assert_same(random_network(chance, rare=False), chance)


def test_of_many_plans_of_the_same_seeds(small_window):
    compared = sum(assert_same(random_network(Random(seed), rare=False), Random(seed)) for seed in range(60))
    assert compared >= 20


TEAM = (Resource(1, calendar_id=3), Resource(2, calendar_id=6))
MONTH = MONDAY + 60 * 1440


@pytest.mark.usefixtures("small_window")
@pytest.mark.parametrize("time", ["office", "one", "team"])
@pytest.mark.parametrize(
    "own",
    [
        {},
        ACTUAL,
        ACTUAL | {"actual_duration_minutes": 300},
        ACTUAL | {"remaining_minutes": 700, "resume_minute": MONTH},
        {"splits": ((MONDAY, MONDAY + 60), (MONDAY + 1500, MONDAY + 1600))},
        {"leveling_delay_minutes": 900},
        {"constraint_type": "SNET", "constraint_minute": MONTH},
        {"constraint_type": "MFO", "constraint_minute": MONTH},
        {"is_elapsed": True},
    ],
)  # fmt: skip
@pytest.mark.parametrize("link", ["FS", "SS", "FF", "SF"])
def test_of_one_task_between_two(own, time, link):
    people = {
        "one": (Assignment(2, 1),),
        "team": (
            Assignment(2, 1),
            Assignment(2, 2, 0.5, 300, 30),
            Assignment(3, 1),
            Assignment(3, 2, 1.0, 0),
        ),
    }
    network = Network(
        replace(PROJECT, status_minute=MONDAY + 1440),
        (Task(1, DAY), Task(2, 960, **own), Task(3, DAY), Task(4), Task(5, DAY, 4), Task(6, DAY, 4), Task(7, DAY)),
        (Link(1, 2), Link(2, 3, link), Link(2, 4, link, "working", 60), Link(4, 7, link)),
        CALENDARS,
        TEAM,
        people.get(time, ()),
    )  # fmt: skip
    assert assert_same(network, Random(3))


class TestPath:
    def test_goes_on_behind_a_delay_for_a_resource(self):
        tasks = (Task(1, DAY), Task(2, DAY, leveling_delay_minutes=1440), Task(3, DAY))
        columns = columns_of(Network(PROJECT, tasks, (Link(1, 2),)))
        rows, minutes = np.arange(3), np.full((RUNS, 3), 600, np.int32)
        assert found_by(QuickRuns, columns, rows, minutes).on_path.tolist() == [RUNS, RUNS, 0]
        assert found_by(SlowRuns, columns, rows, minutes).on_path.tolist() == [0, RUNS, 0]

    def test_ends_at_a_summary_that_is_set_by_hand(self):
        summary = Task(1, mode="manual", start_minute=MONDAY, finish_minute=MONTH)
        assert assert_same(Network(PROJECT, (summary, Task(2, DAY, 1), Task(3, DAY))), Random(1))

    def test_is_empty_where_nothing_is_active(self):
        assert assert_same(Network(PROJECT, (Task(1, DAY, is_active=False),)), Random(1))


class TestUnsuitable:
    @pytest.mark.parametrize(
        ("tasks", "people"),
        [
            ((Task(1, DAY, constraint_type="ALAP"),), ()),
            ((Task(1, DAY),), (Assignment(1, 1, 1.0, 300, delay_minutes=60), Assignment(1, 2))),
            ((Task(1, DAY),), (Assignment(1, 1, 1.0, 300, delay_minutes=60),)),
        ],
    )
    def test_is_what_a_run_may_change_beside_dates(self, tasks, people):
        columns = columns_of(Network(PROJECT, tasks, (), CALENDARS, TEAM, people))
        with pytest.raises(Unsuitable):
            QuickRuns(columns, np.array([0]), np.full((RUNS, 1), 60, np.int32))

    def test_is_what_the_calendars_do_not_allow(self):
        network = Network(replace(PROJECT, calendar_id=99), (Task(1, DAY),))
        with pytest.raises(Unsuitable):
            QuickRuns(columns_of(network), np.array([0]), np.full((RUNS, 1), 60, np.int32))
