"""What is asked of the site, and how often."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from bench.data import Stage

#: What each case should stay below in milliseconds, on an idle machine; p50 unless it says otherwise.
FIRST, WINDOW, PAGE, DASHBOARD, EDIT, PERFORMANCE = 40.0, 20.0, 25.0, 30.0, 150.0, 40.0
#: A pasted table looked at, and made.
LOOKED, PASTE = 2_000.0, 3_000.0
PASTED = (1_000, 5_000)
#: In a plan of so many tasks.
LARGE, EDIT_IN_LARGE = 10_000, 200.0
WINDOW_ROWS = 40
#: What the names of all edits begin with.
EDITS = "WBS edit"


class Case(NamedTuple):
    """One kind of request: `form`, and `path` behind it, give the next one, so that no two need be the same."""

    name: str
    path: Callable[[], str]
    form: Callable[[], Mapping[str, str]] | None = None
    is_fragment: bool = False
    aim: float | None = None
    rounds: int = 40
    #: Whether nineteen of twenty stay below the aim, and not only every other one.
    is_of_p95: bool = False
    #: Where what was made is taken back, unmeasured: the plan stays as large as its name says.
    back: Callable[[], str] | None = None


def cases(stage: Stage) -> Iterator[Case]:
    """All cases, in the order of the table."""
    yield from _reading(stage)
    yield from _editing(stage)


def _reading(stage: Stage) -> Iterator[Case]:
    for size, project in stage.sizes.items():
        yield Case(f"Gantt, {size:,} tasks: first answer", _fixed("tasks:gantt", project.pk), aim=FIRST)
    for size, project in stage.sizes.items():
        path = _windows("tasks:wbs_rows", project.pk, size)
        yield Case(f"Gantt, {size:,} tasks: scroll window", path, is_fragment=True, aim=WINDOW)
        seen = _seen_window("tasks:wbs_rows", project.pk, size)
        yield Case(f"Gantt, {size:,} tasks: window seen before", seen, is_fragment=True, aim=WINDOW)
    for size, project in stage.sizes.items():
        yield Case(f"WBS, {size:,} tasks: first answer", _fixed("tasks:wbs", project.pk), aim=FIRST)
    yield Case("List of 1,000 projects", _fixed("reports:project_list"), aim=PAGE)
    yield Case("Plan and actual of 1,000 projects", _fixed("reports:portfolio_performance"), aim=PERFORMANCE)
    yield Case("Dashboard of 1,000 projects", _fixed("reports:dashboard"), aim=DASHBOARD)
    yield Case("Late tasks of 1,000 projects", _fixed("reports:late_task_list"), aim=DASHBOARD)
    yield Case("Overview, 10,000 tasks", _fixed("reports:project_overview", stage.sizes[10_000].pk), aim=PAGE)
    for unit in ("work", "money"):
        path = _on_other_days("reports:project_performance", stage.sizes[10_000].pk, unit)
        yield Case(f"Plan and actual in {unit}, 10,000 tasks: another day each time", path, aim=PERFORMANCE)
    path = _fixed("reports:project_performance", stage.sizes[10_000].pk)
    yield Case("Plan and actual, 10,000 tasks: seen before", path, aim=PERFORMANCE)


def _editing(stage: Stage) -> Iterator[Case]:
    for edit, task in stage.edits.items():
        is_large = edit.tasks >= LARGE
        aim = EDIT_IN_LARGE if is_large else EDIT
        path = _fixed("tasks:task_cell", task.pk)
        yield Case(f"{EDITS} {edit}", path, _durations(), True, aim, is_of_p95=is_large)
    project = stage.sizes[LARGE]
    for rows in PASTED:
        for name, word, aim in (("table_paste", "preview", LOOKED), ("paste_apply", "applied", PASTE)):
            form = _pasted(rows)
            yield Case(
                f"{EDITS} paste, {rows:,} new rows: {word}",
                _fixed(f"tasks:{name}", project.pk),
                form,
                True,
                aim,
                rounds=3,
                back=_fixed("tasks:plan_undo", project.pk) if word == "applied" else None,
            )


def _fixed(name: str, *arguments: int) -> Callable[[], str]:
    return lambda: reverse(name, args=arguments)


def _on_other_days(name: str, project_id: int, unit: str) -> Callable[[], str]:
    """Another status date each time: no figure is kept from before."""
    numbers = count(1)
    today = timezone.localdate()
    return lambda: (
        f"{reverse(name, args=[project_id])}?in={unit}&on={today + dt.timedelta(days=next(numbers) % 300 - 150)}"
    )


def _windows(name: str, project_id: int, size: int) -> Callable[[], str]:
    """Another window each time, spread over the whole plan: none that is kept from before."""
    numbers = count(1)
    return lambda: (
        f"{reverse(name, args=[project_id])}?first={next(numbers) * 37 % max(1, size - WINDOW_ROWS)}&count={WINDOW_ROWS}&zoom=week&show=critical+line"
    )


def _seen_window(name: str, project_id: int, size: int) -> Callable[[], str]:
    """One window that others have seen, by a browser that has not."""
    return lambda: (
        f"{reverse(name, args=[project_id])}?first={size // 2}&count={WINDOW_ROWS}&zoom=week&show=critical+line"
    )


def _pasted(rows: int) -> Callable[[], Mapping[str, str]]:
    """Groups of ten with lengths, days and links by the table's own numbers, as a workbook has them."""
    lines = ["No.\tWBS\tタスク名\t期間\t開始\t先行タスク"]
    for number in range(1, rows + 1):
        group, place = divmod(number - 1, 10)
        code = f"{group + 1}.{place}" if place else f"{group + 1}"
        cells = (f"{place % 4 + 1}日", "2026/6/1" if place == 1 else "", str(number - 1) if place > 1 else "")
        lines.append(
            "\t".join((str(number), code, f"貼り付け {number}", *(cells if place else ("", "", ""))))
        )
    table = {"text": "\n".join(lines), "columns": "name", "first": "0", "count": str(WINDOW_ROWS)}
    return lambda: table


def _durations() -> Callable[[], Mapping[str, str]]:
    """Three days and two days in turn."""
    numbers = count()
    return lambda: {
        "column": "duration",
        "text": ("3日", "2日")[next(numbers) % 2],
        "first": "0",
        "count": "36",
    }


def is_there(case: Case) -> bool:
    """Whether the page exists yet."""
    try:
        case.path()
    except NoReverseMatch:
        return False
    return True
