"""Reading a plan file: what it holds, and its dates as they will be; or a sentence that says why it cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.worktime.errors import WorktimeError
from tasks.importing.words import Notes, refusal_text
from tasks.interchange.mspdi.read import read_mspdi
from tasks.interchange.network_of import network_of
from tasks.interchange.refusals import PlanFileRefused
from tasks.scheduling.columns import columns_of
from tasks.scheduling.errors import CircularLinks, NetworkError
from tasks.scheduling.network import Network
from tasks.scheduling.plan import Plan
from tasks.scheduling.schedule import schedule

if TYPE_CHECKING:
    from typing import BinaryIO

    from tasks.interchange.plan_file import PlanFile

MOST_TASKS: Final = 30_000
MOST_LEVELS: Final = 500


class PlanFileError(RuleBrokenError):
    """A file that cannot be imported; the message says why and what to do."""

    def __init__(self, code: str, fallback: str = "", **params: Any) -> None:
        super().__init__(refusal_text(code, params, fallback), field="file")
        self.code = code


def read_plan_file(source: str | BinaryIO, *, most_tasks: int = MOST_TASKS) -> PlanFile:
    """What a file says; raises PlanFileError for whatever cannot be read."""
    try:
        plan_file = read_mspdi(source)
    except PlanFileRefused as refusal:
        raise PlanFileError(refusal.code, str(refusal), **refusal.params) from refusal
    check_size(plan_file, most_tasks)
    return plan_file


def plan_of(plan_file: PlanFile) -> Plan:
    """The dates of a file by the file's numbers; raises PlanFileError for a plan that cannot be scheduled."""
    try:
        return schedule(columns_of(engine_network(plan_file))).plan()
    except (NetworkError, WorktimeError) as error:
        raise unschedulable(plan_file, error) from error


def engine_network(plan_file: PlanFile) -> Network:
    """A file as the engine reads it: a plan that lives on here computes what remains of started work."""
    return network_of(plan_file, hold_started=False)


def check_size(plan_file: PlanFile, most_tasks: int) -> None:
    """Raises PlanFileError for a plan with too many rows or levels."""
    count = len(plan_file.tasks)
    if count > most_tasks:
        raise PlanFileError("too_many_tasks", count=f"{count:,}", limit=f"{most_tasks:,}")
    levels = max((task.outline_level for task in plan_file.tasks), default=0)
    if levels > MOST_LEVELS:
        raise PlanFileError("too_many_levels", levels=levels, limit=MOST_LEVELS)


def unschedulable(plan_file: PlanFile, error: NetworkError | WorktimeError) -> PlanFileError:
    """Why a file has no dates, in its own names and numbers."""
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


def counts_of(plan_file: PlanFile, *, keeps_calendar: bool = False) -> dict[str, int]:
    """How many rows of each kind an import makes; of a file that was read for a calendar it makes none."""
    summaries = plan_file.summary_uids()
    return {
        "tasks": len(plan_file.tasks),
        "summaries": len(summaries),
        "milestones": sum(task.is_milestone for task in plan_file.tasks),
        "manual": sum(task.mode == "manual" and task.uid not in summaries for task in plan_file.tasks),
        "links": len(plan_file.links),
        "resources": len(plan_file.resources),
        "assignments": len(plan_file.assignments),
        "calendars": 0 if keeps_calendar else len(plan_file.calendars),
    }


def notices_of(plan_file: PlanFile) -> Notes:
    """What the reader had to say, as JSON holds it."""
    notes = Notes()
    for notice in plan_file.notices:
        notes.take(notice)
    if not plan_file.tasks:
        notes.doubt("no_tasks")
    return notes
