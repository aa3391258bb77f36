"""Whether a file can be imported, without importing it."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from projects.worktime.errors import WorktimeError
from tasks.interchange.agreement import Agreement, compare
from tasks.interchange.mspdi import read_mspdi
from tasks.interchange.network_of import network_of
from tasks.interchange.notices import Notice
from tasks.interchange.plan_file import PlanFile
from tasks.interchange.refusals import PlanFileRefused
from tasks.interchange.xml_text import ByteStream
from tasks.scheduling.errors import NetworkError
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
    """Accepted with a plan and what to know about it, or refused with the reason."""

    plan_file: PlanFile | None = None
    agreement: Agreement | None = None
    refusal: PlanFileRefused | None = None

    @property
    def is_accepted(self) -> bool:
        return self.refusal is None

    @property
    def notices(self) -> tuple[Notice, ...]:
        return self.plan_file.notices if self.plan_file is not None else ()


def judge(source: str | Path | ByteStream) -> Verdict:
    """Read and schedule a file of any kind; never raises for what the file holds."""
    try:
        plan_file = read_mspdi(source)
        try:
            plan = schedule(network_of(plan_file))
        except (NetworkError, WorktimeError) as error:
            raise NotSchedulable(error) from error
    except PlanFileRefused as refusal:
        return Verdict(refusal=refusal)
    return Verdict(plan_file=plan_file, agreement=compare(plan_file, plan))
