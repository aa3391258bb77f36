"""A plan as rows for other programs and for people."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from unicodedata import east_asian_width

from tasks.scheduling.network import Network
from tasks.scheduling.plan import Driver, Plan, TaskDates

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a plan has a wall clock and no time zone


def moment_text(minute: int) -> str:
    """``2026-01-05T08:00:00``; years beyond the calendar of the language are written as minutes."""
    try:
        return (EPOCH + timedelta(minutes=minute)).isoformat()
    except OverflowError:
        return f"{minute} minutes"


def as_json(plan: Plan) -> dict[str, Any]:
    """Project finish and all tasks by id."""
    return {"project_finish": moment_text(plan.finish), "tasks": tasks_as_json(plan)}


def tasks_as_json(plan: Plan) -> dict[str, dict[str, Any]]:
    """Every field of every task, moments as text and slack in minutes."""
    return {str(task_id): _row(dates) for task_id, dates in plan.tasks.items()}


def _row(dates: TaskDates) -> dict[str, Any]:
    return {
        "start": moment_text(dates.start),
        "finish": moment_text(dates.finish),
        "early_start": moment_text(dates.early_start),
        "early_finish": moment_text(dates.early_finish),
        "late_start": moment_text(dates.late_start),
        "late_finish": moment_text(dates.late_finish),
        "total_slack_minutes": dates.total_slack,
        "free_slack_minutes": dates.free_slack,
        "critical": dates.is_critical,
        "driver": {
            key: value
            for key, value in dates.driver._asdict().items()
            if value is not None and value is not False
        },
    }


def as_table(network: Network, plan: Plan) -> Iterator[str]:
    """One line a task: indented name, dates, slack in days, and what drives it."""
    yield f"{'Task':<46} {'Start':<16} {'Finish':<16} {'Slack':>8}  Driven by"
    names = {task.id: task.name or f"#{task.id}" for task in network.tasks}
    depth: dict[int, int] = {}
    for task in network.tasks:
        depth[task.id] = depth.get(task.parent_id, -1) + 1 if task.parent_id is not None else 0
        dates = plan.tasks[task.id]
        name = _padded("  " * min(depth[task.id], 10) + names[task.id], 45)
        slack = dates.total_slack / (network.project.minutes_per_day or 480)
        mark = "*" if dates.is_critical else " "
        yield (
            f"{name}{mark} {_short(dates.start)} {_short(dates.finish)} {slack:>7.1f}d  "
            f"{_words(dates.driver, names)}"
        )
    yield f"Project finish {_short(plan.finish)}; * is critical."


def _padded(text: str, width: int) -> str:
    """Cut or filled to so many columns; a Japanese character takes two."""
    kept = ""
    for character in " ".join(text.splitlines()) if text.strip() else text:
        columns = 2 if east_asian_width(character) in "FW" else 1
        if columns > width:
            break
        kept += character
        width -= columns
    return kept + " " * width


def _short(minute: int) -> str:
    return moment_text(minute)[:16].replace("T", " ")


def _words(driver: Driver, names: dict[int, str]) -> str:
    words = driver.kind.replace("_", " ")
    if driver.task_id is not None:
        words += f" {names[driver.task_id]}"
    if driver.via_id is not None and driver.kind != "children":
        words += f" (through {names[driver.via_id]})"
    return words
