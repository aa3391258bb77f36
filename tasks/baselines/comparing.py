"""What became of a baseline: tasks that came and went, moved, grew and got dearer, up to now or up to another baseline.

Both sides are put together by one statement within the database, whatever their number of rows. Summaries follow from their tasks and
are not counted. Who may see costs is for the callers to ask: `Right.SEE_MONEY`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection
from psycopg import sql

from projects.calendars.services import rules_of
from projects.worktime.calendars import Calendars
from tasks.models import Baseline
from tasks.plan.agreed import later_by
from tasks.plan.agreed_costs import costs_now, opened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from projects.models import Project

#: What is found of a task, in the order of the page; `critical` is that it became so or is so no longer.
KINDS: Final = ("added", "removed", "moved", "longer", "dearer", "critical")
_OF_BASELINE: Final = """
SELECT task_id, row_number, start_minute, finish_minute, duration_minutes, is_elapsed, work_minutes, is_summary, is_critical, true AS is_active
  FROM baseline_tasks WHERE baseline_id = %({side})s
"""
_OF_NOW: Final = """
SELECT id AS task_id, row_number, start_minute, finish_minute, duration_minutes, is_elapsed, work_minutes, is_summary, is_critical, is_active
  FROM tasks
 WHERE project_id = %(project)s AND deleted_at IS NULL AND start_minute IS NOT NULL AND finish_minute IS NOT NULL
"""
#: Lengths in days of their kind, so that hours of work and days on the clock are compared as they are read.
_FOUND: Final = """
WITH was AS ({was}), now AS ({now}),
found AS (
    SELECT coalesce(now.task_id, was.task_id) AS task_id, coalesce(now.row_number, was.row_number) AS row_number,
           was.start_minute AS start_then, was.finish_minute AS finish_then, was.duration_minutes AS duration_then,
           was.is_elapsed AS elapsed_then, was.work_minutes AS work_then, was.is_critical AS critical_then,
           now.start_minute, now.finish_minute, now.duration_minutes, now.is_elapsed, now.work_minutes, now.is_critical, now.is_active,
           was.task_id IS NULL AS added, now.task_id IS NULL AS removed,
           coalesce(was.start_minute <> now.start_minute OR was.finish_minute <> now.finish_minute, false) AS moved,
           coalesce(now.duration_minutes::float8 / CASE WHEN now.is_elapsed THEN 1440 ELSE %(day)s END
                    > was.duration_minutes::float8 / CASE WHEN was.is_elapsed THEN 1440 ELSE %(day)s END, false) AS longer,
           was.task_id IS NOT NULL AND now.task_id = ANY(%(dearer)s::bigint[]) AS dearer,
           coalesce(was.is_critical <> now.is_critical AND %(knows)s, false) AS critical
      FROM was {joined} JOIN now USING (task_id)
     WHERE NOT coalesce(now.is_summary, was.is_summary))
"""
_COUNT: Final = f"""
SELECT count(*) FILTER (WHERE {" OR ".join(KINDS)}), {", ".join(f"count(*) FILTER (WHERE {kind})" for kind in KINDS)},
       max(finish_then), max(finish_minute) FILTER (WHERE is_active), sum(work_then), sum(work_minutes),
       count(*) FILTER (WHERE critical_then), count(*) FILTER (WHERE is_critical)
  FROM found
"""
_ROWS: Final = """
SELECT tasks.id, tasks.name, tasks.wbs_code, tasks.deleted_at IS NOT NULL, coalesce(tasks.calendar_id, %(calendar)s),
       start_then, finish_then, duration_then, elapsed_then, found.start_minute, found.finish_minute, found.duration_minutes,
       found.is_elapsed, {kinds}, coalesce(found.is_critical, false)
  FROM found JOIN tasks ON tasks.id = found.task_id
 WHERE {shown}
 ORDER BY found.row_number, tasks.id LIMIT %(count)s OFFSET %(first)s
"""


class Side(NamedTuple):
    """One task on one side of the comparison; minutes of the plan's clock, cost in hundredths of a yen."""

    start: int
    finish: int
    duration: int
    is_elapsed: bool
    cost: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One task: what is found of it, and both sides, of which one may be missing. Later is positive, in minutes of work."""

    task_id: int
    name: str
    code: str
    is_deleted: bool
    kinds: tuple[str, ...]
    is_critical: bool
    then: Side | None
    now: Side | None
    start_later: int | None
    finish_later: int | None


@dataclass(frozen=True, slots=True)
class Sums:
    """Both sides as a whole: of the tasks that are compared."""

    changed: int
    counts: Mapping[str, int]
    finish_then: int | None
    finish_now: int | None
    work_then: int
    work_now: int
    critical_then: int
    critical_now: int


class Comparison:
    """A baseline beside the plan as it is now, or beside `other`; a fixed number of queries, whatever the size of the plan."""

    def __init__(
        self, project: Project, baseline: Baseline, other: Baseline | None, *, sees_money: bool
    ) -> None:
        self.project, self.baseline, self.other, self.sees_money = project, baseline, other, sees_money
        self._then: Mapping[int, int] = opened(baseline.cost_secret) if sees_money else {}
        self._now: Mapping[int, int] = self._costs_behind() if sees_money else {}
        self._asked: dict[str, Any] = {
            "project": project.pk, "was": baseline.pk, "now": other and other.pk, "day": project.minutes_per_day,
            "calendar": project.calendar_id, "knows": self.knows_critical,
            "dearer": [pk for pk, cost in self._now.items() if cost > self._then.get(pk, 0)],
        }  # fmt: skip
        # Beside some rows of a plan it is not known which others there were: these alone are compared.
        joined = {
            (True, True): "FULL",
            (False, True): "LEFT",
            (True, False): "RIGHT",
            (False, False): "INNER",
        }
        of_baseline = sql.SQL(_OF_BASELINE)
        self._found = sql.SQL(_FOUND).format(
            was=of_baseline.format(side=sql.SQL("was")),
            now=sql.SQL(_OF_NOW) if other is None else of_baseline.format(side=sql.SQL("now")),
            joined=sql.SQL(joined[baseline.is_whole, other is None or other.is_whole]),
        )

    def _costs_behind(self) -> dict[int, int]:
        return costs_now(self.project.pk) if self.other is None else opened(self.other.cost_secret)

    @property
    def knows_critical(self) -> bool:
        """Whether both sides say which tasks were critical; baselines of files do not."""
        return self.baseline.knows_critical and (self.other is None or self.other.knows_critical)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What can be found: of dearer tasks nothing without the right, of what came and went nothing beside some rows."""
        left_out = {
            "dearer": not self.sees_money, "added": not self.baseline.is_whole, "critical": not self.knows_critical,
            "removed": self.other is not None and not self.other.is_whole,
        }  # fmt: skip
        return tuple(kind for kind in KINDS if not left_out.get(kind))

    def sums(self) -> Sums:
        """How many tasks of each kind, and both sides as a whole; one query."""
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("{}{}").format(self._found, sql.SQL(_COUNT)), self._asked)
            changed, *rest = cursor.fetchone()
        counts = dict(zip(KINDS, rest, strict=False))
        finish_then, finish_now, work_then, work_now, critical_then, critical_now = rest[len(KINDS) :]
        return Sums(
            changed, {kind: counts[kind] for kind in self.kinds}, finish_then, finish_now, int(work_then or 0),
            int(work_now or 0), critical_then, critical_now,
        )  # fmt: skip

    def rows(self, kind: str, *, first: int, count: int) -> list[Difference]:
        """Tasks of one kind (one of `kinds`, or "" for all), in the order of the plan, from `first` (counted from 0) on."""
        kinds = [sql.SQL(each) for each in KINDS]
        shown = sql.SQL(kind) if kind in self.kinds else sql.SQL(" OR ").join(kinds)
        rows = sql.SQL(_ROWS).format(kinds=sql.SQL(", ").join(kinds), shown=shown)
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("{}{}").format(self._found, rows), self._asked | {"first": first, "count": count}
            )
            found = cursor.fetchall()
        return self._read(found)

    def _read(self, found: Sequence[tuple[Any, ...]]) -> list[Difference]:
        calendars = {row[4] for row in found}
        clocks = Calendars(rules_of(calendars)) if found else None
        read = []
        for pk, name, code, is_deleted, calendar, *rest in found:
            then, now, kinds, is_critical = rest[:4], rest[4:8], rest[8:-1], rest[-1]
            clock = clocks.calendar(calendar) if clocks else None
            assert clock is not None
            read.append(
                Difference(
                    pk, name, code, is_deleted,
                    tuple(kind for kind, is_so in zip(KINDS, kinds, strict=True) if is_so), is_critical,
                    self._side(pk, then, self._then), self._side(pk, now, self._now),
                    later_by(clock, then[0], now[0]), later_by(clock, then[1], now[1]),
                )
            )  # fmt: skip
        return read

    def _side(self, pk: int, values: Sequence[Any], costs: Mapping[int, int]) -> Side | None:
        start, finish, duration, is_elapsed = values
        if start is None:
            return None
        return Side(start, finish, duration, is_elapsed, costs.get(pk, 0) if self.sees_money else None)
