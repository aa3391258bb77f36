"""Baselines of a plan as baselines of a file: those with a number of Microsoft Project, 0 to 10.

What an import brought is written as its file had it, with all that only the file knows, as long as its baseline is there: it cannot
change. What was taken here, or took its number later, is written from its rows; what was deleted here is written no more.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tasks.interchange.plan_file import Baseline as FileBaseline
from tasks.models import Baseline, BaselineTask
from tasks.plan.agreed_costs import HUNDREDTHS, opened

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from projects.models import Project

Files = tuple[FileBaseline, ...]


class FileBaselines:
    """Which baselines of the imported file still hold, and those of the plan; `known` is what the import kept of its file."""

    def __init__(self, project: Project, known: Mapping[str, Any]) -> None:
        numbered = Baseline.objects.filter(project=project, number__isnull=False).order_by("number")
        self._there = {baseline.number or 0: baseline for baseline in numbered}
        #: By number what the import has made of its file; an import of before has made nothing of it.
        self._brought: dict[str, int] = dict(known.get("baselines") or {})
        self._fresh = [
            each for number, each in self._there.items() if self._brought.get(str(number)) != each.pk
        ]
        self._costs = {baseline.pk: opened(baseline.cost_secret) for baseline in self._fresh}
        self._rows: dict[int, list[FileBaseline]] = {}

    def read(self, task_ids: Collection[int]) -> None:
        """What is asked for next: one query where anything was taken here, else none."""
        self._rows = {}
        numbers = {baseline.pk: baseline.number or 0 for baseline in self._fresh}
        if not numbers:
            return
        rows = BaselineTask.objects.filter(baseline__in=numbers, task__in=list(task_ids)).order_by()
        for pk, task_id, start, finish, duration, work, is_elapsed in rows.values_list(
            "baseline_id",
            "task_id",
            "start_minute",
            "finish_minute",
            "duration_minutes",
            "work_minutes",
            "is_elapsed",
        ):
            cost = self._costs[pk].get(task_id)
            self._rows.setdefault(task_id, []).append(
                FileBaseline(
                    numbers[pk],
                    start,
                    finish,
                    duration,
                    is_elapsed=is_elapsed,
                    work_minutes=work,
                    cost=_currency(cost),
                )
            )

    def of_task(self, task_id: int, files: Files) -> Files:
        """All of a task that was asked for, by number; `files` is what its file said."""
        return _together(self.of_files(files), self._rows.get(task_id, ()))

    def of_files(self, files: Files) -> Files:
        """What still holds of that which a file said of a task, a person or the whole plan."""
        return tuple(item for item in files if self._holds(item.number)) if files else ()

    def of_plan(self, files: Files) -> Files:
        """Of the row of the whole project: what was taken here spans its rows."""
        fresh = [
            FileBaseline(
                baseline.number or 0,
                baseline.start_minute,
                baseline.finish_minute,
                work_minutes=baseline.work_minutes,
            )
            for baseline in self._fresh
        ]
        return _together(self.of_files(files), fresh)

    def _holds(self, number: int) -> bool:
        there, brought = self._there.get(number), self._brought.get(str(number))
        return there is None if brought is None else there is not None and there.pk == brought


def _together(files: Files, fresh: Sequence[FileBaseline]) -> Files:
    """By number; a file on its own keeps its order."""
    return tuple(sorted((*files, *fresh), key=lambda item: item.number)) if fresh else files


def _currency(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else (Decimal(hundredths) / HUNDREDTHS).normalize() + 0
