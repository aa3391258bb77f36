"""Tasks of a sheet as rows of a plan file: days become moments of the project's calendar, and what holds a day a constraint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from projects.worktime.calendar import WorkingTime
from projects.worktime.moments import MINUTES_PER_DAY, minute_of
from tasks.interchange.plan_file import TASK_NAME, PlanLink, PlanTask, Recorded
from tasks.interchange.sheets.as_json import Json
from tasks.interchange.sheets.frame import Frame, Notices

#: Fields of a task by their names.
_Row = dict[str, Any]


@dataclass(slots=True)
class _Dated:
    """Where a task lies by the file."""

    recorded: Recorded
    duration: int
    #: The working minute that it begins on; None where the file says no day.
    start: int | None
    is_estimated: bool = False
    is_off: bool = False


class PlanRows:
    """The tasks of one reading, on the calendar of its project."""

    def __init__(self, tasks: Sequence[Json], frame: Frame, clock: WorkingTime, notices: Notices) -> None:
        self._tasks, self._frame, self._clock, self._notices = tasks, frame, clock, notices
        self._starts: dict[int, int | None] = {}

    def plan_tasks(self, links: tuple[PlanLink, ...]) -> tuple[PlanTask, ...]:
        """All of them, held by constraints where no link leads to their days. Each is made once, which is what takes time."""
        rows = self._rows()
        for row, held in zip(rows, self._constraints(rows, links), strict=True):
            row.update(held)
        return tuple(PlanTask(**row) for row in rows)

    def _rows(self) -> list[_Row]:
        """What the fields of tasks are, without the constraints that hold their days."""
        found: list[_Row] = []
        path: list[int] = []
        for uid, task in enumerate(self._tasks, 1):
            level = max(1, min(int(task["level"]), len(path) + 1))
            del path[level - 1 :]
            found.append(self._task(uid, task, level, path[-1] if path else None))
            path.append(uid)
        return found

    def _task(self, uid: int, task: Json, level: int, parent: int | None) -> _Row:
        is_summary = self.is_summary(uid)
        name = str(task["name"])
        if len(name) > TASK_NAME:
            self._notices.add("lost", "name_cut", where="task", uid=uid, name=name[:40], length=TASK_NAME)
        dated = self._dated(task, is_summary=is_summary)
        self._starts[uid] = None if is_summary or dated.is_off else dated.start
        row: _Row = {
            "uid": uid,
            "name": name[:TASK_NAME],
            "row_id": uid,
            "parent_uid": parent,
            "outline_level": level,
            "duration_minutes": dated.duration,
            "is_milestone": bool(task["milestone"]) and not is_summary,
            "is_estimated": dated.is_estimated,
            "deadline_minute": self._end(_day(task["deadline"])),
            "work_minutes": None
            if is_summary or task["work_hours"] is None
            else max(0, round(task["work_hours"] * 60)),
            "recorded": dated.recorded,
        }
        if is_summary:
            return row
        if dated.is_off:
            self._notices.add("doubtful", "sheet_days_off", row=task["row"], name=name[:40])
            row.update(
                mode="manual", manual_start_minute=dated.recorded.start_minute,
                manual_finish_minute=dated.recorded.finish_minute, manual_duration_minutes=dated.duration,
            )  # fmt: skip
        row.update(self._begun(row["name"], dated, task))
        return row

    def is_summary(self, uid: int) -> bool:
        """Whether rows stand below the one with this number."""
        return uid < len(self._tasks) and self._tasks[uid]["level"] > self._tasks[uid - 1]["level"]

    def _dated(self, task: Json, *, is_summary: bool) -> _Dated:
        start, finish = _day(task["start"]), _day(task["finish"])
        if is_summary:
            return _Dated(Recorded(self._from(start), self._end(finish)), 0, None)
        if task["milestone"]:
            day = finish or start
            moment = self._from(day)
            return _Dated(Recorded(moment, moment), 0, moment, is_off=day is not None and self._is_off(day))
        length, is_estimated = self._length(task)
        recorded = Recorded(self._from(start), self._end(finish))
        if start and finish and start <= finish:
            between = self._clock.between(minute_of(start), minute_of(finish) + MINUTES_PER_DAY)
            if not between:
                lasts = (finish - start).days + 1
                return _Dated(recorded, lasts * self._frame.minutes_per_day, None, is_off=True)
            return _Dated(recorded, between, self._clock.next_working(minute_of(start)))
        if start:
            return _Dated(recorded, length, self._clock.next_working(minute_of(start)), is_estimated)
        if finish:
            end = self._clock.previous_working(minute_of(finish) + MINUTES_PER_DAY)
            return _Dated(recorded, length, self._clock.fit_back(end, length)[0], is_estimated)
        return _Dated(recorded, length, None, is_estimated)

    def _length(self, task: Json) -> tuple[int, bool]:
        """Minutes of a task whose days do not say them, and whether they are a guess."""
        if task["duration_days"]:
            return max(1, round(task["duration_days"] * self._frame.minutes_per_day)), False
        if task["work_hours"]:
            return max(1, round(task["work_hours"] * 60 / max(1, len(task["people"])))), True
        return self._frame.minutes_per_day, True

    def _begun(self, name: str, dated: _Dated, task: Json) -> _Row:
        """Progress and actual days. What is done has begun, and what has an actual finish is done."""
        began, ended, said = _day(task["actual_start"]), _day(task["actual_finish"]), task["progress"]
        percent = min(100, max(0, round(said))) if said is not None else 100 if ended else 0
        if ended and percent < 100:
            self._notices.add("doubtful", "sheet_finish_of_unfinished", row=task["row"], name=name[:40], percent=percent)  # fmt: skip
            ended = None
        if not percent and began is None:
            return {}
        recorded, duration = dated.recorded, dated.duration
        start = self._from(began) if began else recorded.start_minute
        finish = (self._end(ended) if ended else recorded.finish_minute) if percent == 100 else None
        if start is None and finish is not None:
            start = self._clock.fit_back(finish, duration)[0]
        if start is not None and percent == 100 and finish is None:
            finish = self._clock.fit(start, duration)[1]
        done = duration * percent // 100
        return {
            "percent_complete": percent,
            "percent_work_complete": percent,
            "actual_start_minute": start,
            "actual_finish_minute": finish if finish is None or start is None else max(start, finish),
            "actual_duration_minutes": done,
            "remaining_minutes": duration - done,
        }

    def _from(self, day: date | None) -> int | None:
        """The first working minute of a day; of a day off the minute at which the next one begins."""
        if day is None:
            return None
        return minute_of(day) + self._clock.next_working(minute_of(day)) % MINUTES_PER_DAY

    def _end(self, day: date | None) -> int | None:
        """The last working minute of a day; of a day off the minute at which the one before ends."""
        if day is None:
            return None
        last = self._clock.previous_working(minute_of(day) + MINUTES_PER_DAY)
        return minute_of(day) + ((last - 1) % MINUTES_PER_DAY) + 1

    def _is_off(self, day: date) -> bool:
        return self._clock.between(minute_of(day), minute_of(day) + MINUTES_PER_DAY) == 0

    def _constraints(self, rows: list[_Row], links: tuple[PlanLink, ...]) -> Iterator[_Row]:
        """A day that the links lead to needs no constraint: what comes before may then move it."""
        ends = {row["uid"]: row["recorded"].finish_minute for row in rows}
        before: dict[int, list[PlanLink]] = {}
        for link in links:
            before.setdefault(link.successor_uid, []).append(link)
        for row in rows:
            start = self._starts[row["uid"]]
            is_free = start is None or self._led_to(before.get(row["uid"], []), ends) == start
            yield {} if is_free else {"constraint_type": "SNET", "constraint_minute": start}

    def _led_to(self, links: list[PlanLink], ends: dict[int, int | None]) -> int | None:
        """Where links from finish to start let a task begin; None where they do not say."""
        found: list[int] = []
        for link in links:
            end = ends[link.predecessor_uid]
            if end is None or link.link_type != "FS":
                return None
            found.append(self._clock.next_working(self._clock.add(end, link.lag_minutes)))
        return max(found, default=None)


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None
