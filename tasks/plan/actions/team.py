"""The people of one task as the arithmetic of `tasks/scheduling/effort.py` takes them, and their rows again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from projects.storing import made
from resources.models import ResourceKind
from tasks.models import Assignment, Mode
from tasks.plan.clocks import added
from tasks.scheduling.effort import Effort
from tasks.scheduling.reference.shares import Share, half_up, whole_part

if TYPE_CHECKING:
    from projects.worktime.calendar import WorkingTime
    from tasks.models import Task
    from tasks.plan.rows import Rows
    from tasks.scheduling.network import TaskType

#: What an assignment has of its own; the rest belongs to the file it came from.
_COLUMNS: Final = ("units_percentage", "work_minutes", "delay_minutes", "remaining_work_minutes")
#: What may give way on the task itself.
FIGURES: Final = (
    "duration_minutes", "work_minutes", "progress_percentage", "actual_duration_minutes", "remaining_minutes",
    "finish_minute",
)  # fmt: skip
#: What says whether figures hang together.
KINDS: Final = ("is_elapsed", "is_milestone")
#: All that is read of a task here.
NEEDED: Final = (
    *FIGURES, *KINDS, "is_summary", "task_type", "is_effort_driven", "is_pinned", "mode", "start_minute",
    "actual_start_minute", "actual_finish_minute", "calendar_id",
)  # fmt: skip


class AssignmentDraft(NamedTuple):
    """One row of a team as it is to be."""

    percent: Decimal
    #: Where a person is not there from beginning to end.
    work: int | None = None
    delay: int = 0


Seats = dict[int, AssignmentDraft]
"""By resource."""


@dataclass(frozen=True, slots=True)
class Team:
    """Who works on a task, as a whole and as far as it lies ahead: what is done stays with whom it was done by."""

    rows: Mapping[int, Assignment]
    #: The task from beginning to end.
    whole: Effort
    #: What remains of it; only that is ever shared anew.
    ahead: Effort
    #: Minutes of work that are done, by person; 0 stands for no one.
    done: Mapping[int, int]
    is_done: bool
    #: Whether work, duration and people hang together at all.
    weighs: bool
    #: The task's own fields as they were, by `FIGURES` and `KINDS`.
    fields: Mapping[str, Any]

    @property
    def workers(self) -> frozenset[int]:
        """People and machines; material has no working time."""
        return frozenset(share.resource_id for share in self.whole.shares)

    @property
    def seats(self) -> Seats:
        """The rows as `put_rows` takes them."""
        return {
            pk: AssignmentDraft(row.units_percentage, row.work_minutes, row.delay_minutes)
            for pk, row in self.rows.items()
        }

    @property
    def has_begun(self) -> bool:
        """Whether something is done and something remains."""
        return self.ahead is not self.whole

    @property
    def done_minutes(self) -> int:
        """How much of the duration has passed."""
        return self.whole.duration_minutes - self.ahead.duration_minutes

    @property
    def done_work(self) -> int:
        """The work of all that is done."""
        return sum(self.done.values())


class TeamOutcome(NamedTuple):
    """What a task has become: its length, its work, and the parts of its people from beginning to end."""

    duration_minutes: int
    work_minutes: int
    shares: tuple[Share, ...]
    #: Whether the done part grew or shrank with the whole; else it is what it was.
    is_scaled: bool = False


def weighs(task: Task) -> bool:
    """Summaries take their figures from their children, milestones have none, and no work fills time on the clock."""
    return not (task.is_summary or task.is_milestone or task.is_elapsed)


def team_of(task: Task, rows: Iterable[Assignment]) -> Team:
    """The people of a task, from their rows with their resources, in the order in which they came."""
    by_resource = {row.resource_id: row for row in rows}
    whole = _whole(task, by_resource)
    is_done = task.progress_percentage == 100 or task.actual_finish_minute is not None
    ahead, done = whole, dict[int, int]()
    if task.actual_start_minute is not None and not is_done and weighs(task):
        ahead, done = _ahead(task, whole, by_resource)
    fields = {name: getattr(task, name) for name in (*FIGURES, *KINDS)}
    return Team(by_resource, whole, ahead, done, is_done, weighs(task), fields)


def _whole(task: Task, rows: Mapping[int, Assignment]) -> Effort:
    duration = task.duration_minutes
    shares = []
    for pk, row in rows.items():
        if row.resource.kind == ResourceKind.MATERIAL:
            continue
        units = round(float(row.units_percentage) / 100, 4)
        share = Share(pk, units, row.work_minutes or 0, row.delay_minutes)
        if row.work_minutes is None:
            share = replace(share, work_minutes=share.whole(duration))
        shares.append(share)
    # Where a file has fixed the days, or spread the work over them by a curve, no length follows from it.
    is_held = task.is_pinned or any(row.is_contoured for row in rows.values())
    task_type: TaskType = "fixed_duration" if is_held else task.task_type  # type: ignore[assignment]  # the column's choices are the engine's words
    return Effort(task.pk, duration, task_type, task.is_effort_driven, tuple(shares), task.work_minutes)


def _ahead(task: Task, whole: Effort, rows: Mapping[int, Assignment]) -> tuple[Effort, dict[int, int]]:
    duration = whole.duration_minutes
    left = task.remaining_minutes
    if left is None:
        left = duration - (task.actual_duration_minutes or duration * task.progress_percentage // 100)
    left = min(max(left, 0), duration)
    passed = duration - left
    done = {
        share.resource_id: _done(rows[share.resource_id], share, duration, passed) for share in whole.shares
    }
    shares = tuple(
        replace(
            share,
            work_minutes=share.work_minutes - done[share.resource_id],
            delay_minutes=max(share.delay_minutes - passed, 0),
        )
        for share in whole.shares
    )
    unassigned = whole.unassigned_minutes * left // duration if duration else whole.unassigned_minutes
    if not shares:
        done[0] = whole.unassigned_minutes - unassigned
    return replace(whole, duration_minutes=left, shares=shares, unassigned_minutes=unassigned), done


def _done(row: Assignment, share: Share, duration: int, passed: int) -> int:
    """The done part of a person's work: as the file says, else by the duration that has passed."""
    if row.remaining_work_minutes is not None:
        return max(share.work_minutes - row.remaining_work_minutes, 0)
    if row.actual_work_minutes:
        return min(row.actual_work_minutes, share.work_minutes)
    if share.fills(duration) and share.delay_minutes <= passed:
        return share.work_minutes - min(whole_part(duration - passed, share.units), share.work_minutes)
    # Who is there for a part does it as soon as they are there, as their load says.
    return min(share.whole(passed), share.work_minutes)


def outcome_of(team: Team, left: Effort, done: Mapping[int, int], *, is_scaled: bool = False) -> TeamOutcome:
    """A task as it is now: what lies ahead and what is done; or all of it, where the done part was scaled along."""
    shares = tuple(_from_the_beginning(team, share, done) for share in left.shares)
    work = sum(share.work_minutes for share in shares) if shares else left.work_minutes + done.get(0, 0)
    is_ahead = bool(done)
    duration = left.duration_minutes + (team.done_minutes if is_ahead else 0)
    return TeamOutcome(duration, work, shares, is_scaled)


def _from_the_beginning(team: Team, share: Share, done: Mapping[int, int]) -> Share:
    """Who has done nothing of what is done begins behind it."""
    if not done:
        return share
    own = done.get(share.resource_id, 0)
    row = team.rows.get(share.resource_id)
    delay = team.done_minutes if row is None and not own else row.delay_minutes if row is not None else 0
    return replace(share, work_minutes=share.work_minutes + own, delay_minutes=delay)


def drafts_of(outcome: TeamOutcome) -> Seats:
    """Nothing is kept for who is there from beginning to end, so that no later change leaves them behind."""
    found: Seats = {}
    for share in outcome.shares:
        is_always = share.fills(outcome.duration_minutes) and not share.delay_minutes
        work = None if is_always else share.work_minutes
        percent = Decimal(str(round(share.units * 100, 2)))
        found[share.resource_id] = AssignmentDraft(percent, work, share.delay_minutes)
    return found


def plain(percent: Decimal) -> int | float:
    """For the record: 50, 33.33."""
    return int(percent) if percent == int(percent) else float(percent)


def put_figures(task: Task, team: Team, outcome: TeamOutcome, clock: Callable[[], WorkingTime]) -> None:
    """What a task has become, set on it; dates that are set by hand last as long as the task, on its `clock`."""
    task.duration_minutes, task.work_minutes = outcome.duration_minutes, outcome.work_minutes
    if outcome.duration_minutes == team.fields["duration_minutes"]:
        return
    if task.actual_start_minute is not None and team.weighs:
        _put_progress(task, team, outcome)
    if task.mode == Mode.MANUAL and task.start_minute is not None and not task.is_pinned:
        task.finish_minute = _finish(task, task.start_minute, clock)


def _put_progress(task: Task, team: Team, outcome: TeamOutcome) -> None:
    duration = outcome.duration_minutes
    if outcome.is_scaled:
        done = duration * task.progress_percentage // 100
    else:
        done = team.done_minutes
        percent = half_up(100 * done / duration) if duration else task.progress_percentage
        task.progress_percentage = min(max(percent, 1 if task.progress_percentage else 0), 99)
    task.actual_duration_minutes, task.remaining_minutes = done, duration - done


def _finish(task: Task, start: int, clock: Callable[[], WorkingTime]) -> int:
    if task.is_elapsed:
        return start + task.duration_minutes
    return added(clock(), start, task.duration_minutes, field="duration")


def put_rows(held: Rows, task: Task, team: Team, seats: Seats) -> None:
    """Who sits on a task with which share, and no other."""
    gone = [row for pk, row in team.rows.items() if pk not in seats]
    new, changed = [], []
    for pk, seat in seats.items():
        values = dict(zip(_COLUMNS, seat, strict=False))
        row = team.rows.get(pk)
        if row is None:
            new.append(_row(task, pk, values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            if row.remaining_work_minutes is not None:
                total = _total(task, seat)
                values["remaining_work_minutes"] = max(total - row.actual_work_minutes, 0)
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    held.put_assignments(task, gone=gone, new=new, changed=changed)


def _row(task: Task, resource_id: int, values: Mapping[str, Any]) -> Assignment:
    return made(
        Assignment, {"task": task}, organization_id=task.organization_id, project_id=task.project_id, task_id=task.pk,
        resource_id=resource_id, **values,
    )  # fmt: skip


def _total(task: Task, seat: AssignmentDraft) -> int:
    return whole_part(task.duration_minutes, float(seat.percent) / 100) if seat.work is None else seat.work
