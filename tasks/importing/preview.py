"""What an import of a file would do, said before anything is made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from projects.lifecycle.selectors import free_code, newest_code
from tasks.importing.baselines import is_agreed
from tasks.importing.differences import dates_of, differing_rows
from tasks.importing.reading import counts_of, notices_of, plan_of
from tasks.importing.rows import known_resources
from tasks.importing.sources import read_source
from tasks.interchange.agreement import Agreement, compare
from tasks.interchange.plan_file import OTHER_NAME
from tasks.interchange.sheets.choices import NO_CHOICES, Choices
from tasks.interchange.sheets.frame import Frame
from tasks.scheduling.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from projects.models import Organization
    from tasks.interchange.plan_file import PlanFile
    from tasks.interchange.sheets.as_json import Json

SAMPLE_ROWS: Final = 20
NAMES_LISTED: Final = 100
#: Endings of file names, from the outermost inwards.
ENDINGS: Final = (".gz", ".xml", ".mpp", ".xlsx", ".xlsm", ".csv", ".tsv", ".txt")


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that can be imported, with its dates as they will be."""

    plan_file: PlanFile
    plan: Plan
    table: Json | None = None
    frame: Frame | None = None

    def agreement(self) -> Agreement:
        """How far these dates are those of the file."""
        return compare(self.plan_file, self.plan)


def examine(
    source: BinaryIO, frame_for: Callable[[], Frame] | None = None, choices: Choices = NO_CHOICES
) -> Examined:
    """Read a file and schedule it, for a preview; raises PlanFileError for whatever cannot be used."""
    read = read_source(source, frame_for or (lambda: Frame(timezone.localdate())), choices)
    return Examined(read.plan_file, plan_of(read.plan_file), read.table, read.frame)


def summary_of(examined: Examined, file_name: str, organization_id: int) -> dict[str, Any]:
    """What the preview shows, as JSON; sentences are made when it is read, in the reader's language."""
    plan_file, agreement = examined.plan_file, examined.agreement()
    known = known_resources(organization_id, plan_file.resources)
    return {
        "name": project_name(plan_file, file_name),
        "counts": counts_of(plan_file, keeps_calendar=examined.table is not None),
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
        for ending in ENDINGS:
            name = name[: -len(ending)] if name.lower().endswith(ending) else name
        if name:
            return name[:OTHER_NAME]
    return _("取り込んだプロジェクト")


def free_project_code(organization: Organization) -> str:
    """A code for the new project, in the form of the organization's newest one."""
    return free_code(organization, like=newest_code(organization))


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
    """What no page shows, but an export writes again; and of how many tasks baselines are made."""
    return {
        "custom_fields": len(plan_file.custom_fields),
        "baselines": sum(any(map(is_agreed, task.baselines)) for task in plan_file.tasks),
        "costs": sum(task.cost is not None and task.cost != 0 for task in plan_file.tasks),
    }
