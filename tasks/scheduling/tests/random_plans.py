"""Plans with everything in them, and edits of all kinds, by chance."""

from dataclasses import replace
from random import Random
from typing import Any

from projects.worktime.rules import (
    AROUND_THE_CLOCK,
    OFFICE_WEEK,
    CalendarException,
    CalendarRules,
    Recurrence,
)
from tasks.scheduling.constraint_types import HOLDS_FINISH, HOLDS_START, ConstraintType
from tasks.scheduling.network import (
    Assignment,
    LagKind,
    Link,
    LinkType,
    Network,
    ProjectSettings,
    Resource,
    Task,
)

MONDAY = 20458 * 1440 + 480  # 2026-01-05 08:00
NIGHTS = ((1320, 1800),)
CALENDARS = (
    CalendarRules(1, week=OFFICE_WEEK, exceptions=(CalendarException(20460, 20461),)),
    CalendarRules(2, week=AROUND_THE_CLOCK),
    CalendarRules(3, base_id=1, exceptions=(CalendarException(20465, 20467, ((600, 900),)),)),
    CalendarRules(4, week=(*((NIGHTS,) * 5), (), ())),
    CalendarRules(5, base_id=3, exceptions=(CalendarException(20470, 20490),)),
    CalendarRules(6, base_id=1, week=(None, None, None, None, None, ((540, 720),), None)),
    CalendarRules(
        7,
        base_id=1,
        exceptions=(CalendarException(20462, 20600, (), "", Recurrence("weekly", weekdays=(4,))),),
    ),
)
CONSTRAINTS: tuple[ConstraintType, ...] = ("ASAP", *HOLDS_START, *HOLDS_FINISH)
TYPES: tuple[LinkType, ...] = ("FS", "FS", "FS", "SS", "FF", "SF")
LAG_KINDS: tuple[LagKind, ...] = ("working", "working", "working", "elapsed", "percent", "elapsed_percent")


def moment(chance: Random) -> int:
    """Days around the beginning of the plan, at all times of day."""
    return MONDAY + chance.randint(-5, 25) * 1440 + chance.choice((0, 0, 240, 540, 700))


def own_will(chance: Random) -> dict[str, Any]:
    """One thing that a task can have beside links and duration."""
    when = moment(chance)
    kind = chance.choice(CONSTRAINTS)
    return chance.choice(
        [
            {"duration_minutes": chance.choice((0, 60, 480, 2400))},
            {"constraint_type": kind, "constraint_minute": None if kind == "ASAP" else when},
            {"deadline_minute": chance.choice((None, when))},
            {"actual_start_minute": when, "percent_complete": chance.choice((0, 30, 100))},
            {"actual_start_minute": when, "actual_finish_minute": when + chance.choice((0, 480, 1440))},
            {"actual_start_minute": None, "actual_finish_minute": None},
            {"calendar_id": chance.choice((None, 1, 2, 3, 4, 6)), "ignores_resource_calendar": chance.random() < 0.5},
            {"mode": "manual", "start_minute": chance.choice((None, when)), "finish_minute": when + 700},
            {"mode": "auto", "is_pinned": False},
            {"is_pinned": True, "start_minute": when, "finish_minute": when + 480},
            {"leveling_delay_minutes": chance.choice((0, 1440)), "leveling_delay_is_elapsed": chance.random() < 0.5},
            {"is_elapsed": chance.random() < 0.5},
            {"splits": ((MONDAY, MONDAY + 240), (MONDAY + 1440, MONDAY + 1680))},
        ]
    )  # fmt: skip


def random_network(chance: Random, *, rows: int = 20, rare: bool = True) -> Network:
    """Rows in several levels, links that run forward; ``rare`` is what an incremental run does not try to save."""
    tasks: list[Task] = []
    summaries: list[int] = []
    for task_id in range(1, chance.randint(1, rows) + 1):
        task = Task(task_id, chance.choice((0, 60, 480, 960)), chance.choice([None, None, *summaries]))
        if chance.random() < 0.4:
            task = replace(task, **own_will(chance))
        if rare and chance.random() < 0.04:
            task = replace(task, constraint_type="ALAP", constraint_minute=None)
        if chance.random() < 0.05:
            task = replace(task, is_active=False)
        if chance.random() < 0.2:
            summaries.append(task_id)
        tasks.append(task)
    project = ProjectSettings(
        MONDAY + chance.choice((0, 0, -480, 540)),
        from_finish=rare and chance.random() < 0.1,
        calendar_id=chance.choice((None, 1, 1, 3)),
        status_minute=chance.choice((None, MONDAY + 5 * 1440)),
        honors_constraints=chance.random() < 0.7,
        multiple_critical_paths=rare and chance.random() < 0.1,
    )
    resources = tuple(
        Resource(
            pk,
            kind=chance.choice(("work", "work", "material")),
            calendar_id=chance.choice((None, 1, 2, 3, 5, 7)),
        )
        for pk in range(1, 6)
    )
    people = [item for task in tasks for item in random_people(chance, task.id)]
    return Network(project, tuple(tasks), random_links(chance, tasks), CALENDARS, resources, tuple(people))


def random_links(chance: Random, tasks: list[Task]) -> tuple[Link, ...]:
    """Down the rows only, and not within a line of the outline, so that there is no circle."""
    parents = {task.id: task.parent_id for task in tasks}
    links: dict[tuple[int, int], Link] = {}
    for _ in range(chance.randint(0, 2 * len(tasks))):
        first, last = sorted(chance.choices(list(parents), k=2))
        upper, lower = line(parents, first), line(parents, last)
        apart = next((pair for pair in zip(upper, lower, strict=False) if pair[0] != pair[1]), None)
        if apart is not None and apart[0] < apart[1]:
            links[first, last] = random_link(chance, first, last)
    return tuple(links.values())


def line(parents: dict[int, int | None], task_id: int) -> list[int]:
    """A task and the summaries above it, from the top."""
    found = [task_id]
    while (above := parents[found[-1]]) is not None:
        found.append(above)
    return found[::-1]


def random_link(chance: Random, first: int, last: int) -> Link:
    """Of any type, with any lag."""
    kind = chance.choice(LAG_KINDS)
    if kind in ("working", "elapsed"):
        return Link(first, last, chance.choice(TYPES), kind, chance.choice((0, 0, 0, 480, -240, 1440, -1440)))
    return Link(first, last, chance.choice(TYPES), kind, 0, chance.choice((50.0, -25.0, 33.3)))


def random_people(chance: Random, task_id: int) -> list[Assignment]:
    """No one, one or two."""
    return [
        Assignment(
            task_id, chance.randint(1, 5), chance.choice((1.0, 0.5)), chance.choice((None, None, 480)),
            chance.choice((0, 60)), delay_minutes=chance.choice((0, 0, 240)),
        )
        for _ in range(chance.choice((0, 0, 1, 2)))
    ]  # fmt: skip


Edit = tuple[str, tuple[Any, ...], dict[str, Any]]
"""Name of a method of ``LivePlan`` and its arguments."""


def random_edit(chance: Random, network: Network) -> Edit:
    """Something that a planner may do to a plan, sensible or not."""
    ids = [task.id for task in network.tasks]
    turn = chance.random()
    if not ids or turn < 0.12:
        above = chance.choice([None, *(task.parent_id for task in network.tasks), *ids[:1]])
        return "put_task", (Task(max(ids, default=0) + 1, chance.choice((0, 480)), above),), {}
    task = chance.choice(network.tasks)
    if turn < 0.45:
        return "put_task", (replace(task, **own_will(chance)),), {}
    if turn < 0.49:
        return "put_task", (replace(task, is_active=not task.is_active),), {}
    if turn < 0.52:
        return "put_task", (replace(task, parent_id=chance.choice([None, *ids])),), {}
    if turn < 0.59:
        return "drop_task", (task.id,), {}
    if turn < 0.75:
        return "put_link", (random_link(chance, chance.choice(ids), chance.choice(ids)),), {}
    if turn < 0.87 and network.links:
        return "drop_link", (chance.choice(network.links),), {}
    if turn < 0.95:
        return "put_people", (task.id, random_people(chance, task.id)), {}
    if turn < 0.97:
        later = replace(network.project, start_minute=network.project.start_minute + 1440)
        return "replace", (), {"project": later}
    return "replace", (), {"calendars": tuple(replace(rules, exceptions=()) for rules in network.calendars)}
