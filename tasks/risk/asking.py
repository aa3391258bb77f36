"""A simulation on its way: asked for on its page, done by a worker, kept for all who look at the plan.

A project has one run, the last. What a worker finds is kept together with the end of its job, so that one that was killed, cancelled or
taken over leaves nothing. It is a job although most plans take a second: the kernels need some 100 MB in a process of a worker, which no site has to
hold, and plans that the quick runs leave take longer.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import asdict
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
from tasks.models import RiskRun
from tasks.risk.asked import asked_of
from tasks.risk.kept import to_json
from tasks.risk.running import CANNOT, load_input, refusal_of, run

if TYPE_CHECKING:
    from projects.jobs import Lease
    from projects.models import AskedJob, User
    from tasks.risk.asked import Asked
    from tasks.risk.running import Simulation

log = logging.getLogger(__name__)
JOB: Final = "simulate_plan"
READ, RUN, END = ("read", 5), ("run", 10), 95
STEPS: Final = {
    "read": gettext_lazy("計画を読み込み"),
    "run": gettext_lazy("所要時間を変えて繰り返し計算"),
}


def start_simulation(*, project: Project, actor: User, asked: Asked) -> None:
    """Have a plan simulated; what was found before goes. One that is under way stays as it is. Raises NotAllowedError."""
    with transaction.atomic():
        # One after the other: two planners who ask at once get one run.
        locked = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        require(actor, Right.EDIT_PLAN, locked)
        row = RiskRun.objects.filter(project=project).first() or RiskRun(project=project)
        if row.pk is not None and job_of(row) is not None:
            return
        row.organization_id, row.asked_by, row.asked_at = project.organization_id, actor, timezone.now()
        row.asked, row.state, row.problem = asdict(asked), RiskRun.State.RUNNING, ""
        row.result = row.ended_at = None
        row.save()
        row.job_id = enqueue(JOB, run_id=row.pk)
        row.save(update_fields=["job_id"])


def cancel_simulation(*, project: Project, actor: User) -> None:
    """Stop what is under way, and forget it; what is done stays. Raises NotAllowedError."""
    with transaction.atomic():
        require(actor, Right.EDIT_PLAN, project)
        row = RiskRun.objects.select_for_update().filter(project=project, state=RiskRun.State.RUNNING).first()
        if row is not None:
            cancel(row.job_id)
            row.delete()


def job_of(row: RiskRun) -> AskedJob | None:
    """The job that a run waits for or is in the hands of; None when it has ended, or its job was lost."""
    if row.state != RiskRun.State.RUNNING:
        return None
    return open_jobs([row.job_id]).get(row.job_id)


def problem_of(row: RiskRun) -> str:
    """Why there is no result; nothing where there is one, or one is on its way."""
    # Its job is gone without a word: the database was restored from the middle of it.
    return _stopped() if row.state == RiskRun.State.RUNNING and job_of(row) is None else row.problem


def run_simulation(lease: Lease, run_id: int) -> None:
    """Simulate, unless the run is gone or another job has it. What is not foreseen is raised: the job becomes a dead letter."""
    with scope.every_organization():
        rows = RiskRun.objects.select_related("project", "asked_by")
        row = rows.filter(pk=run_id, state=RiskRun.State.RUNNING, job_id=lease.job_id).first()
    if row is None:
        return
    with translation.override(row.asked_by.language):
        try:
            _end(lease, row, state=RiskRun.State.DONE, result=to_json(_simulate(lease, row)))
        except StoppedError:
            log.info("simulation %s, run %s: left", run_id, lease.run)
        except TooLongError:
            _fail(
                lease,
                row,
                _("時間がかかりすぎたため打ち切りました。実行回数を減らすか、計画を分けてください。"),
            )
        except Refusal as refusal:
            _fail(lease, row, str(refusal))


def _simulate(lease: Lease, row: RiskRun) -> Simulation:
    from tasks.scheduling.risk import ready  # noqa: PLC0415  # numba: no process of the site needs it

    # Steps are told outside of the scopes, which are transactions: within, no one would see them.
    lease.progress(*READ)
    ready.prepare()
    asked = asked_of(row.asked)
    with scope.scope([row.organization_id]):
        given = load_input(Project.objects.get(pk=row.project_id), asked)
    name, begins = RUN
    lease.progress(name, begins)
    try:
        return run(
            given, asked, lambda done: lease.progress(name, begins + (END - begins) * done // asked.runs)
        )
    except CANNOT as error:
        with scope.scope([row.organization_id]):
            raise refusal_of(error) from error


def _fail(lease: Lease, row: RiskRun, problem: str) -> None:
    with suppress(StoppedError):
        _end(lease, row, state=RiskRun.State.FAILED, problem=problem[:400])


def _end(lease: Lease, row: RiskRun, **values: Any) -> None:
    """What came of it and the end of the job, at once. Raises StoppedError where it is not wanted any more."""
    with scope.scope([row.organization_id]), lease.ending():
        own = RiskRun.objects.filter(pk=row.pk, job_id=lease.job_id, state=RiskRun.State.RUNNING)
        if not own.update(ended_at=timezone.now(), **values):
            raise StoppedError


def give_up(job_id: str, _reason: str) -> None:
    """The job has become a dead letter: who asked finds the form again, and why."""
    with scope.every_organization():
        rows = RiskRun.objects.filter(job_id=job_id, state=RiskRun.State.RUNNING)
        row = rows.select_related("asked_by").first()
        if row is not None:
            with translation.override(row.asked_by.language):
                rows.update(state=RiskRun.State.FAILED, problem=_stopped()[:400], ended_at=timezone.now())


def _stopped() -> str:
    return _(
        "リスク分析の途中で問題が起きました。計画は変わっていません。もう一度お試しください。続く場合は運用者に知らせてください。"
    )
