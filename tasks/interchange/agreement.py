"""How far the computed plan has the dates that the file recorded, and why not where it has not."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tasks.interchange.network_of import PinReason, pins
from tasks.interchange.plan_file import PlanAssignment, PlanFile, PlanLink, PlanTask
from tasks.interchange.working_times import WorkingTimes
from tasks.scheduling.constraint_types import CAPPED
from tasks.scheduling.plan import Plan

Moment = Literal["start", "finish", "late_start", "late_finish"]
Reason = Literal[
    "inactive",  # the file keeps dates for a task that does not count
    "manual",
    "external",
    "started",
    "split",
    "leveled",
    "contoured",
    "overtime",  # overtime makes the work shorter than its hours
    "external_link",  # it waits for a task in another file
    "link_left_out",  # a link of the file could not be kept
    "value_changed",  # one of its values could not be read as it stands
    "unknown_calendar",  # its calendar, or one of its people's, is not in the file
    "assignment_delay",  # a person begins later than the task does
    "uneven_work",  # work, units and duration of its people don't fit each other
    "stale_dates",  # the file's own dates break the file's own links
    "stale_late_dates",  # so do its late dates
    "same_working_moment",  # no working time lies between the two: 17:00 and 8:00 of the next day
    "children",  # a summary over tasks that differ
    "follows",  # it waits for ``cause_uid``, which differs
    "precedes",  # late dates: ``cause_uid``, which waits for it, differs
    "unexplained",
]
LATE: frozenset[Moment] = frozenset(("late_start", "late_finish"))


@dataclass(frozen=True, slots=True)
class DateDifference:
    """One date that is not the recorded one."""

    uid: int
    name: str
    moment: Moment
    recorded_minute: int
    computed_minute: int
    reason: Reason
    cause_uid: int | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Counts of starts and finishes, and apart from them of late dates; differences in the order of the rows."""

    compared: int
    agreeing: int
    late_compared: int
    late_agreeing: int
    differences: tuple[DateDifference, ...]

    def reasons(self) -> dict[Reason, int]:
        """How often each reason was found, the most frequent first; late dates are not counted."""
        return dict(
            Counter(item.reason for item in self.differences if item.moment not in LATE).most_common()
        )


def compare(plan_file: PlanFile, plan: Plan) -> Agreement:
    """Hold every recorded date against the computed one."""
    comparison = _Comparison(plan_file, plan)
    return comparison.agreement()


@dataclass(frozen=True, slots=True)
class _Pair:
    task: PlanTask
    moment: Moment
    recorded: int
    computed: int


class _Comparison:
    def __init__(self, plan_file: PlanFile, plan: Plan) -> None:
        self.plan_file = plan_file
        self.tasks = {task.uid: task for task in plan_file.tasks}
        self.pins: dict[int, PinReason] = pins(plan_file)
        self.summaries = plan_file.summary_uids()
        self.compared = {True: 0, False: 0}  # late dates, the others
        self.differing = differing = list(self._differing(plan))
        self.off = {pair.task.uid for pair in differing if pair.moment not in LATE}
        self.late_off = {pair.task.uid for pair in differing if pair.moment in LATE}
        self.before: dict[int, list[PlanLink]] = defaultdict(list)
        self.after: dict[int, list[PlanLink]] = defaultdict(list)
        for link in plan_file.links:
            self.before[link.successor_uid].append(link)
            self.after[link.predecessor_uid].append(link)
        self.causes: dict[int, int] = {}  # a predecessor that differs, of the task or of one of its summaries
        self.awaited: set[int] = set()  # another waits for the task or for one of its summaries
        for task in plan_file.tasks:
            self._inherit(task)
        self.people: dict[int, list[PlanAssignment]] = defaultdict(list)
        for assignment in plan_file.assignments:
            self.people[assignment.task_uid].append(assignment)
        finishes = [task.recorded.finish_minute for task in plan_file.tasks if task.is_active]
        self.last_finish = max((minute for minute in finishes if minute is not None), default=0)
        self.noted = _noted(plan_file)
        self.working_times = WorkingTimes(plan_file)

    def _inherit(self, task: PlanTask) -> None:
        """Summaries come before their rows, so one look at the parent is enough."""
        if task.uid in self.after or task.parent_uid in self.awaited:
            self.awaited.add(task.uid)
        own = (
            link.predecessor_uid for link in self.before.get(task.uid, ()) if link.predecessor_uid in self.off
        )
        cause = next(own, None if task.parent_uid is None else self.causes.get(task.parent_uid))
        if cause is not None:
            self.causes[task.uid] = cause

    def _differing(self, plan: Plan) -> Iterator[_Pair]:
        for pair in _pairs(self.plan_file, plan):
            self.compared[pair.moment in LATE] += 1
            if pair.recorded != pair.computed:
                yield pair

    def agreement(self) -> Agreement:
        late = sum(pair.moment in LATE for pair in self.differing)
        return Agreement(
            compared=self.compared[False],
            agreeing=self.compared[False] - (len(self.differing) - late),
            late_compared=self.compared[True],
            late_agreeing=self.compared[True] - late,
            differences=tuple(self._difference(pair) for pair in self.differing),
        )

    def _difference(self, pair: _Pair) -> DateDifference:
        reason, cause = self._reason(pair)
        return DateDifference(
            pair.task.uid, pair.task.name, pair.moment, pair.recorded, pair.computed, reason, cause
        )

    def _reason(self, pair: _Pair) -> tuple[Reason, int | None]:
        """The first that applies: what the task itself says, then the file against itself, then its neighbours."""
        uid = pair.task.uid
        own = self._own_reason(pair.task)
        if own is not None:
            return own, None
        if pair.moment in LATE:
            return self._late_reason(pair)
        if uid in self.summaries:
            return "children", None
        if self._is_stale(uid):
            return "stale_dates", None
        if self.working_times.are_same(pair.task, pair.recorded, pair.computed):
            return "same_working_moment", None
        cause = self.causes.get(uid)
        if cause is not None:
            return "follows", cause
        if any(_is_uneven(item, pair.task) for item in self.people.get(uid, ())):
            return "uneven_work", None
        return "unexplained", None

    def _own_reason(self, task: PlanTask) -> Reason | None:
        if not task.is_active:
            return "inactive"
        pin = self.pins.get(task.uid)
        if pin is not None:
            return pin
        people = self.people.get(task.uid, ())
        if task.overtime_work_minutes or any(item.overtime_work_minutes for item in people):
            return "overtime"
        if any(item.delay_minutes for item in people):
            return "assignment_delay"
        return self.noted.get(task.uid)

    def _late_reason(self, pair: _Pair) -> tuple[Reason, int | None]:
        if self._is_late_stale(pair.task.uid):
            return "stale_late_dates", None
        if self.working_times.are_same(pair.task, pair.recorded, pair.computed):
            return "same_working_moment", None
        if pair.task.uid in self.off:
            return "follows", pair.task.uid
        for link in self.after.get(pair.task.uid, ()):
            if link.successor_uid in self.late_off:
                return "precedes", link.successor_uid
        return ("children" if pair.task.uid in self.summaries else "unexplained"), None

    def _is_stale(self, uid: int) -> bool:
        """Whether the recorded dates let the task begin before a recorded predecessor is done."""
        start = self.tasks[uid].recorded.start_minute
        if start is None:
            return False
        return any(
            (finish := self.tasks[link.predecessor_uid].recorded.finish_minute) is not None and finish > start
            for link in self.before.get(uid, ())
            if _is_plain(link)
        )

    def _is_late_stale(self, uid: int) -> bool:
        """Whether it should be done later than a recorded successor begins, or is free but not until the very end."""
        task = self.tasks[uid]
        finish = task.recorded.late_finish_minute
        if finish is None:
            return False
        if self._is_free(task) and finish < self.last_finish:
            return True
        return any(
            (start := self.tasks[link.successor_uid].recorded.late_start_minute) is not None
            and start < finish
            for link in self.after.get(uid, ())
            if _is_plain(link)
        )

    def _is_free(self, task: PlanTask) -> bool:
        """Nothing but the end of the project tells when it has to be done."""
        if task.uid in self.summaries or task.deadline_minute is not None or task.constraint_type in CAPPED:
            return False
        return task.uid not in self.awaited


def _pairs(plan_file: PlanFile, plan: Plan) -> Iterator[_Pair]:
    for task in plan_file.tasks:
        computed = plan.tasks.get(task.uid)
        if computed is None:
            continue
        recorded = task.recorded
        dates: tuple[tuple[Moment, int | None, int], ...] = (
            ("start", recorded.start_minute, computed.start),
            ("finish", recorded.finish_minute, computed.finish),
            ("late_start", recorded.late_start_minute, computed.late_start),
            ("late_finish", recorded.late_finish_minute, computed.late_finish),
        )
        for moment, then, now in dates:
            if then is not None:
                yield _Pair(task, moment, then, now)


def _noted(plan_file: PlanFile) -> dict[int, Reason]:
    """What the reader had to say about single tasks and about the calendars of their people."""
    meaning: dict[str, Reason] = {
        "cross_project_link_lost": "external_link",
        "link_to_missing_task": "link_left_out",
        "link_to_own_summary": "link_left_out",
        "duplicate_link": "link_left_out",
        "lag_out_of_range": "value_changed",
        "value_out_of_range": "value_changed",
        "value_unreadable": "value_changed",
        "constraint_without_date": "value_changed",
        "calendar_missing": "unknown_calendar",
    }
    tasks: dict[int, Reason] = {}
    resources: set[int] = set()
    for notice in plan_file.notices:
        reason = meaning.get(notice.code)
        params = dict(notice.params)
        uid, where = params.get("uid"), params.get("where", "Task")
        if reason is None or not isinstance(uid, int):
            continue
        if where == "Resource":
            resources.add(uid)
        elif where in ("Task", "Link of task"):
            tasks.setdefault(uid, reason)
    for assignment in plan_file.assignments:
        if assignment.resource_uid in resources:
            tasks.setdefault(assignment.task_uid, "unknown_calendar")
    return tasks


def _is_plain(link: PlanLink) -> bool:
    return link.link_type == "FS" and link.lag_minutes >= 0 and link.lag_percent >= 0


def _is_uneven(item: PlanAssignment, task: PlanTask) -> bool:
    """Work that the person's units would not do in the duration."""
    if item.work_minutes is None or not item.units:
        return False
    return abs(item.work_minutes / item.units - task.duration_minutes) > 1
