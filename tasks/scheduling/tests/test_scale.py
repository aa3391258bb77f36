"""Shapes that a careless engine is quadratic or recursive in."""

import time
from collections.abc import Callable

import pytest

from projects.worktime.rules import OFFICE_WEEK, CalendarException, CalendarRules
from tasks.scheduling.columns import Columns, columns_of
from tasks.scheduling.compiled import ready
from tasks.scheduling.compiled.passes import schedule_compiled
from tasks.scheduling.live.plan import LivePlan
from tasks.scheduling.network import Assignment, Link, Network, ProjectSettings, Resource, Task
from tasks.scheduling.reference.passes import reference_plan
from tests.lines import lines_of

MONDAY = 20458 * 1440 + 480
PROJECT = ProjectSettings(MONDAY)


def chain(count: int) -> Network:
    tasks = tuple(Task(number, 60) for number in range(count))
    return Network(PROJECT, tasks, tuple(Link(number, number + 1) for number in range(count - 1)))


def fan(count: int) -> Network:
    tasks = tuple(Task(number, 60) for number in range(count))
    out = tuple(Link(0, number) for number in range(1, count - 1))
    return Network(PROJECT, tasks, out + tuple(Link(number, count - 1) for number in range(1, count - 1)))


def deep(count: int) -> Network:
    """Summaries in each other, every one with a lead that reaches before the project start."""
    tasks = tuple(Task(number, 60, parent_id=number - 1 if number else None) for number in range(count))
    before = Task(count, 60)
    links = tuple(Link(count, number, "FS", "working", -4800) for number in range(count))
    return Network(PROJECT, (*tasks, before), links)


def family(count: int) -> Network:
    """All rows under one parent."""
    tasks = (Task(0), *(Task(number, 60, 0) for number in range(1, count)))
    return Network(PROJECT, tasks, tuple(Link(number, number + 1) for number in range(1, count - 1, 2)))


def stretched(count: int) -> Network:
    """A chain with leads of ten years everywhere, and lags of ten years at eight places."""
    plan = chain(count)
    ten_years = 10 * 365 * 1440
    far = tuple(
        Link(number, number + 2, "FS", "elapsed", ten_years if number % (count // 8) == 0 else -ten_years)
        for number in range(count - 2)
    )
    return Network(PROJECT, plan.tasks, plan.links + far)


def excepted(count: int) -> Network:
    """A calendar with as many exceptions as the plan has rows, and a person's with as many again."""
    days = range(20_400, 20_400 + 2 * count, 2)
    rules = (
        CalendarRules(1, week=OFFICE_WEEK, exceptions=tuple(CalendarException(day, day) for day in days)),
        CalendarRules(2, base_id=1, exceptions=tuple(CalendarException(day + 1, day + 3) for day in days)),
    )
    project = ProjectSettings(MONDAY, calendar_id=1)
    people = tuple(Assignment(number, 1) for number in range(0, count, 2))
    return Network(project, chain(count).tasks, chain(count).links, rules, (Resource(1),), people)


def backwards(count: int) -> Network:
    """The rows of a chain from the last one to the first one."""
    forward = chain(count)
    return Network(PROJECT, forward.tasks[::-1], forward.links[::-1])


SHAPES: dict[str, Callable[[int], Network]] = {
    "chain": chain,
    "fan": fan,
    "deep": deep,
    "family": family,
    "stretched": stretched,
    "excepted": excepted,
    "backwards": backwards,
}


class TestSchedule:
    @pytest.mark.parametrize("shape", SHAPES)
    def test_takes_four_times_the_steps_for_four_times_the_rows(self, shape):
        small, large = SHAPES[shape](1_000), SHAPES[shape](4_000)
        assert _steps(large) < 5 * _steps(small)  # quadratic would be 16 times

    def test_walks_a_chain_of_100_000_tasks(self):
        network = chain(100_000)
        plan = reference_plan(network)
        assert plan[99_999].is_critical
        assert plan.finish == plan[99_999].finish

    def test_reads_a_calendar_with_5_000_exceptions_and_a_lag_of_10_years(self):
        away = tuple(CalendarException(20_458 + day, 20_458 + day) for day in range(0, 10_000, 2))
        rules = (CalendarRules(1, week=OFFICE_WEEK, exceptions=away),)
        tasks, links = (Task(1, 480), Task(2, 480)), (Link(1, 2, "FS", "elapsed", 10 * 365 * 1440),)
        plan = reference_plan(Network(ProjectSettings(MONDAY, calendar_id=1), tasks, links, rules))
        assert plan[2].start >= plan[1].finish + 10 * 365 * 1440


@pytest.fixture(scope="module")
def _kernels():
    ready.make()


@pytest.mark.usefixtures("_kernels")
class TestCompiledPasses:
    @pytest.mark.parametrize("shape", SHAPES)
    def test_take_four_times_the_time_for_four_times_the_rows(self, shape):
        small, large = (_seconds(columns_of(SHAPES[shape](count))) for count in (5_000, 20_000))
        assert large < 10 * small  # quadratic would be 16 times

    @pytest.mark.parametrize(
        ("shape", "count"),
        [("chain", 100_000), ("backwards", 100_000), ("deep", 2_000), ("family", 10_000), ("excepted", 5_000), ("stretched", 8_000)],
    )  # fmt: skip
    def test_find_the_same(self, shape, count):
        network = SHAPES[shape](count)
        assert schedule_compiled(columns_of(network)).plan() == reference_plan(network)


def _seconds(columns: Columns) -> float:
    """Of CPU, the least of some: others work on the machine, too."""
    found = []
    for _ in range(4):
        began = time.process_time()
        schedule_compiled(columns)
        found.append(time.process_time() - began)
    return min(found)


class TestLivePlan:
    def test_takes_the_same_steps_for_the_same_cone_in_a_plan_ten_times_as_large(self):
        """Ten rows at the end of a chain, beside a longer one that keeps the finish of the project where it is."""
        small, large = (_edit_near_the_end(beside(count)) for count in (1_000, 10_000))
        assert large <= small + 20

    def test_looks_at_no_sister_that_an_edit_leaves_alone(self):
        """A row among thousands that stays within its summary does not make it count all of them."""
        small, large = (_edit_in_the_middle(count) for count in (1_000, 10_000))
        assert large <= small + 20


def beside(count: int) -> Network:
    """A chain, and one task that lasts longer."""
    plan = chain(count)
    return Network(PROJECT, (*plan.tasks, Task(count, 90 * count)), plan.links)


def _edit_near_the_end(network: Network) -> int:
    live = LivePlan(network)
    last = len(network.tasks) - 2

    def edit() -> None:
        live.put_task(Task(last - 10, 120))
        assert len(live.settle()) == 11

    return lines_of(edit)


def _edit_in_the_middle(count: int) -> int:
    tasks = (Task(0), Task(1, 90, 0), *(Task(number, 60, 0) for number in range(2, count)))
    live = LivePlan(Network(PROJECT, tasks, (Link(1, 2),)))

    def edit(later: int) -> None:
        live.put_task(Task(3, 45, 0, constraint_type="SNET", constraint_minute=MONDAY + later))
        assert live.settle() == {3}
        assert live[3].start == MONDAY + later

    edit(20)
    return lines_of(lambda: edit(30))


def _steps(network: Network) -> int:
    return lines_of(lambda: reference_plan(network))
