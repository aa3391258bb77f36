"""Baselines of a plan file as baselines of the plan: one for each number that any task has both dates in.

A file does not say when a baseline was taken, of which rows, nor what was critical then. One that half of the tasks have was of the whole
plan, and what has none was added behind it; one that fewer have was of these rows. What else the file says of a baseline (how it was
spread over days, of which people) is kept with the import, and is written again by an export (`tasks/exporting/baselines.py`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import ProjectMember, User
from tasks.models import Baseline
from tasks.models.baselines import LARGEST_NUMBER
from tasks.plan.agreed_costs import HUNDREDTHS, sealed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from projects.models import Project
    from projects.permissions import System
    from tasks.interchange.plan_file import Baseline as FileBaseline
    from tasks.interchange.plan_file import PlanFile, PlanTask

_LONGEST_REASON: Final = 300
_STORE: Final = """
INSERT INTO baseline_tasks (organization_id, baseline_id, task_id, start_minute, finish_minute, duration_minutes, work_minutes,
                            row_number, is_elapsed, is_summary, is_milestone, is_critical)
SELECT tasks.organization_id, %(baseline)s, tasks.id, was.start, was.finish, was.duration, was.work,
       tasks.row_number, was.is_elapsed, tasks.is_summary, tasks.is_milestone, false
  FROM unnest(%(ids)s::bigint[], %(starts)s::bigint[], %(finishes)s::bigint[], %(durations)s::bigint[], %(works)s::bigint[],
              %(elapsed)s::boolean[]) AS was (id, start, finish, duration, work, is_elapsed)
  JOIN tasks ON tasks.id = was.id
"""
#: A task of a file, its row here, and what the file says of one baseline of it.
Found = tuple["PlanTask", int, "FileBaseline"]


def make_baselines(
    project: Project, plan_file: PlanFile, tasks: Mapping[int, int], actor: User | System, file_name: str
) -> dict[str, int]:
    """The baselines of a file, its tasks being rows here (`tasks`, by the file's numbers); by number, as JSON has it.

    Three statements for each number, whatever the number of tasks. The lowest number is compared with, 0 where there is one.
    """
    by_number: dict[int, dict[int, Found]] = defaultdict(dict)
    for task in plan_file.tasks:
        for item in task.baselines:
            if is_agreed(item):
                by_number[item.number][task.uid] = (task, tasks[task.uid], item)
    taken_by = _taken_by(project, actor) if by_number else None
    if taken_by is None:
        return {}
    made: dict[str, int] = {}
    summaries = plan_file.summary_uids()
    for number in sorted(by_number):
        found = list(by_number[number].values())
        baseline = _head(project, number, found, summaries)
        baseline.is_whole = 2 * len(found) >= len(plan_file.tasks)
        baseline.taken_by, baseline.is_chosen = taken_by, not made
        baseline.reason = (_("「%(file)s」にあったもの") % {"file": file_name})[:_LONGEST_REASON]
        baseline.cost_secret = sealed({pk: _hundredths(item) for _task, pk, item in found if item.cost}, None)
        baseline.save(force_insert=True)
        _store(baseline, found)
        made[str(number)] = baseline.pk
    return made


def is_agreed(item: FileBaseline) -> bool:
    """Whether a file says of a task when it was agreed to start and finish; dates of an interim plan are kept alone."""
    is_interim = any(extra.name == "Interim" and extra.text == "1" for extra in item.extras)
    has_dates = item.start_minute is not None and item.finish_minute is not None
    return 0 <= item.number <= LARGEST_NUMBER and has_dates and not is_interim


def _taken_by(project: Project, actor: User | System) -> User | None:
    """Who brought the file; of a command the first leader of the project."""
    user = actor if isinstance(actor, User) else actor.user
    if user is not None:
        return user
    leaders = ProjectMember.objects.current().filter(project=project, role="leader").select_related("user")
    first = leaders.order_by("pk").first()
    return first.user if first else None


def _head(
    project: Project, number: int, found: Sequence[Found], summaries: frozenset[int] | set[int]
) -> Baseline:
    dates = [(item.start_minute or 0, item.finish_minute or 0) for _task, _pk, item in found]
    works = [item.work_minutes or 0 for task, _pk, item in found if task.uid not in summaries]
    return Baseline(
        organization_id=project.organization_id, project=project, number=number, taken_at=timezone.now(),
        name=_("ベースライン %(number)d") % {"number": number} if number else _("ベースライン"),
        revision=project.revision, knows_critical=False, task_count=len(found),
        start_minute=min(start for start, _finish in dates), finish_minute=max(finish for _start, finish in dates),
        work_minutes=sum(works),
    )  # fmt: skip


def _hundredths(item: FileBaseline) -> int:
    return round((item.cost or 0) * HUNDREDTHS)


def _store(baseline: Baseline, found: Sequence[Found]) -> None:
    columns: dict[str, list[Any]] = {
        "ids": [pk for _task, pk, _item in found],
        "starts": [item.start_minute for *_which, item in found],
        "finishes": [item.finish_minute for *_which, item in found],
        "durations": [max(item.duration_minutes or 0, 0) for *_which, item in found],
        "works": [max(item.work_minutes or 0, 0) for *_which, item in found],
        "elapsed": [item.is_elapsed for *_which, item in found],
    }
    with connection.cursor() as cursor:
        cursor.execute(_STORE, {"baseline": baseline.pk, **columns})
