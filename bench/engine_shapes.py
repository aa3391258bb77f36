"""Plans of one shape each: wide, deep, a chain, a deep tree; 1.5 links a task."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from projects.worktime.rules import AROUND_THE_CLOCK, CalendarRules
from tasks.scheduling.network import Link, Network, ProjectSettings, Task

START = 20_000 * 1440
CLOCK = (CalendarRules(1, week=AROUND_THE_CLOCK),)
PROJECT = ProjectSettings(START, calendar_id=1)
Pairs = set[tuple[int, int]]


def wide(count: int) -> Network:
    """Ten waves; everybody waits for some of the wave before."""
    return _plan(count, count // 10)


def deep(count: int) -> Network:
    """Waves of ten."""
    return _plan(count, 10)


def chain(count: int) -> Network:
    """One after the other, and every second waits for the one before that, too."""
    pairs = {(number - 1, number) for number in range(1, count)}
    pairs |= {(number - 2, number) for number in range(2, count, 2)}
    return _network(_tasks(count), pairs)


def tree(count: int) -> Network:
    """Summaries in each other, fifty deep, with a chain of tasks in each."""
    tasks = []
    for number in range(count):
        depth = number // 5 % 50
        is_summary = number % 5 == 0 and number + 1 < count
        above = number - number % 5 if number % 5 else (number - 5 if depth else None)
        tasks.append(Task(number, 0 if is_summary else 60 + number % 7, above))
    pairs = {(number - 1, number) for number in range(1, count) if number % 5 > 1}
    pairs |= {(number - 500, number) for number in range(500, count) if number % 5 > 1 and number % 10 < 9}
    return _network(tasks, pairs)


SHAPES: dict[str, Callable[[int], Network]] = {"wide": wide, "deep": deep, "chain": chain, "tree": tree}


def _plan(count: int, width: int) -> Network:
    chance = Random(count)
    pairs: Pairs = set()
    while len(pairs) < 3 * count // 2 - width:
        number = chance.randrange(width, count)
        wave = number // width * width
        pairs.add((chance.randrange(wave - width, wave), number))
    return _network(_tasks(count), pairs)


def _tasks(count: int) -> list[Task]:
    return [Task(number, 60 + number % 7) for number in range(count)]


def _network(tasks: list[Task], pairs: Pairs) -> Network:
    links = tuple(Link(before, after) for before, after in sorted(pairs, key=lambda pair: pair[::-1]))
    return Network(PROJECT, tuple(tasks), links, CLOCK)
