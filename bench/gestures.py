"""What a planner's hands do in the sheet, each as the request that it makes, in plans of 1,100 and 10,000 rows.

A gesture that changes a plan is followed by the one that takes it back, so that the data stays as it was and each round
finds what the one before it found; the figure is of both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count, permutations
from typing import Final

from django.urls import reverse
from django.utils.http import urlencode

from bench.cases import WINDOW_ROWS, Case
from bench.data import Edit, Stage
from projects.models import Project
from projects.rls.scope import scope
from tasks.models import Task

#: What the names of all gestures begin with.
GESTURES: Final = "Sheet"
#: Milliseconds: what is only read, one row or a handful, hundreds of rows.
READ, HAND, MANY = 50.0, 200.0, 400.0
MANY_MOVED = 300.0
MOVED: Final = Edit("fan", 1_000, 10_000)
#: Milliseconds of a filter that was not asked for before.
FILTER: Final = 80.0
#: A word, a text, days, people, and several at once; each round asks for another, so that none is kept.
FILTERS: Final = (
    "late",
    "unfinished",
    "overallocated",
    "name.has.1",
    "start.from.2026-01-01",
    "assignees.filled",
)
#: Days, texts, what stands in other tables, and a list without levels; each round has two more columns, others than those before it.
SORTS: Final = ("-finish", "name", "-total_slack flat", "assignees")
BEHIND: Final = ("start", "duration", "progress", "work", "deadline", "level", "priority")
#: Rows of the bulk form.
BULK: Final = 300
ROUNDS: Final = 16
FEW_ROUNDS: Final = 8

Form = Mapping[str, str]


def gestures(stage: Stage) -> Iterator[Case]:
    """All of them, plan by plan."""
    for size, project in stage.typed.items():
        with scope([project.organization_id]):
            rows = Task.objects.filter(project=project, deleted_at=None, is_summary=False)
            ids = list(rows.order_by("row_number").values_list("pk", flat=True)[1 : BULK + 1])
        yield from _reading(size, project, ids)
        yield from _changing(size, project, ids)
    yield from _moving(stage.edits[MOVED])


def _reading(size: int, project: Project, ids: Sequence[int]) -> Iterator[Case]:
    asked = {
        "find a name": ("wbs_find", "text=9"),
        "sums of a column": ("wbs_selection", "columns=work,duration"),
        "copy 300 rows": (
            "table_copy",
            f"first={ids[0]}&last={ids[-1]}&columns=name,duration,start,finish,assignees",
        ),
        "what can be taken back": ("plan_steps", ""),
    }
    for text in FILTERS:
        yield Case(
            f"{GESTURES}, {size:,} rows: filter {text}",
            _others(f"{reverse('tasks:wbs_rows', args=[project.pk])}?first=0&count={WINDOW_ROWS}", text),
            is_fragment=True,
            aim=FILTER,
        )
    for text in SORTS:
        yield Case(
            f"{GESTURES}, {size:,} rows: sort {text}",
            _other_orders(
                f"{reverse('tasks:wbs_rows', args=[project.pk])}?first=0&count={WINDOW_ROWS}", text
            ),
            is_fragment=True,
            aim=FILTER,
        )
    scrolled = f"{reverse('tasks:wbs_rows', args=[project.pk])}?first={size // 2 // WINDOW_ROWS * WINDOW_ROWS}&count={WINDOW_ROWS}"
    yield Case(
        f"{GESTURES}, {size:,} rows: scroll what is sorted",
        _same(f"{scrolled}&sort=-finish&sorted={project.revision}"),
        is_fragment=True,
        aim=READ,
    )
    for name, (view, query) in asked.items():
        yield Case(
            f"{GESTURES}, {size:,} rows: {name}",
            _same(f"{reverse(f'tasks:{view}', args=[project.pk])}?{query}"),
            is_fragment=True,
            aim=READ,
        )


def _moving(head: Task) -> Iterator[Case]:
    """A thousand rows that follow one."""
    window = {"first": "0", "count": str(WINDOW_ROWS)}
    longer = {"column": "duration", "text": "4日", **window}
    yield _turns(
        "10,000 rows: 1,000 followers moved, undone",
        (reverse("tasks:task_cell", args=[head.pk]), longer),
        (reverse("tasks:plan_undo", args=[head.project_id]), window),
        aim=MANY_MOVED,
        rounds=2 * FEW_ROUNDS,
        is_of_p95=True,
    )


def _turns(
    name: str, *turns: tuple[str, Form], aim: float = HAND, rounds: int = ROUNDS, is_of_p95: bool = False
) -> Case:
    """Requests that are made in turn."""
    place = count(-1)
    now = [next(place)]

    def form() -> Form:
        now[0] = next(place)
        return turns[now[0] % len(turns)][1]

    return Case(
        f"{GESTURES}, {name}",
        lambda: turns[now[0] % len(turns)][0],
        form,
        is_fragment=True,
        aim=aim,
        rounds=rounds,
        is_of_p95=is_of_p95,
    )


def _changing(size: int, project: Project, ids: Sequence[int]) -> Iterator[Case]:
    def case(name: str, *turns: tuple[str, Form], aim: float = HAND, rounds: int = ROUNDS) -> Case:
        return _turns(f"{size:,} rows: {name}", *turns, aim=aim, rounds=rounds)

    def at(view: str, *more: int) -> str:
        return reverse(f"tasks:{view}", args=[project.pk, *more])

    window = {"first": "0", "count": str(WINDOW_ROWS)}
    undo = (at("plan_undo"), window)

    def marked(tasks: Sequence[int], **more: str) -> Form:
        return {"tasks": ",".join(map(str, tasks)), **window, **more}

    def cells(text: str) -> Form:
        return {"cells": json.dumps([[pk, "duration", text] for pk in ids[:10]]), **window}

    def bulk(text: str) -> Form:
        return marked(ids, **{"set-priority": "on", "to-priority": text})

    block = ids[10:15]
    yield case(
        "look ahead",
        (
            at("cell_preview", ids[0]),
            {"column": "duration", "text": "4日", "shown": ",".join(map(str, ids[:40]))},
        ),
    )
    yield case("ten durations", (at("cells_write"), cells("3日")), (at("cells_write"), cells("2日")))
    yield case(
        "indent, outdent", (at("tasks_indent"), marked(ids[5:6])), (at("tasks_outdent"), marked(ids[5:6]))
    )
    yield case(
        "block of five down, up",
        (at("tasks_shift"), marked(block, direction="down")),
        (at("tasks_shift"), marked(block, direction="up")),
    )
    yield case("chain of five, undone", (at("tasks_link"), marked(block)), undo)
    yield case(
        "five rows inserted, undone", (at("task_add"), {"name": "新しい行", "rows": "5", **window}), undo
    )
    yield case("five rows deleted, undone", (at("tasks_delete"), marked(block)), undo)
    yield case(
        "300 rows by the form, undone",
        (at("tasks_edit"), bulk("600")),
        undo,
        aim=MANY,
        rounds=FEW_ROUNDS,
    )


def _others(address: str, text: str) -> Callable[[], str]:
    """The same filter with a condition that all rows keep, another one each time."""
    rounds = count(1)
    return lambda: f"{address}&{urlencode({'filter': f'{text} number.from.-{next(rounds)}'})}"


def _other_orders(address: str, text: str) -> Callable[[], str]:
    """The same order with two more columns, which no round before had: none is kept."""
    more = permutations([*BEHIND, *(f"-{name}" for name in BEHIND)], 2)
    apart = (pair for pair in more if len({name.lstrip("-") for name in pair}) == 2)
    return lambda: f"{address}&{urlencode({'sort': ' '.join([text, *next(apart)])})}"


def _same(path: str) -> Callable[[], str]:
    return lambda: path
