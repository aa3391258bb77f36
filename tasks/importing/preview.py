"""Reading an uploaded plan file and saying what an import of it would do, before anything is made."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.changes import changing_organization
from projects.errors import RuleBrokenError
from projects.lifecycle.selectors import free_code, newest_code
from projects.models import Project
from projects.permissions import Right, System, require, require_in_organization
from projects.worktime.errors import WorktimeError
from tasks.importing.differences import dates_of, differing_rows
from tasks.importing.rows import NAME_LENGTH, known_resources
from tasks.importing.words import Notes, refusal_text
from tasks.interchange.agreement import Agreement, compare
from tasks.interchange.mspdi.read import read_mspdi
from tasks.interchange.network_of import network_of
from tasks.interchange.refusals import PlanFileRefused
from tasks.models import PlanImport, Task
from tasks.scheduling.columns import columns_of
from tasks.scheduling.errors import CircularLinks, NetworkError
from tasks.scheduling.network import Network
from tasks.scheduling.plan import Plan
from tasks.scheduling.schedule import schedule

if TYPE_CHECKING:
    from typing import BinaryIO

    from projects.models import Organization, User
    from tasks.interchange.plan_file import PlanFile

MOST_UPLOADED_BYTES = 20 * 2**20
MOST_TASKS = 30_000
MOST_LEVELS = 500
SAMPLE_ROWS = 20
NAMES_LISTED = 100
#: An upload that was not imported is thrown away after this time.
KEPT_FOR = timedelta(days=1)
_PIECE = 2**16


class PlanFileError(RuleBrokenError):
    """A file that cannot be imported; the message says why and what to do."""

    def __init__(self, code: str, fallback: str = "", **params: Any) -> None:
        super().__init__(refusal_text(code, params, fallback), field="file")
        self.code = code


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that can be imported, with its dates as they will be."""

    plan_file: PlanFile
    plan: Plan

    def agreement(self) -> Agreement:
        """How far these dates are those of the file."""
        return compare(self.plan_file, self.plan)


def read_plan_file(source: str | BinaryIO, *, most_tasks: int = MOST_TASKS) -> PlanFile:
    """What a file says; raises PlanFileError for whatever cannot be read."""
    try:
        plan_file = read_mspdi(source)
    except PlanFileRefused as refusal:
        raise PlanFileError(refusal.code, str(refusal), **refusal.params) from refusal
    _check_size(plan_file, most_tasks)
    return plan_file


def examine(source: str | BinaryIO) -> Examined:
    """Read a file and schedule it, for a preview; raises PlanFileError for whatever cannot be used."""
    plan_file = read_plan_file(source)
    return Examined(plan_file, plan_of(plan_file))


def plan_of(plan_file: PlanFile) -> Plan:
    """The dates of a file by the file's numbers; raises PlanFileError for a plan that cannot be scheduled."""
    try:
        return schedule(columns_of(engine_network(plan_file))).plan()
    except (NetworkError, WorktimeError) as error:
        raise _unschedulable(plan_file, error) from error


def engine_network(plan_file: PlanFile) -> Network:
    """A file as the engine reads it: a plan that lives on here computes what remains of started work."""
    return network_of(plan_file, hold_started=False)


def _check_size(plan_file: PlanFile, most_tasks: int) -> None:
    count = len(plan_file.tasks)
    if count > most_tasks:
        raise PlanFileError("too_many_tasks", count=f"{count:,}", limit=f"{most_tasks:,}")
    levels = max((task.outline_level for task in plan_file.tasks), default=0)
    if levels > MOST_LEVELS:
        raise PlanFileError("too_many_levels", levels=levels, limit=MOST_LEVELS)


def _unschedulable(plan_file: PlanFile, error: NetworkError | WorktimeError) -> PlanFileError:
    if isinstance(error, WorktimeError):
        names = {rules.id: rules.name for rules in plan_file.calendars}
        name = names.get(error.calendar_id, "") if error.calendar_id is not None else ""
        return PlanFileError("calendar_without_work", name=name or error.calendar_id or _("標準"))
    tasks = {task.uid: task.name for task in plan_file.tasks}
    shown = " → ".join(
        _("「%(name)s」（%(uid)s）") % {"name": tasks.get(uid, ""), "uid": uid} for uid in error.task_ids[:5]
    )
    if isinstance(error, CircularLinks):
        return PlanFileError("link_circle", count=len(error.task_ids), names=shown)
    return PlanFileError("not_schedulable", reason=f"{shown} {error}".strip())


# -- the upload ------------------------------------------------------------------------------------------------


def keep_upload(
    *, stream: BinaryIO, file_name: str, organization: Organization, actor: User, project: Project | None = None
) -> PlanImport:  # fmt: skip
    """Keep a file with what its import would do; nothing of the plan is made. Raises PlanFileError."""
    if project is None:
        require_in_organization(actor, Right.CREATE_PROJECT, organization)
    else:
        require(actor, Right.EDIT_PLAN, project)
        check_is_empty(project)
    content, digest = _packed(stream)
    stream.seek(0)
    examined = examine(stream)
    PlanImport.objects.filter(
        uploaded_by=actor, state=PlanImport.State.PREVIEWED, created_at__lt=timezone.now() - KEPT_FOR
    ).delete()
    with transaction.atomic():
        kept = PlanImport.objects.create(
            organization=organization,
            project=project,
            uploaded_by=actor,
            file_name=PurePath(file_name.replace("\\", "/")).name[:255],
            content=content,
            sha256=digest,
            summary=summary_of(examined, file_name, organization.pk),
        )
        note_upload(kept, "upload.kept")
    return kept


def note_upload(plan_import: PlanImport, action: str) -> None:
    """A line in the organization's record, by the owner of the upload; it is of no project yet."""
    owner = System("import", user=plan_import.uploaded_by)
    with changing_organization(plan_import.organization, actor=owner) as record:
        record(
            action, target=plan_import, after={"file": plan_import.file_name, "sha256": plan_import.sha256}
        )


def check_is_empty(project: Project) -> None:
    """A file is never mixed into a plan that is there."""
    if Task.objects.filter(project=project, deleted_at__isnull=True).exists():
        raise RuleBrokenError(
            _(
                "「%(project)s」にはすでにタスクがあるため、取り込めません。新しいプロジェクトとして取り込むか、先にタスクを削除してください。"
            )
            % {"project": project.name},
            field="project",
        )


def _packed(stream: BinaryIO) -> tuple[bytes, str]:
    """The file as gzip, and the hash of it as it came; stops as soon as it is too large."""
    digest = hashlib.sha256()
    packed = BytesIO()
    is_packed = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    target: Any = packed if is_packed else gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=5, mtime=0)
    while piece := stream.read(_PIECE):
        digest.update(piece)
        target.write(piece)
        if packed.tell() > MOST_UPLOADED_BYTES:
            raise PlanFileError("upload_too_large", limit_mb=MOST_UPLOADED_BYTES // 2**20)
    if not is_packed:
        target.close()
    return packed.getvalue(), digest.hexdigest()


def fingerprint(stream: BinaryIO) -> str:
    """The hash of a file as it came, by which the record knows it."""
    with stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # any stream of bytes


def content_of(plan_import: PlanImport) -> BinaryIO:
    """The kept file, as it can be read again."""
    return BytesIO(bytes(plan_import.content or b""))


# -- what it would do --------------------------------------------------------------------------------------------


def summary_of(examined: Examined, file_name: str, organization_id: int) -> dict[str, Any]:
    """What the preview shows, as JSON; sentences are made when it is read, in the reader's language."""
    plan_file, agreement = examined.plan_file, examined.agreement()
    known = known_resources(organization_id, plan_file.resources)
    return {
        "name": project_name(plan_file, file_name),
        "counts": counts_of(plan_file),
        "period": [examined.plan.start, examined.plan.finish] if plan_file.tasks else None,
        "known": [row.name for row in known.values()][:NAMES_LISTED],
        "known_count": len(known),
        "minutes_per_day": plan_file.project.minutes_per_day,
        "sample": _sample(examined),
        "dates": dates_of(agreement),
        "differing": differing_rows(agreement, plan_file, examined.plan),
        "notices": notices_of(plan_file).finished(),
        "kept": _kept_words(plan_file),
    }


def project_name(plan_file: PlanFile, file_name: str) -> str:
    """A name for the new project: its title, else its name, else that of the file."""
    stem = PurePath(file_name.replace("\\", "/")).name
    for candidate in (plan_file.project.title, plan_file.project.name, stem):
        name = candidate.strip()
        for ending in (".gz", ".xml", ".mpp", ".XML", ".MPP"):
            name = name.removesuffix(ending)
        if name:
            return name[:NAME_LENGTH]
    return _("取り込んだプロジェクト")


def free_project_code(organization: Organization) -> str:
    """A code for the new project, in the form of the organization's newest one."""
    return free_code(organization, like=newest_code(organization))


def counts_of(plan_file: PlanFile) -> dict[str, int]:
    """How many rows of each kind an import makes."""
    summaries = plan_file.summary_uids()
    return {
        "tasks": len(plan_file.tasks),
        "summaries": len(summaries),
        "milestones": sum(task.is_milestone for task in plan_file.tasks),
        "manual": sum(task.mode == "manual" and task.uid not in summaries for task in plan_file.tasks),
        "links": len(plan_file.links),
        "resources": len(plan_file.resources),
        "assignments": len(plan_file.assignments),
        "calendars": len(plan_file.calendars),
    }


def notices_of(plan_file: PlanFile) -> Notes:
    """What the reader had to say, as JSON holds it."""
    notes = Notes()
    for notice in plan_file.notices:
        notes.take(notice)
    if not plan_file.tasks:
        notes.doubt("no_tasks")
    return notes


def _sample(examined: Examined) -> list[dict[str, Any]]:
    summaries = examined.plan_file.summary_uids()
    return [
        {
            "name": task.name[:200],
            "level": min(task.outline_level, 10),
            "start": examined.plan[task.uid].start,
            "finish": examined.plan[task.uid].finish,
            "duration": task.duration_minutes,
            "percent": task.percent_complete,
            "is_summary": task.uid in summaries,
            "is_milestone": task.is_milestone,
        }
        for task in examined.plan_file.tasks[:SAMPLE_ROWS]
    ]


def _kept_words(plan_file: PlanFile) -> dict[str, int]:
    """What no page shows, but an export writes again."""
    return {
        "custom_fields": len(plan_file.custom_fields),
        "baselines": sum(bool(task.baselines) for task in plan_file.tasks),
        "costs": sum(task.cost is not None and task.cost != 0 for task in plan_file.tasks),
    }
