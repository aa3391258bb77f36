"""Why tasks are delayed, and what no order solves, in sentences: names instead of ids, looked up once for a whole page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.web import formats
from projects.worktime.moments import ends_on, first_day_of, last_day_of
from resources.models import Resource
from tasks.allocation.rules import days_text, name_text
from tasks.models import Task
from tasks.scheduling.leveling.people import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.utils.functional import Promise

    from tasks.scheduling.leveling.diagnose import Cause, Clash, TooManyUnits
    from tasks.scheduling.leveling.leveled import Delay, Why
    from tasks.scheduling.leveling.plan_bound import PlanBound

#: So many tasks of one clash are named.
MOST_NAMED: Final = 3
#: So many of those that have to be done in the stretch of a bound.
MOST_TASKS: Final = 20
#: Hours are said in tenths.
TENTH: Final = 6

_REASONS: Final[dict[Why, Promise]] = {
    "fixed": gettext_lazy("%(who)sが%(task)sで空いていないため。そのタスクは動かせません。"),
    "elsewhere": gettext_lazy("%(who)sがほかのプロジェクトの予定で空いていないため。"),
    "waited": gettext_lazy(
        "%(who)sが%(task)sで空いていないため。このタスクが先行タスクを待つ間に始まります。"
    ),
    "leads_to_fixed": gettext_lazy(
        "%(who)sが%(task)sで空いていないため。動かせないタスクが続くので、そちらが先です。"
    ),
    "priority": gettext_lazy("%(who)sが%(task)sで空いていないため。そちらの優先度が高く、先になります。"),
    "slack": gettext_lazy("%(who)sが%(task)sで空いていないため。そちらの余裕が少なく、先になります。"),
    "sooner": gettext_lazy("%(who)sが%(task)sで空いていないため。この順の方が、計画が早く終わります。"),
    "order": gettext_lazy("%(who)sが%(task)sで空いていないため。条件が同じなので、行の順に先になります。"),
}
_CLASHES: Final[dict[Cause, Promise]] = {
    "fixed": gettext_lazy("%(who)sは%(days)sに%(tasks)sが重なり、どれも動かせません。"),
    "must_date": gettext_lazy("%(who)sは%(days)sに%(tasks)sが重なり、守る日付があるため動かせません。"),
    "late": gettext_lazy(
        "%(who)sは%(days)sに%(tasks)sが重なります。「できるだけ遅く」のタスクは動かしません。"
    ),
    "slack": gettext_lazy("%(who)sは%(days)sに%(tasks)sが重なり、余裕の範囲では解けません。"),
    "elsewhere": gettext_lazy("%(who)sは%(days)sに%(tasks)sとほかのプロジェクトの予定が重なります。"),
}
_WAYS_OUT: Final[dict[Cause, Promise]] = {
    "fixed": gettext_lazy("どれかを手で動かすか、自動スケジュールにするか、担当を替えてください。"),
    "must_date": gettext_lazy("守る日付を変えるか、担当を替えてください。"),
    "late": gettext_lazy("「できるだけ早く」に変えるか、担当を替えてください。"),
    "slack": gettext_lazy("終了が延びてもよいときは、余裕の範囲に限らずに平準化してください。"),
    "elsewhere": gettext_lazy(
        "このタスクを動かすか、担当を替えるか、ほかのプロジェクトの予定を変えてください。"
    ),
}


class Overlap(NamedTuple):
    """The same tasks on the same person: all days on which they are too much, ascending."""

    cause: Cause
    person_id: int
    task_ids: tuple[int, ...]
    days: tuple[int, ...]


def overlaps_of(clashes: Iterable[Clash]) -> list[Overlap]:
    """Clashes as a reader wants them: once for each person and set of tasks, by their first day. What is done is left out."""
    found: dict[tuple[Cause, int, tuple[int, ...]], set[int]] = {}
    for clash in clashes:
        if clash.cause != "done":
            key = clash.cause, clash.person_id, clash.task_ids
            found.setdefault(key, set()).update(_days_of(clash))
    overlaps = [Overlap(*key, tuple(sorted(days))) for key, days in found.items()]
    return sorted(overlaps, key=lambda one: (one.days, one.person_id))


def _days_of(clash: Clash) -> tuple[int, ...]:
    return tuple(range(first_day_of(clash.begin), last_day_of(clash.end) + 1))


def best_text(days_sooner: int) -> str:
    """How much sooner a plan could end at best."""
    if not days_sooner:
        return _("これより早い日に終わる日程はありません")
    sentence = ngettext(
        "最良でもこれより%(days)s日しか早くなりません",
        "最良でもこれより%(days)s日しか早くなりません",
        days_sooner,
    )
    return sentence % {"days": formats.number(days_sooner)}


class Words:
    """Names of what delays, clashes, assignments and a bound speak of. Two queries."""

    def __init__(
        self,
        delays: Sequence[Delay],
        too_many: Sequence[TooManyUnits],
        clashes: Sequence[Overlap],
        bound: PlanBound | None = None,
    ) -> None:
        task_ids = {one.task_id for one in delays} | {one.task_id for one in too_many}
        task_ids |= {one.blocking_task_id for one in delays if one.blocking_task_id is not None}
        task_ids |= {pk for one in clashes for pk in one.task_ids[:MOST_NAMED]}
        people = {one.person_id for some in (delays, too_many, clashes) for one in some}
        if bound is not None:
            task_ids |= set(bound.task_ids[:MOST_TASKS])
            people |= {bound.stretch.person_id} if bound.stretch is not None else set()
        rows = Task.objects.filter(pk__in=task_ids).values_list("pk", "wbs_code", "name")
        self._tasks = {pk: f"{code} {name}".strip() for pk, code, name in rows}
        named = Resource.objects.filter(pk__in=people).values_list("pk", "name", "kind")
        self._people = {pk: name_text(name, kind) for pk, name, kind in named}

    def task(self, task_id: int) -> str:
        """「1.2 設計」; a task that is gone since by its number."""
        return _("「%(name)s」") % {"name": self.title(task_id)}

    def title(self, task_id: int) -> str:
        """1.2 設計; a task that is gone since by its number."""
        return self._tasks.get(task_id, f"#{task_id}")

    def person(self, person_id: int) -> str:
        """佐藤さん, or the name of an equipment."""
        return self._people.get(person_id, f"#{person_id}")

    def reason(self, delay: Delay) -> str:
        """Who was not free, because of what, and why that went first."""
        task = "" if delay.blocking_task_id is None else self.task(delay.blocking_task_id)
        return str(_REASONS[delay.why]) % {"who": self.person(delay.person_id), "task": task}

    def overlap(self, one: Overlap) -> str:
        """Who has too much, on which days, and by which tasks."""
        days = days_text(one.days)
        if len(one.days) <= one.days[-1] - one.days[0]:
            days = _("%(days)sのうち%(count)s日") % {"days": days, "count": formats.number(len(one.days))}
        named = _("と").join(self.task(pk) for pk in one.task_ids[:MOST_NAMED])
        more = len(one.task_ids) - MOST_NAMED
        if more > 0:
            named += _("など%(count)s件") % {"count": formats.number(len(one.task_ids))}
        return str(_CLASHES[one.cause]) % {
            "who": self.person(one.person_id),
            "days": days,
            "tasks": named,
        }

    def way_out(self, one: Overlap) -> str:
        """What a planner can do about it."""
        return str(_WAYS_OUT[one.cause])

    def follows(self, *, is_decided: bool = False) -> str:
        """Of a task that has no delay of its own; `is_decided`: what it has was decided before."""
        if is_decided:
            return _("決めたとおりに動きます。")
        return _("先行タスクに続いて動きます。")

    def because(self, bound: PlanBound) -> str:
        """Why no plan ends on an earlier day than that of the bound, in hours that can be added up."""
        day = formats.day_plain(ends_on(bound.finish))
        stretch = bound.stretch
        if stretch is None:
            return _("担当者の空きに関係なく、つながりと日付だけで%(task)sの終了が%(day)sになります。") % {
                "task": self.task(bound.task_ids[0]), "day": day,
            }  # fmt: skip
        # What there is is rounded down and what is to be done up, so that the difference is never rounded away.
        there = stretch.room // WHOLE // TENTH * TENTH
        needed = -(-stretch.work // (WHOLE * TENTH)) * TENTH
        days = days_text((first_day_of(stretch.begin), last_day_of(stretch.end)))
        sentence = _(
            "%(day)sより早く終えるには、%(days)sに%(who)sの空きは%(there)s、この間に終えるべき%(count)s件は%(needed)sです。"
        )
        return sentence % {
            "day": day, "days": days, "who": self.person(stretch.person_id), "there": formats.hours(there),
            "count": formats.number(len(bound.task_ids)), "needed": formats.hours(needed),
        }  # fmt: skip

    def too_many(self, one: TooManyUnits) -> str:
        """A task that asks more of a person than there is."""
        return _("%(task)sは%(who)sに%(units)sを求めますが、%(there)sしかありません。") % {
            "task": self.task(one.task_id), "who": self.person(one.person_id),
            "units": formats.percent(one.units / 100), "there": formats.percent(one.capacity / 100),
        }  # fmt: skip

    def enough(self, _one: TooManyUnits) -> str:
        """What can be done about that."""
        return _("割り当てを減らすか、人を加えてください。")
