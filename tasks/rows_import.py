"""What the pages of an import show: sentences in the reader's language, figures as offices write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from config.web.formats import NONE, day_plain, days
from tasks.models import Task
from tasks.services.notices import notice_text, reason_text

if TYPE_CHECKING:
    from projects.models import Project
    from tasks.models.tasks import TaskQuerySet

#: So many notices are shown at once; the rest is behind a fold.
SHOWN_AT_ONCE: Final = 8


def minute_text(minute: int | None) -> str:
    """2026/04/06 17:00."""
    if minute is None:
        return NONE
    hour, rest = divmod(minute % 1440, 60)
    return f"{day_plain(minute)} {hour}:{rest:02}"


def notices(summary: dict[str, Any], kind: str) -> dict[str, Any]:
    """The notices of a kind as sentences: the first ones, the others, and how many there are."""
    sentences = [
        notice_text(item["code"], item["params"])
        for item in summary.get("notices", ())
        if item["kind"] == kind
    ]
    return {
        "first": sentences[:SHOWN_AT_ONCE],
        "rest": sentences[SHOWN_AT_ONCE:],
        "count": len(sentences),
    }


def reasons(summary: dict[str, Any]) -> list[tuple[str, int]]:
    """Why dates are not the file's, with how many each."""
    return [(reason_text(code), count) for code, count in summary["dates"]["reasons"].items()]


def sample_rows(summary: dict[str, Any]) -> list[dict[str, Any]]:
    """The first rows of the plan, as they will be."""
    return [
        {
            **row,
            "start_text": day_plain(row["start"]),
            "finish_text": day_plain(max(row["finish"] - 1, row["start"])),
            "duration_text": NONE
            if row["is_milestone"]
            else days(row["duration"], summary["minutes_per_day"]),
        }
        for row in summary["sample"]
    ]


def differing_tasks(project: Project) -> TaskQuerySet:
    """Tasks that do not have the dates of the file."""
    found = Task.objects.filter(project=project, deleted_at__isnull=True).exclude(recorded_reason="")
    return found.order_by("row_number")


def difference_rows(tasks: list[Task]) -> list[dict[str, Any]]:
    """Both values of each date, and why they differ."""
    return [
        {
            "task": task,
            "start_file": minute_text(task.recorded_start_minute),
            "start_here": minute_text(task.start_minute),
            "start_differs": task.recorded_start_minute not in (None, task.start_minute),
            "finish_file": minute_text(task.recorded_finish_minute),
            "finish_here": minute_text(task.finish_minute),
            "finish_differs": task.recorded_finish_minute not in (None, task.finish_minute),
            "reason": reason_text(task.recorded_reason),
        }
        for task in tasks
    ]
