"""An import on its way: sent off by its owner, made by a worker, refused with a sentence that the form shows.

The plan, the state of the upload and the end of the job are one transaction: a worker that was killed, taken over or
stopped leaves nothing. Rows are locked in one order, the upload before its job.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.errors import Refusal, RuleBrokenError
from projects.jobs import cancel, enqueue
from projects.jobs.leases import StoppedError, TooLongError
from projects.jobs.running import is_alive, open_jobs
from projects.lifecycle.rules import check_rules
from projects.models import Calendar, Project, User
from projects.permissions import Right, require, require_in_organization
from projects.rls import scope
from tasks.importing.frames import frame_of
from tasks.importing.services import check_is_empty, import_plan
from tasks.importing.sources import Source, read_source
from tasks.importing.uploads import content_of, note_upload
from tasks.interchange.sheets.choices import choices_of
from tasks.models import PlanImport

if TYPE_CHECKING:
    from projects.jobs import Lease
    from projects.models import AskedJob
    from tasks.interchange.sheets.frame import Frame

log = logging.getLogger(__name__)
JOB: Final = "import_plan_file"
#: What a worker is doing, and how far that is; within the transaction that makes the plan nothing can be said.
READ, MAKE = ("read", 10), ("make", 40)
STEPS: Final = {"read": gettext_lazy("ファイルを読み込み"), "make": gettext_lazy("計画を計算して保存")}


def start_import(
    *,
    plan_import: PlanImport,
    actor: User,
    project: Project | None,
    fields: dict[str, str],
    as_recorded: bool,
    starts_on: date | None = None,
) -> None:
    """Send an upload off to become the plan of an empty project, or of a new one with these fields (code, name).

    With ``starts_on`` the plan is moved to begin on that day. Raises Refusal for what can be seen at once. One that is under way, or done, stays as it is.
    """
    _check(plan_import, actor, project, fields)
    with transaction.atomic():
        row = PlanImport.objects.select_for_update().defer("content").get(pk=plan_import.pk)
        if row.state == PlanImport.State.IMPORTED or job_of(row) is not None:
            return
        row.chosen = {
            "project": project.pk if project else None, "fields": fields, "as_recorded": as_recorded,
            "starts_on": None if starts_on is None else starts_on.isoformat(), "language": translation.get_language(),
        }  # fmt: skip
        row.state, row.problem = PlanImport.State.RUNNING, None
        row.job_id = enqueue(JOB, import_id=row.pk)
        row.save(update_fields=["chosen", "state", "problem", "job_id"])
        note_upload(row, "upload.sent_off")


def _check(plan_import: PlanImport, actor: User, project: Project | None, fields: dict[str, str]) -> None:
    """What needs no file: it is asked again when the plan is made."""
    if project is not None:
        require(actor, Right.EDIT_PLAN, project)
        check_is_empty(project)
        return
    organization = plan_import.organization
    require_in_organization(actor, Right.CREATE_PROJECT, organization)
    calendar = Calendar.objects.filter(organization=organization, is_default=True).first()
    today = timezone.localdate()
    new = Project(organization=organization, calendar=calendar, start_date=today, end_date=today, **fields)
    check_rules(new, viewer=actor)


def job_of(plan_import: PlanImport) -> AskedJob | None:
    """The job that an upload waits for or is in the hands of; None when it is to be sent off, or was given up."""
    if plan_import.state != PlanImport.State.RUNNING:
        return None
    return open_jobs([plan_import.job_id]).get(plan_import.job_id)


def problem_of(plan_import: PlanImport) -> tuple[str | None, str]:
    """The field and the sentence of why the last run made nothing; no sentence when there was none."""
    if plan_import.problem:
        return plan_import.problem["field"], plan_import.problem["text"]
    # Its job is gone without a word: the database was restored from the middle of it.
    return None, _stopped() if plan_import.state == PlanImport.State.RUNNING else ""


def run_import(lease: Lease, import_id: int) -> None:
    """Make the plan, unless the upload is gone or another job has it.

    What is not foreseen is raised: the job is tried again, or becomes a dead letter that operators see (`give_up`).
    """
    row = _begin(lease, import_id)
    if row is None:
        return
    with translation.override(_language(row)):
        try:
            # Each a transaction of its own: within that of the plan no one would see them, and who stops the job would wait.
            lease.progress(*READ)
            read = _read(row)
            lease.progress(*MAKE)
            _make(lease, row, read)
        except StoppedError:
            log.info("import %s, run %s: left", import_id, lease.run)
        except TooLongError:
            text = _("時間がかかりすぎたため打ち切りました。計画をいくつかのファイルに分けてください。")
            _refuse(lease, row, text)
        except Refusal as refusal:
            _refuse(lease, row, str(refusal), field=refusal.field)
        except PermissionDenied as denied:
            _refuse(lease, row, str(denied))


def _language(row: PlanImport) -> str:
    chosen: dict[str, Any] = row.chosen or {}
    return str(chosen.get("language", "ja"))


def _begin(lease: Lease, import_id: int) -> PlanImport | None:
    """The upload, in this job's hands; None when another has it, or there is nothing to make any more."""
    with scope.every_organization():
        rows = PlanImport.objects.select_related("organization", "project", "uploaded_by")
        row = rows.filter(pk=import_id, state=PlanImport.State.RUNNING).first()
        if row is None:
            return None
        if row.job_id != lease.job_id:
            other = job_of(row)
            if other is not None and is_alive(other, timezone.now()):
                return None
            row.job_id = lease.job_id
            row.save(update_fields=["job_id"])
    return row


def _read(row: PlanImport) -> Source:
    """The file, read for the project that it goes into, with what its owner has said of it."""
    table: dict[str, Any] = row.summary.get("table", {})

    def frame() -> Frame:
        with scope.scope([row.organization_id]):
            return frame_of(
                row.organization, _target(row), makes_people=table.get("makes_people", True),
                said=table.get("people_said"),
            )  # fmt: skip

    return read_source(content_of(row), frame, choices_of(table.get("choices", {})))


def _target(row: PlanImport) -> Project | None:
    chosen: dict[str, Any] = row.chosen or {}
    project = Project.objects.alive().filter(pk=chosen["project"]).first() if chosen["project"] else None
    if chosen["project"] and project is None:
        raise RuleBrokenError(_("取り込み先のプロジェクトが削除されました。"), field="project")
    return project


def _make(lease: Lease, row: PlanImport, read: Source) -> None:
    """All rows, the state of the upload and the end of the job: one transaction."""
    chosen: dict[str, Any] = row.chosen or {}
    with scope.scope([row.organization_id]):
        project = _target(row)
        import_plan(
            plan_file=read.plan_file, keeps_calendar=read.table is not None, organization=row.organization, actor=_owner(row), leader=_owner(row), project=project,
            fields=chosen["fields"], as_recorded=chosen["as_recorded"], plan_import=row,
            starts_on=date.fromisoformat(chosen["starts_on"]) if chosen.get("starts_on") else None,
        )  # fmt: skip
        if not lease.end():
            raise StoppedError


def _owner(row: PlanImport) -> User:
    if row.uploaded_by is None:
        raise ValueError(f"import {row.pk} has no owner")
    return row.uploaded_by


def _refuse(lease: Lease, row: PlanImport, text: str, *, field: str | None = None) -> None:
    """Back to the form, with the reason; and the job ends."""
    with suppress(StoppedError), scope.scope([row.organization_id]):
        _give_back(row.job_id, text, field)
        if not lease.end():
            raise StoppedError


def _give_back(job_id: str, text: str, field: str | None = None) -> None:
    rows = PlanImport.objects.filter(job_id=job_id, state=PlanImport.State.RUNNING)
    rows.update(state=PlanImport.State.PREVIEWED, problem={"field": field, "text": text[:400]})


def give_up(job_id: str, _reason: str) -> None:
    """The job of an import has become a dead letter: its owner finds the form again, and why."""
    with scope.every_organization():
        row = (
            PlanImport.objects.filter(job_id=job_id, state=PlanImport.State.RUNNING).defer("content").first()
        )
        if row is not None:
            with translation.override(_language(row)):
                _give_back(job_id, _stopped())


def _stopped() -> str:
    return _(
        "取り込みの途中で問題が起きました。何も作られていません。もう一度お試しください。続く場合は運用者に知らせてください。"
    )


def discard_upload(*, plan_import: PlanImport) -> bool:
    """Throw an upload away, also one under way. False when it has been imported meanwhile."""
    with transaction.atomic():
        rows = PlanImport.objects.select_for_update().defer("content")
        row = rows.filter(pk=plan_import.pk).exclude(state=PlanImport.State.IMPORTED).first()
        if row is None:
            return False
        if row.job_id:
            cancel(row.job_id)
        note_upload(row, "upload.discarded")
        row.delete()
    return True
