"""Whether a file can be imported, without importing it."""

from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from projects.worktime.errors import WorktimeError
from tasks.interchange.mspdi.read import read_mspdi
from tasks.interchange.network_of import network_instead_of
from tasks.interchange.notices import Notice
from tasks.interchange.plan_file import PlanFile
from tasks.interchange.refusals import PlanFileRefused
from tasks.interchange.xml.text import MAX_BYTES, ByteStream
from tasks.scheduling.columns import columns_of
from tasks.scheduling.errors import NetworkError
from tasks.scheduling.plan import Plan
from tasks.scheduling.schedule import schedule


class NotSchedulable(PlanFileRefused):
    """The file is sound, but its plan contradicts itself; ``error`` is what the engine says."""

    code: ClassVar[str] = "not_schedulable"
    sentence = "The plan in the file can't be scheduled. {reason}"

    def __init__(self, error: NetworkError | WorktimeError) -> None:
        self.error = error
        super().__init__(reason=str(error))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Accepted with what is in the file and what to know about it, or refused with the reason."""

    refusal: PlanFileRefused | None = None
    tasks: int = 0
    links: int = 0
    resources: int = 0
    compared: int = 0  # starts and finishes that the file holds …
    agreeing: int = 0  # … and how many of them are the computed ones
    notices: tuple[Notice, ...] = ()


def judge(source: str | Path | ByteStream, max_bytes: int = MAX_BYTES) -> Verdict:
    """Read and schedule a file of any kind; never raises for what the file holds."""
    try:
        return _judged([read_mspdi(source, max_bytes)])
    except PlanFileRefused as refusal:
        return Verdict(refusal=refusal)


def _judged(plan_files: list[PlanFile]) -> Verdict:
    """Only figures are asked for: the one file in the list makes way for the engine, which needs as much again."""
    plan_file = plan_files[0]
    sizes = len(plan_file.tasks), len(plan_file.links), len(plan_file.resources)
    notices, dates = plan_file.notices, _Dates(plan_file)
    del plan_file
    try:
        columns = columns_of(network_instead_of(plan_files))
        plan = schedule(columns).plan()
    except (NetworkError, WorktimeError) as error:
        raise NotSchedulable(error) from error
    return Verdict(None, *sizes, *dates.counts(plan), notices)


class _Dates:
    """The starts and finishes of a file, without its tasks."""

    def __init__(self, plan_file: PlanFile) -> None:
        self.starts, self.finishes = (array("q"), array("q")), (array("q"), array("q"))
        for task in plan_file.tasks:
            _append(self.starts, task.uid, task.recorded.start_minute)
            _append(self.finishes, task.uid, task.recorded.finish_minute)

    def counts(self, plan: Plan) -> tuple[int, int]:
        starts = sum(plan[uid].start == minute for uid, minute in zip(*self.starts, strict=True))
        finishes = sum(plan[uid].finish == minute for uid, minute in zip(*self.finishes, strict=True))
        return len(self.starts[0]) + len(self.finishes[0]), starts + finishes


def _append(columns: tuple["array[int]", "array[int]"], uid: int, minute: int | None) -> None:
    if minute is not None:
        columns[0].append(uid)
        columns[1].append(minute)
