"""Shapes that a careless engine is quadratic or recursive in."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from tasks.scheduling.network import Link, Network, ProjectSettings, Task
from tasks.scheduling.schedule import schedule

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


def backwards(count: int) -> Network:
    """The rows of a chain from the last one to the first one."""
    forward = chain(count)
    return Network(PROJECT, forward.tasks[::-1], forward.links[::-1])


SHAPES: dict[str, Callable[[int], Network]] = {
    "chain": chain,
    "fan": fan,
    "deep": deep,
    "backwards": backwards,
}


class TestSchedule:
    @pytest.mark.parametrize("shape", SHAPES)
    def test_takes_four_times_the_steps_for_four_times_the_rows(self, shape):
        small, large = SHAPES[shape](1_000), SHAPES[shape](4_000)
        assert _steps(large) < 5 * _steps(small)  # quadratic would be 16 times

    def test_walks_a_chain_of_100_000_tasks(self):
        network = chain(100_000)
        plan = schedule(network)
        assert plan[99_999].is_critical
        assert plan.finish == plan[99_999].finish


def _steps(network: Network) -> int:
    """Lines of Python that scheduling runs: the same on every machine, however busy it is."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        schedule(network)
    finally:
        sys.settrace(before)
    return count
