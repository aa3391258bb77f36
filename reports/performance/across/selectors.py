"""How all projects do beside their baselines: the row of each that was kept last, and what it was four weeks before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection

from reports.earned.formulas import EarnedValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reports.portfolio.selectors import Seen

#: A row that is older says nothing about now: the job has not run, or the project has no baseline any more.
OLDEST: Final = dt.timedelta(days=7)
#: What an arrow is compared with.
BEFORE: Final = dt.timedelta(weeks=4)
#: The last row of each project up to a day: one look into the index for each of them, however long the history is.
_ROWS: Final = """
SELECT row.project_id, row.day, row.baseline_id, extract(epoch FROM row.recorded_at)::bigint,
       row.budget_{unit}::bigint, row.planned_{unit}::bigint, row.earned_{unit}::bigint, row.actual_{unit}::bigint
  FROM unnest(%s::bigint[]) AS seen (id)
 CROSS JOIN LATERAL (SELECT * FROM project_earned_days WHERE project_id = seen.id AND day <= %s::date
                      ORDER BY day DESC LIMIT 1) AS row
 WHERE row.day >= %s::date
"""
_IN_WORK, _IN_MONEY = (_ROWS.format(unit=unit) for unit in ("minutes", "cost"))


class Kept(NamedTuple):
    """What was kept of a project."""

    day: dt.date
    baseline_id: int
    #: Seconds since 1970: a thousand moments cost more to read than all else of the rows, and one of them is shown.
    recorded_at: int
    value: EarnedValue


@dataclass(frozen=True, slots=True)
class Across:
    """A project beside its baseline."""

    project: Seen
    day: dt.date
    baseline_id: int
    value: EarnedValue
    #: What its contract leaves when it ends as is expected, with all projects below it; nothing where that cannot be said.
    margin: int | None

    @property
    def spi(self) -> float | None:
        """To order by and to draw with; what is shown is told from the sums themselves."""
        return float(self.value.ev) / float(self.value.pv) if self.value.pv else None

    @property
    def cpi(self) -> float | None:
        """The same of cost."""
        return float(self.value.ev) / float(self.value.ac) if self.value.ac else None


@dataclass(frozen=True, slots=True)
class Found:
    """All projects of a view that have figures."""

    rows: list[Across]
    #: When the last of them was counted.
    recorded_at: dt.datetime | None
    #: Projects under way that have none: without a baseline that is compared with, or not counted yet.
    without: int


def across(projects: Mapping[int, Seen], *, is_money: bool, today: dt.date, only_active: bool) -> Found:
    """One query. In money only projects whose money the viewer may see."""
    asked = [pk for pk, project in projects.items() if project.sees_money or not is_money]
    now = _kept(asked, today, is_money=is_money)
    margins = _margins(projects, now) if is_money else {}
    shown = [pk for pk in asked if projects[pk].is_active or not only_active]
    rows = [
        Across(projects[pk], now[pk].day, now[pk].baseline_id, now[pk].value, margins.get(pk))
        for pk in shown
        if pk in now
    ]
    moments = [now[each.project.id].recorded_at for each in rows]
    without = sum(1 for pk in asked if pk not in now and projects[pk].is_active)
    last = dt.datetime.fromtimestamp(max(moments), dt.UTC) if moments else None
    return Found(rows, last, without)


def _kept(projects: Iterable[int], until: dt.date, *, is_money: bool) -> dict[int, Kept]:
    with connection.cursor() as cursor:
        statement = _IN_MONEY if is_money else _IN_WORK
        cursor.execute(statement, [list(projects), until, until - OLDEST])
        rows = cursor.fetchall()
    # Of a baseline whose costs cannot be read there are no amounts.
    return {
        pk: Kept(day, baseline, recorded_at, EarnedValue(*sums))
        for pk, day, baseline, recorded_at, *sums in rows
        if None not in sums
    }


def before(rows: Sequence[Across], *, is_money: bool, today: dt.date) -> dict[int, EarnedValue]:
    """What projects were four weeks before beside the same baseline; one query, for those that are listed."""
    then = _kept([row.project.id for row in rows], today - BEFORE, is_money=is_money)
    same = {row.project.id: row.baseline_id for row in rows}
    return {pk: kept.value for pk, kept in then.items() if kept.baseline_id == same[pk]}


def _margins(projects: Mapping[int, Seen], kept: Mapping[int, Kept]) -> dict[int, int]:
    """Of each project with a contract: its amount less what it and all below it are expected to cost."""
    below: dict[int | None, list[int]] = {}
    for pk, project in projects.items():
        below.setdefault(project.parent_id, []).append(pk)
    found: dict[int, int] = {}
    for pk, project in projects.items():
        if project.contract_amount is None or not project.sees_money:
            continue
        family, costs = [pk], list[int]()
        for each in family:
            family.extend(below.get(each, ()))
            if each in kept:
                costs.append(expected(kept[each].value))
        if len(costs) == len(family):
            found[pk] = int(project.contract_amount) - sum(costs)
    return found


def expected(value: EarnedValue) -> int:
    """What it will have come to, to the whole: as efficiently as until now; what is left as planned where that cannot be said yet.

    `EarnedValue.eac`, rounded: sums of a thousand fractions would have denominators as long as a page.
    """
    bac, ev, ac = int(value.bac), int(value.ev), int(value.ac)
    return (2 * bac * ac + ev) // (2 * ev) if ac and ev else ac + bac - ev
