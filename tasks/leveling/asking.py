"""Levelling on its way: asked for on its page, done by a worker, kept for all who look at the plan.

A project has one run, the last. What a worker finds is kept together with the end of its job, so that one that was killed, cancelled or
taken over leaves nothing.
"""

from __future__ import annotations

import itertools
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.errors import Refusal
from projects.jobs import cancel, enqueue
from projects.jobs.leases import StoppedError, TooLongError
from projects.jobs.running import open_jobs
from projects.models import Project
from projects.permissions import Right, require
from projects.rls import scope
from tasks.leveling.deciding import decisions_of
from tasks.leveling.kept import to_json
from tasks.leveling.loading import load_input
from tasks.leveling.running import CANNOT, compare, refusal_of, solve
from tasks.models import LevelingRun
from tasks.scheduling.leveling.shorten import Search

if TYPE_CHECKING:
    from projects.jobs import Lease
    from projects.models import AskedJob, User
    from tasks.leveling.running import Leveling

log = logging.getLogger(__name__)
JOB: Final = "level_plan"
READ, LEVEL, COMPARE = ("read", 10), ("level", 30), ("compare", 80)
#: So many tasks are placed in all by a search, and so many orders are tried at least and at most.
PLACED, FEWEST, MOST = 60_000, 4, 200
STEPS: Final = {
    "read": gettext_lazy("計画と担当者の予定を読み込み"),
    "level": gettext_lazy("平準化して検算"),
    "compare": gettext_lazy("いまの計画と比較"),
}


def start_leveling(
    *, project: Project, actor: User, within_slack: bool = False, searches: bool = False
) -> None:
    """Have a plan levelled; what was found before goes. One that is under way stays as it is. Raises NotAllowedError."""
    with transaction.atomic():
        # One after the other: two planners who ask at once get one run.
        locked = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        require(actor, Right.EDIT_PLAN, locked)
        row = LevelingRun.objects.filter(project=project).first() or LevelingRun(project=project)
        if row.pk is not None and job_of(row) is not None:
            return
        row.organization_id, row.asked_by, row.asked_at = project.organization_id, actor, timezone.now()
        row.within_slack, row.searches = within_slack, searches
        row.state, row.problem = LevelingRun.State.RUNNING, ""
        row.result = row.ended_at = row.applied_revision = None
        row.save()
        row.job_id = enqueue(JOB, run_id=row.pk)
        row.save(update_fields=["job_id"])


def cancel_leveling(*, project: Project, actor: User) -> None:
    """Stop what is under way, and forget it; what is done stays. Raises NotAllowedError."""
    with transaction.atomic():
        require(actor, Right.EDIT_PLAN, project)
        row = LevelingRun.objects.select_for_update().filter(project=project).first()
        if row is not None and row.state == LevelingRun.State.RUNNING:
            cancel(row.job_id)
            if not row.decisions:
                row.delete()
                return
            # What was decided stays for the next one.
            row.state, row.problem, row.ended_at = (
                LevelingRun.State.FAILED,
                _("平準化を中止しました"),
                timezone.now(),
            )
            row.save(update_fields=["state", "problem", "ended_at"])


def job_of(row: LevelingRun) -> AskedJob | None:
    """The job that a run waits for or is in the hands of; None when it has ended, or its job was lost."""
    if row.state != LevelingRun.State.RUNNING:
        return None
    return open_jobs([row.job_id]).get(row.job_id)


def problem_of(row: LevelingRun) -> str:
    """Why there is no result; nothing where there is one, or one is on its way."""
    # Its job is gone without a word: the database was restored from the middle of it.
    return _stopped() if row.state == LevelingRun.State.RUNNING and job_of(row) is None else row.problem


def run_leveling(lease: Lease, run_id: int) -> None:
    """Level, unless the run is gone or another job has it. What is not foreseen is raised: the job becomes a dead letter."""
    with scope.every_organization():
        rows = LevelingRun.objects.select_related("project", "asked_by")
        row = rows.filter(pk=run_id, state=LevelingRun.State.RUNNING, job_id=lease.job_id).first()
    if row is None:
        return
    with translation.override(row.asked_by.language):
        try:
            _end(lease, row, state=LevelingRun.State.DONE, result=to_json(_level(lease, row)))
        except StoppedError:
            log.info("levelling %s, run %s: left", run_id, lease.run)
        except TooLongError:
            _fail(lease, row, _("時間がかかりすぎたため打ち切りました。計画を分けてください。"))
        except Refusal as refusal:
            _fail(lease, row, str(refusal))


def _level(lease: Lease, row: LevelingRun) -> Leveling:
    # Steps are told outside of the scopes, which are transactions: within, no one would see them.
    lease.progress(*READ)
    with scope.scope([row.organization_id]):
        given = load_input(Project.objects.get(pk=row.project_id))
    lease.progress(*LEVEL)
    search = _search(lease, len(given.columns.tasks.id)) if row.searches else None
    try:
        solved = solve(given, within_slack=row.within_slack, search=search, decisions=decisions_of(row))
    except CANNOT as error:
        with scope.scope([row.organization_id]):
            raise refusal_of(error) from error
    lease.progress(*COMPARE)
    with scope.scope([row.organization_id]):
        return compare(given, solved, within_slack=row.within_slack)


def passes_for(tasks: int) -> int:
    """How many orders are tried for a plan of so many tasks: by their number and not by time, so that the result is the same again.

    Some seconds up to 1,000 tasks, some ten for 5,000.
    """
    return max(FEWEST, min(MOST, PLACED // max(1, tasks)))


def _search(lease: Lease, tasks: int) -> Search:
    """Each order is told, so that a run that is cancelled stops between two of them."""
    passes = passes_for(tasks)
    done = itertools.count()

    def keep_going() -> bool:
        name, begins = LEVEL
        lease.progress(name, begins + (COMPARE[1] - begins) * next(done) // passes)
        return True

    return Search(passes, keep_going=keep_going)


def _fail(lease: Lease, row: LevelingRun, problem: str) -> None:
    with suppress(StoppedError):
        _end(lease, row, state=LevelingRun.State.FAILED, problem=problem[:400])


def _end(lease: Lease, row: LevelingRun, **values: Any) -> None:
    """What came of it and the end of the job, at once. Raises StoppedError where it is not wanted any more."""
    with scope.scope([row.organization_id]), lease.ending():
        own = LevelingRun.objects.filter(pk=row.pk, job_id=lease.job_id, state=LevelingRun.State.RUNNING)
        if not own.update(ended_at=timezone.now(), **values):
            raise StoppedError


def give_up(job_id: str, _reason: str) -> None:
    """The job has become a dead letter: who asked finds the form again, and why."""
    with scope.every_organization():
        rows = LevelingRun.objects.filter(job_id=job_id, state=LevelingRun.State.RUNNING)
        row = rows.select_related("asked_by").first()
        if row is not None:
            with translation.override(row.asked_by.language):
                rows.update(state=LevelingRun.State.FAILED, problem=_stopped()[:400], ended_at=timezone.now())


def _stopped() -> str:
    return _(
        "平準化の途中で問題が起きました。計画は変わっていません。もう一度お試しください。続く場合は運用者に知らせてください。"
    )
