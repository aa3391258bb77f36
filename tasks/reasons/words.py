"""The reasons of dates in sentences: names instead of ids, looked up once for a whole page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.web import formats
from projects.models import Calendar
from projects.worktime.moments import MINUTES_PER_DAY
from resources.models import Absence, Resource
from tasks.models import Constraint, Task
from tasks.plan.constraint_days import constraint_day, plan_moment
from tasks.scheduling.explain.ending import Run, Runs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tasks.scheduling.explain.ending import DaysOff
    from tasks.scheduling.explain.why import Reason, Wait
    from tasks.scheduling.network import Link, Network
    from tasks.scheduling.plan import Plan

#: So many stretches of days off are listed in one sentence.
MOST_DAYS_OFF: Final = 5

#: What decides where no other task has to be named.
ALONE: Final = {
    "project_start": gettext_lazy("プロジェクトの開始日から始まります。"),
    "project_finish": gettext_lazy("プロジェクトの終了日から逆算しています。"),
    "actual": gettext_lazy("実績の日付です。"),
    "manual": gettext_lazy("手動で入力した日付です。"),
    "pinned": gettext_lazy("取り込んだファイルの日付をそのまま使っています。"),
    "leveling": gettext_lazy("担当者の負荷を平準化するために遅らせています。"),
}
#: By type of link: what of the predecessor this task waits for, and with which end.
_LINKED: Final = {
    "FS": gettext_lazy("先行「%(task)s」が%(moment)sに終わるのを待って始まります（FS%(lag)s）。"),
    "SS": gettext_lazy("先行「%(task)s」が%(moment)sに始まるのに合わせて始まります（SS%(lag)s）。"),
    "FF": gettext_lazy("先行「%(task)s」が%(moment)sに終わるのに合わせて終わります（FF%(lag)s）。"),
    "SF": gettext_lazy("先行「%(task)s」が%(moment)sに始まるのに合わせて終わります（SF%(lag)s）。"),
}
#: What a duration is counted on.
_RUNS: Final = {
    "elapsed": gettext_lazy("休みの日も含めて%(length)sを数え、%(finish)sに終わります。"),
    "calendar": gettext_lazy("カレンダー「%(name)s」で期間%(length)sを数え、%(finish)sに終わります。"),
    "resource": gettext_lazy("%(name)sさんの稼働時間で期間%(length)sを数え、%(finish)sに終わります。"),
}


def constraint_words(task: Task) -> str:
    """What a constraint decides."""
    if task.constraint_minute is None:
        return _("制約「%(kind)s」で決まっています。") % {"kind": task.get_constraint_type_display()}
    return _("制約「%(kind)s」の%(day)sで決まっています。") % {
        "kind": Constraint(task.constraint_type).label,
        "day": formats.day(constraint_day(task.constraint_type, task.constraint_minute)),
    }  # fmt: skip


class ReasonWords:
    """Turns the ids of chains into sentences."""

    def __init__(
        self, task: Task, network: Network, plan: Plan, reasons: Collection[Reason], others: Iterable[int]
    ) -> None:
        self.network, self.plan, self.day = network, plan, task.project.minutes_per_day
        ids = {reason.task_id for reason in reasons} | set(others)
        for reason in reasons:
            ids |= {pk for pk in (reason.driver.task_id, reason.driver.via_id) if pk is not None}
        self.tasks = Task.objects.in_bulk(list(ids))
        runs = Runs(network, plan)
        self.runs: dict[int, Run | None] = {reason.task_id: runs.of(reason.task_id) for reason in reasons}
        self._look_up([reason.wait for reason in reasons if reason.wait])

    def _look_up(self, waits: Collection[Wait]) -> None:
        sources = [(wait.kind, wait.id) for wait in waits]
        sources += [
            (run.kind, run.id) for run in self.runs.values() if run is not None and run.kind != "elapsed"
        ]
        self.calendars = _names(Calendar, {pk for kind, pk in sources if kind == "calendar"})
        self.people = _names(Resource, {pk for kind, pk in sources if kind == "resource"})
        rows = Absence.objects.filter(
            resource__in=list({wait.id for wait in waits if wait.kind == "resource" and wait.id}),
            last_on__gte=formats.as_date(min((wait.from_minute for wait in waits), default=0)),
            first_on__lte=formats.as_date(self.plan.finish),
        )
        self.absences = list(
            rows.order_by("first_on", "pk").values_list("resource_id", "first_on", "last_on")
        )

    def reason(self, reason: Reason, *, by_finish: bool) -> str:
        """What decides a task's date; of a summary that of its start or of its finish."""
        driver, task = reason.driver, self.tasks[reason.task_id]
        if driver.link_index is not None:
            text = self._linked(self.network.links[driver.link_index])
            if driver.kind != "parent_predecessor" or driver.via_id is None:
                return text
            return _("上のサマリー「%(summary)s」とともに待ちます。%(reason)s") % {
                "summary": self.name(driver.via_id),
                "reason": text,
            }
        if driver.kind == "constraint":
            return constraint_words(task)
        if driver.kind == "parent_constraint" and driver.via_id is not None:
            return _("上のサマリー「%(summary)s」の制約によります。%(reason)s") % {
                "summary": self.name(driver.via_id),
                "reason": constraint_words(self.tasks[driver.via_id]),
            }
        if driver.kind == "children" and by_finish and driver.via_id is not None:
            return _("いちばん遅い子タスク「%(task)s」とともに終わります。") % {
                "task": self.name(driver.via_id)
            }
        if driver.kind == "children" and driver.task_id is not None:
            return _("いちばん早い子タスク「%(task)s」とともに始まります。") % {
                "task": self.name(driver.task_id)
            }
        return str(ALONE.get(driver.kind, ""))

    def _linked(self, link: Link) -> str:
        before = self.plan.tasks[link.predecessor_id]
        minute = before.start if link.link_type in {"SS", "SF"} else before.finish
        return str(_LINKED[link.link_type]) % {
            "task": self.name(link.predecessor_id), "moment": plan_moment(minute), "lag": self._lag(link)
        }  # fmt: skip

    def _lag(self, link: Link) -> str:
        if link.lag_percent:
            return f"{link.lag_percent:+g}%"
        if not link.lag_minutes:
            return ""
        sign = "+" if link.lag_minutes > 0 else "−"
        per_day = MINUTES_PER_DAY if link.lag_kind == "elapsed" else self.day
        return f"{sign}{formats.days(abs(link.lag_minutes), per_day)}"

    def run(self, task_id: int) -> str:
        """How a task comes from its start to its finish; nothing where no duration is counted."""
        run = self.runs.get(task_id)
        dates = self.plan.tasks[task_id]
        if dates.driver.kind == "actual":
            return self.progressed(task_id)
        if run is None or dates.driver.sets_finish:
            return ""
        sentence = str(_RUNS[run.kind]) % {
            "name": self._calendar(run.id) if run.kind == "calendar" else self._person(run.id),
            "length": self.length(dates.duration_minutes, self.tasks[task_id]),
            "finish": plan_moment(dates.finish),
        }
        return sentence + self._days_off(run)

    def progressed(self, task_id: int) -> str:
        """What is left of a task that has begun; nothing where it is done."""
        task = self.tasks[task_id]
        if task.is_summary or task.actual_finish_minute is not None or task.progress_percentage >= 100:
            return ""
        left = task.remaining_minutes
        if left is None:
            left = task.duration_minutes * (100 - task.progress_percentage) // 100
        return _("着手済みです。残りの期間%(length)sを数えた日に終わります。") % {
            "length": self.length(left, task)
        }

    def length(self, minutes: int, task: Task) -> str:
        """A duration in days of the task's own time."""
        return formats.days(minutes, MINUTES_PER_DAY if task.is_elapsed else self.day)

    def _days_off(self, run: Run) -> str:
        parts = [self._stretch(item, run) for item in run.special[:MOST_DAYS_OFF]]
        if len(run.special) > MOST_DAYS_OFF:
            more = len(run.special) - MOST_DAYS_OFF
            parts.append(ngettext("ほか%(count)d件", "ほか%(count)d件", more) % {"count": more})
        if run.weekly:
            parts.append(
                ngettext("週の休み%(count)d日", "週の休み%(count)d日", run.weekly) % {"count": run.weekly}
            )
        return _("間の休みは%(days)sです。") % {"days": _("、").join(parts)} if parts else ""

    def _stretch(self, item: DaysOff, run: Run) -> str:
        days = _days(item.first, item.last)
        if item.kind == "resource":
            return _("%(name)sさんの不在 %(days)s") % {"name": self._person(run.id), "days": days}
        return f"{item.name or _('休業日')} {days}"

    def wait(self, wait: Wait | None, start: int) -> str:
        """Whose working time a start waited for, where days off are behind it and not a night."""
        nights = start // MINUTES_PER_DAY - wait.from_minute // MINUTES_PER_DAY if wait else 0
        if wait is None or nights < (2 if wait.kind == "calendar" else 1):
            return ""
        facts = {"from": plan_moment(wait.from_minute), "start": plan_moment(start)}
        if wait.kind == "calendar":
            return _("%(from)sから、カレンダー「%(name)s」の次の稼働時間（%(start)s）まで待ちます。") % (
                facts | {"name": self._calendar(wait.id)}
            )
        facts["name"] = self._person(wait.id)
        away = self._away(wait.id, wait.from_minute, start)
        if away:
            return _("%(name)sさんの不在（%(days)s）が明ける%(start)sまで待ちます。") % (
                facts | {"days": away}
            )
        return _("%(name)sさんの次の稼働時間（%(start)s）まで待ちます。") % facts

    def _away(self, resource_id: int | None, first: int, last: int) -> str:
        """The days away between two moments; why a person is away is not told here."""
        low, high = formats.as_date(first), formats.as_date(last)
        found = sorted(
            (begins, ends) for pk, begins, ends in self.absences
            if pk == resource_id and begins <= high and ends >= low
        )  # fmt: skip
        return _("、").join(
            formats.day_dense(begins)
            if begins == ends
            else f"{formats.day_dense(begins)}–{formats.day_dense(ends)}"
            for begins, ends in found[:MOST_DAYS_OFF]
        )

    def _calendar(self, calendar_id: int | None) -> str:
        return self.calendars.get(calendar_id or 0) or _("標準")

    def _person(self, resource_id: int | None) -> str:
        return self.people.get(resource_id or 0) or _("担当者")

    def name(self, task_id: int) -> str:
        """The code and name of a task."""
        task = self.tasks.get(task_id)
        return f"{task.wbs_code} {task.name}".strip() if task else f"#{task_id}"


def _days(first: int, last: int) -> str:
    begins, ends = (formats.day_dense(day * MINUTES_PER_DAY) for day in (first, last))
    return begins if first == last else f"{begins}–{ends}"


def _names(model: Any, ids: Collection[int | None]) -> Mapping[int, str]:
    return dict(model.objects.filter(pk__in=[pk for pk in ids if pk]).values_list("pk", "name"))
