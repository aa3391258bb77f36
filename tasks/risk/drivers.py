"""Risks of the list of a project (課題・リスク) as drivers of its simulation, and the rows that a risk acts on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from django.db.models import F, Q
from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from tasks.models import ProjectIssue, Task
from tasks.risk.asked import AskedRisk

if TYPE_CHECKING:
    from projects.models import Project
    from tasks.scheduling.columns import Columns

#: By level how probable a risk is, in percent: the middles of five equal steps.
CHANCES: Final = {1: 10, 2: 30, 3: 50, 4: 70, 5: 90}
#: By level of the impact how long the tasks of a risk take when it happens, from and to percent of what they would.
STRETCHES: Final = {1: (102, 105), 2: (105, 110), 3: (110, 120), 4: (120, 150), 5: (150, 200)}
#: So many risks are offered, the gravest ones.
MOST_RISKS: Final = 50


class Listed(NamedTuple):
    """Risks of the list that can be simulated, and whether there are more than are offered."""

    risks: list[ListedRisk]
    has_more: bool


class ListedRisk(NamedTuple):
    """A risk of the list, and what it means for a run."""

    issue: ProjectIssue
    tasks: list[Task]
    usual: AskedRisk


def listed_risks(project: Project) -> Listed:
    """Risks that are not over and have tasks in the plan, the gravest first; two queries."""
    rows = ProjectIssue.objects.filter(project=project, kind=ProjectIssue.Kind.RISK, task_ids__len__gt=0)
    found = list(rows.not_over().order_by(-(F("probability") * F("impact")), "pk")[: MOST_RISKS + 1])
    ids = {pk for issue in found for pk in issue.task_ids}
    alive = Task.objects.filter(project=project, pk__in=ids, deleted_at__isnull=True)
    tasks = {task.pk: task for task in alive.only("name", "wbs_code", "project_id")}
    some = [(issue, [tasks[pk] for pk in issue.task_ids if pk in tasks]) for issue in found[:MOST_RISKS]]
    return Listed(
        [ListedRisk(issue, its, _usual(issue, its)) for issue, its in some if its], len(found) > MOST_RISKS
    )


def _usual(issue: ProjectIssue, tasks: list[Task]) -> AskedRisk:
    probability, (low, high) = issue.probability or 0, STRETCHES[issue.impact]
    return AskedRisk(
        "", CHANCES[probability], low, high, issue=issue.pk, task_ids=tuple(task.pk for task in tasks),
        levels=(probability, issue.impact),
    )  # fmt: skip


def rows_of(project: Project, columns: Columns, risk: AskedRisk) -> tuple[int, ...]:
    """The rows that a risk acts on; a query for one with a WBS code. Raises RuleBrokenError where that has no tasks.

    Of a risk of the list none may be left: its tasks were deleted since it was asked for.
    """
    ids = list(risk.task_ids) if risk.issue else _below(project, risk.wbs)
    tasks = columns.tasks
    found: Any = np.isin(tasks.id, ids)
    while not np.array_equal(more := found | np.isin(tasks.parent_id, tasks.id[found]), found):
        found = more
    return tuple(np.flatnonzero(found).tolist())


def _below(project: Project, wbs: str) -> list[int]:
    below = Q(wbs_code=wbs) | Q(wbs_code__startswith=f"{wbs}.")
    rows = Task.objects.filter(below, project=project, deleted_at__isnull=True)
    ids = list(rows.values_list("pk", flat=True))
    if not ids:
        raise RuleBrokenError(
            _("WBS番号 %(code)s のタスクがありません。リスクの対象を確認してください。") % {"code": wbs}
        )
    return ids
