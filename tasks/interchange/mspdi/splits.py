"""Interrupted work: which day-by-day values of a file mean that a task was split."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from projects.worktime.calendar import WorkingTime
from projects.worktime.calendars import Calendars
from projects.worktime.errors import WorktimeError
from projects.worktime.rules import CalendarRules
from tasks.interchange.mspdi.values import parse_amount, parse_moment
from tasks.interchange.plan_file import PlanResource, PlanTask
from tasks.interchange.xml.items import Node

Piece = tuple[int, int]
Pieces = list[Piece]
_ROUNDING = 1  # seconds of the file were rounded to minutes on both sides of a gap
_WORK_TYPES = ("1", "2")  # remaining and actual work


def add_piece(pieces: Pieces, start: int, finish: int) -> None:
    """Append work from start to finish; what touches the piece before makes it longer."""
    if pieces and pieces[-1][0] <= start <= pieces[-1][1]:
        pieces[-1] = (pieces[-1][0], max(finish, pieces[-1][1]))
    else:
        pieces.append((start, finish))


class SplitFinder:
    """Finds the splits of tasks from the worked pieces of their assignments."""

    def __init__(
        self,
        project_calendar_uid: int | None,
        calendars: Iterable[CalendarRules],
        resources: Iterable[PlanResource],
    ) -> None:
        self.project_calendar_uid = project_calendar_uid
        self.calendars = Calendars(calendars)
        self.resource_calendars = {item.uid: item.calendar_uid for item in resources if item.kind == "work"}

    def splits(self, task: PlanTask, worked: Sequence[tuple[int, Pieces]]) -> tuple[Piece, ...]:
        """Pieces of a task on which each of ``worked`` (resource and its pieces) works, when there are several."""
        try:
            own = self._calendar(task.calendar_uid)
            together: Pieces = []
            for resource_uid, pieces in worked:
                person = self._calendar(self.resource_calendars.get(resource_uid))
                together += _joined(sorted(pieces), own, person)
            found = [_trimmed(piece, own) for piece in _joined(sorted(together), own, own)]
        except WorktimeError:
            return ()
        return tuple(found) if len(found) > 1 else ()

    def _calendar(self, uid: int | None) -> WorkingTime:
        return self.calendars.calendar(self.project_calendar_uid if uid is None else uid)


def _joined(pieces: Pieces, own: WorkingTime, person: WorkingTime) -> Pieces:
    """Pieces with nothing but nights, weekends and leave between them are one."""
    joined: Pieces = []
    for start, finish in pieces:
        gap = (joined[-1][1], start) if joined else None
        if gap is not None and min(own.between(*gap), person.between(*gap)) <= _ROUNDING:
            joined[-1] = (joined[-1][0], max(finish, joined[-1][1]))
        else:
            joined.append((start, finish))
    return joined


def _trimmed(piece: Piece, calendar: WorkingTime) -> Piece:
    """From the first minute of work to the last: values are given per 24 hours."""
    start, finish = calendar.next_working(piece[0]), calendar.previous_working(piece[1])
    return (start, finish) if start < finish else piece


class WorkedPieces:
    """Collects when an assignment has work, day by day as the file goes along."""

    def __init__(self) -> None:
        self.open: Pieces = []
        self.by_task: dict[int, list[tuple[int, Pieces]]] = defaultdict(list)

    def add(self, nodes: "list[Node]") -> None:
        """One day-by-day value of the assignment that is being read; only planned and actual work count."""
        leaf = {name: value for name, value in nodes if isinstance(value, str)}
        if leaf.get("Type") not in _WORK_TYPES:
            return
        try:
            if parse_amount(leaf.get("Value", "")) > 0:
                add_piece(
                    self.open, parse_moment(leaf.get("Start", "")), parse_moment(leaf.get("Finish", ""))
                )
        except ValueError:
            return  # it is lost like the others

    def close(self, task_uid: int, resource_uid: int) -> None:
        """The assignment is read."""
        if self.open:
            self.by_task[task_uid].append((resource_uid, self.open))
            self.open = []

    def split(self, tasks: list[PlanTask], summaries: frozenset[int], finder: SplitFinder) -> list[PlanTask]:
        """The tasks, those that were interrupted with their splits."""
        return [
            replace(task, splits=finder.splits(task, self.by_task[task.uid]))
            if self._may_be_split(task, summaries)
            else task
            for task in tasks
        ]

    def _may_be_split(self, task: PlanTask, summaries: frozenset[int]) -> bool:
        worked = self.by_task.get(task.uid, ())
        return task.uid not in summaries and any(len(pieces) > 1 for _, pieces in worked)
