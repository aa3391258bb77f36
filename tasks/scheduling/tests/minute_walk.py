"""The rules of docs/conformance.md once more, so slowly that each can be read: time is walked minute by minute.

Nothing of the engine is used, neither its calendars nor its order of rows, so that where both agree, neither the tables and
bisections of the one nor a slip in the other can be the reason. It knows all that the engine does, but parts of a minute and
moments that are months away.
"""

from functools import cache
from typing import NamedTuple

from tasks.scheduling.network import Link, Network, Task
from tasks.scheduling.tests.minute_hours import ROOM, Hours, NotWalked
from tasks.scheduling.tests.minute_plan import MinutePlan, Span


class Walked(NamedTuple):
    """What comes out for one task."""

    start: int
    finish: int
    late_start: int
    late_finish: int
    total_slack: int
    free_slack: int


class MinuteWalk(MinutePlan):
    """Asks for each task what it needs to know, wherever that stands."""

    def __init__(self, network: Network) -> None:
        super().__init__(network)
        self.held: dict[int, Span] = {}
        self._early = cache(self._find_early)
        self._late = cache(self._find_late)
        if self.project.from_finish:
            self._begin_late_enough()
        else:
            ends = [self.early(row)[1] for row in self.tasks if self.is_active(row)]
            self.end = max(ends, default=self.begin)
        self.held = {
            task.id: self.late(task.id)
            for task in network.tasks
            if task.constraint_type == "ALAP"
            and not self.children(task.id)
            and self.given(task) is None
            and self.late(task.id)[0] > self.early(task.id)[0]
        }
        self._early = cache(self._find_early)

    def _begin_late_enough(self) -> None:
        """A plan that has to be done by a date begins when its first task has to."""
        finish = self.project.finish_minute
        self.begin = self.end = self.begin if finish is None else finish
        starts = [self.late(row)[0] for row in self.tasks if self.is_active(row) and not self.children(row)]
        self.begin = min(starts, default=self.end)
        self._early, self._late = cache(self._find_early), cache(self._find_late)

    def dates(self, task_id: int) -> Walked:
        """Everything about one task."""
        return Walked(
            *self.early(task_id), *self.late(task_id), self.total_slack(task_id), self.free_slack(task_id)
        )

    # Forward

    def early(self, task_id: int) -> Span:
        """Early start and finish."""
        return self._early(task_id)

    def _find_early(self, task_id: int) -> Span:
        task = self.tasks[task_id]
        rows = self.spanned(task_id)
        if rows:
            if task.mode == "manual" and task.start_minute is not None and task.finish_minute is not None:
                return task.start_minute, task.finish_minute
            found = [self.early(row) for row in rows]
            return min(start for start, _ in found), max(finish for _, finish in found)
        fixed = self.held.get(task_id) or self.given(task)
        return fixed or self._bound(task_id, *self.wanted(task_id))

    def wanted(self, task_id: int) -> Span:
        """What the links ask for, after the delay that levelling put before it."""
        task, (start, finish) = self.tasks[task_id], self.asked(task_id)
        if not task.leveling_delay_minutes:
            return start, finish
        if task.leveling_delay_is_elapsed:
            return self.fitted(task_id, start + task.leveling_delay_minutes)
        return self.fitted(task_id, self.hours(task).done_after(start, task.leveling_delay_minutes))

    def after_lag(self, link: Link, task_id: int) -> int:
        """Where a link lets its successor begin, or end."""
        before = self.early(link.predecessor_id)
        moment = before[0] if link.link_type in ("SS", "SF") else before[1]
        hours = self.clock if link.lag_kind.startswith("elapsed") else self.ruler(self.tasks[task_id])
        return hours.moved(moment, self.lag(link))

    def lag(self, link: Link) -> int:
        """In minutes."""
        if not link.lag_kind.endswith("percent"):
            return link.lag_minutes
        length = self.tasks[link.predecessor_id].duration_minutes
        if self.children(link.predecessor_id):
            length = self.hours_of(self.project.calendar_id).count(*self.early(link.predecessor_id))
        minutes = length * link.lag_percent / 100
        if minutes != int(minutes):
            raise NotWalked("parts of a minute")
        return int(minutes)

    def asked(self, task_id: int) -> Span:
        """Where the links and the dates that only push let it lie."""
        starts: list[int] = []
        finishes: list[int] = []
        for row in self.line(task_id):
            for link in self.into(row.id):
                into = finishes if link.link_type in ("FF", "SF") else starts
                into.append(self.after_lag(link, row.id))
            if row.constraint_type == "SNET" and row.constraint_minute is not None:
                starts.append(row.constraint_minute)
            if row.constraint_type == "FNET" and row.constraint_minute is not None:
                finishes.append(row.constraint_minute)
        if not starts and not finishes:
            starts = [self.begin]
        start, finish = self.fitted(task_id, max(starts)) if starts else (-ROOM, -ROOM)
        if finishes and max(finishes) > finish:
            start, finish = self._up_to(task_id, max(finishes), start)
        if start < self.begin and self._only_led_there(task_id):
            start, finish = self.fitted(task_id, self.begin)
        return start, finish

    def fitted(self, task_id: int, moment: int) -> Span:
        """Begin at the next working minute; a milestone where it is asked to be."""
        task = self.tasks[task_id]
        length = self.length(task)
        return self.hours(task).fit(moment, length) if length else (moment, moment)

    def _up_to(self, task_id: int, finish: int, start: int) -> Span:
        """An exact finish stays in its shift, beginning included; between shifts it goes back to the end of the last."""
        task = self.tasks[task_id]
        length = self.length(task)
        if not length:
            return finish, finish
        finish = self._settled(task, finish)
        return max(start, self.hours(task).begun_before(finish, length)), finish

    def _settled(self, task: Task, finish: int) -> int:
        hours = self.hours(task)
        shifts = hours if isinstance(hours, Hours) and not task.is_elapsed else self.ruler(task)
        return finish if shifts.worked(finish) else shifts.closing(finish)

    def _only_led_there(self, task_id: int) -> bool:
        """Behind predecessors none of which lies before the project start itself."""
        before = [
            self.early(link.predecessor_id)[0] for row in self.line(task_id) for link in self.into(row.id)
        ]
        return bool(before) and min(before) >= self.begin

    def _bound(self, task_id: int, start: int, finish: int) -> Span:
        """No-later-than dates pull back, must dates hold."""
        task, hours = self.tasks[task_id], self.hours(self.tasks[task_id])
        kind, date, honored = task.constraint_type, task.constraint_minute, self.project.honors_constraints
        if date is None:
            return start, finish
        if (kind == "MSO" and (honored or start < date)) or (kind == "SNLT" and honored and start > date):
            return self.fitted(task_id, date)
        if (kind == "MFO" and (honored or finish < date)) or (kind == "FNLT" and honored and finish > date):
            length = self.length(task)
            if length and not task.is_elapsed:
                date = self._settled(task, date)
            return hours.begun_before(date, length), date
        return start, finish

    # Backward

    def late(self, task_id: int) -> Span:
        """Late start and finish."""
        return self._late(task_id)

    def _find_late(self, task_id: int) -> Span:
        rows = self.spanned(task_id)
        if rows:
            found = [self.late(row) for row in rows]
            return min(start for start, _ in found), max(finish for _, finish in found)
        task = self.tasks[task_id]
        if task.actual_finish_minute is not None:
            return self.early(task_id)
        starts, finishes = self._bounds(task_id)
        is_open = not starts and not finishes and self.project.multiple_critical_paths
        if task.constraint_minute is not None and self.project.honors_constraints:
            if task.constraint_type == "MSO":
                starts, finishes = [task.constraint_minute], []
            elif task.constraint_type == "MFO":
                starts, finishes = [], [task.constraint_minute]
        last = min([*finishes, self.early(task_id)[1] if is_open else self.end])
        start, finish = self._back_from(task, starts, last)
        return (start if task.actual_start_minute is None else self.early(task_id)[0]), finish

    def _back_from(self, task: Task, starts: list[int], last: int) -> Span:
        length = self.length(task)
        if not length:
            return (min([*starts, last]),) * 2
        start, finish = self.hours(task).fit_back(last, length)
        if starts and min(starts) < start:
            return self.fitted(task.id, min(starts))
        return start, finish

    def _bounds(self, task_id: int) -> tuple[list[int], list[int]]:
        """What successors, deadlines and no-later-than dates allow; those of summaries hold for their tasks, too."""
        starts: list[int] = []
        finishes: list[int] = []
        for row in self.line(task_id):
            for link in self.out_of(row.id):
                if self.tasks[link.successor_id].actual_finish_minute is not None:
                    continue
                after = self.late(link.successor_id)
                moment = after[1] if link.link_type in ("FF", "SF") else after[0]
                successor = self.tasks[link.successor_id]
                hours = self.clock if link.lag_kind.startswith("elapsed") else self.ruler(successor)
                into = starts if link.link_type in ("SS", "SF") else finishes
                into.append(hours.moved(moment, -self.lag(link)))
            if row.deadline_minute is not None:
                finishes.append(row.deadline_minute)
            if row.constraint_type == "SNLT" and row.constraint_minute is not None:
                starts.append(row.constraint_minute)
            if row.constraint_type == "FNLT" and row.constraint_minute is not None:
                finishes.append(row.constraint_minute)
        return starts, finishes

    # Slack

    def measure(self, task_id: int) -> Hours:
        """Slack is counted as the duration is."""
        task = self.tasks[task_id]
        return self.clock if task.is_elapsed else self.ruler(task)

    def total_slack(self, task_id: int) -> int:
        """The smaller one of start and finish, from where the links wanted it if a date pulled it back."""
        task = self.tasks[task_id]
        if task.actual_finish_minute is not None:
            return 0
        start, finish = self.early(task_id)
        late_start, late_finish = self.late(task_id)
        is_free = task_id not in self.held and self.given(task) is None and not self.children(task_id)
        if is_free and self._has_predecessor_or_date(task_id):
            wanted = self.wanted(task_id)
            if start < wanted[0]:
                start, finish = wanted
        hours = self.measure(task_id)
        by_finish = hours.count(finish, late_finish)
        if task.actual_start_minute is not None:
            return by_finish
        return min(hours.count(start, late_start), by_finish)

    def _has_predecessor_or_date(self, task_id: int) -> bool:
        return any(self.into(row.id) for row in self.line(task_id))

    def free_slack(self, task_id: int) -> int:
        """To the nearest successor from where the lag ends, else to the end; never more than there is in all."""
        hours = self.measure(task_id)
        gaps = []
        for link in self.out_of(task_id):
            after = self.early(link.successor_id)
            moment = after[1] if link.link_type in ("FF", "SF") else after[0]
            gaps.append(hours.count(self.after_lag(link, link.successor_id), moment))
        if not gaps:
            gaps = [hours.count(self.early(task_id)[1], self.end)]
        return max(0, min([*gaps, self.total_slack(task_id)]))
