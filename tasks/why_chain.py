"""Why a task lies where it lies: from its date over everything that drives it, down to a date that nobody drives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import BooleanField, F, Func, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web import formats
from projects.models import AuditEntry, Calendar
from projects.worktime.errors import WorktimeError
from resources.models import Absence, Resource
from tasks.models import Constraint, Task
from tasks.scheduling.errors import NetworkError
from tasks.scheduling.schedule import schedule
from tasks.scheduling.why import why
from tasks.selectors import load_plan
from tasks.services.editing import clock_of
from tasks.services.refusals import refused
from tasks.task_details import HAPPENED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tasks.scheduling.network import Link, Network
    from tasks.scheduling.plan import Plan
    from tasks.scheduling.why import Reason, Wait

#: A chain may be as long as the plan; a page shows its upper end, and leads on from there.
MOST_STEPS: Final = 60
#: So many of the latest changes are searched for the one that moved a task last.
SEARCHED_ENTRIES: Final = 1_000
MINUTES_PER_DAY: Final = 1440

#: What decides where no other task has to be named.
_ALONE: Final = {
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


class Step(NamedTuple):
    """One task of the chain: when it lies, what decides it, and whose working time it waited for."""

    task: Task
    start: str
    finish: str
    reason: str
    wait: str


class Chain(NamedTuple):
    """The steps from a task down; `is_cut` when there are more."""

    steps: list[Step]
    is_cut: bool


class Moved(NamedTuple):
    """The change that moved a task last: who made it, what it was made to, and by how many working days it moved."""

    entry: AuditEntry
    who: str
    what: str
    target: Task | None
    days: float

    @property
    def earlier(self) -> float:
        """The days of a move to the front."""
        return -self.days


class Explanation(NamedTuple):
    """All that is to be said about where a task lies."""

    chain: Chain
    moved: Moved | None


def explain(task: Task) -> Explanation:
    """The reasons of a task's dates, and what moved it last; raises PlanRefusedError as a change would."""
    return Explanation(chain_of(task), moved_last(task))


def chain_of(task: Task) -> Chain:
    """The reasons of a task's dates; the plan is computed once, and read in a fixed number of queries."""
    loaded = load_plan(task.project)
    try:
        plan = schedule(loaded.network)
    except (NetworkError, WorktimeError) as error:
        raise refused(error) from error
    reasons = why(plan, task.pk, loaded.network)
    shown = reasons[:MOST_STEPS]
    words = _Words(task, loaded.network, plan, shown)
    return Chain([words.step(reason) for reason in shown], len(reasons) > MOST_STEPS)


class _Words:
    """Turns ids of a chain into sentences; all names are looked up at once."""

    def __init__(self, task: Task, network: Network, plan: Plan, reasons: Collection[Reason]) -> None:
        self.network, self.plan, self.day = network, plan, task.project.minutes_per_day
        ids = {reason.task_id for reason in reasons}
        for reason in reasons:
            ids |= {pk for pk in (reason.driver.task_id, reason.driver.via_id) if pk is not None}
        self.tasks = Task.objects.in_bulk(list(ids))
        waits = [reason.wait for reason in reasons if reason.wait]
        self.calendars = _names(Calendar, {wait.id for wait in waits if wait.kind == "calendar"})
        people = {wait.id for wait in waits if wait.kind == "resource"}
        self.people = _names(Resource, people)
        minutes = [wait.from_minute for wait in waits] or [0]
        rows = Absence.objects.filter(
            resource__in=[pk for pk in people if pk],
            last_on__gte=formats.as_date(min(minutes)), first_on__lte=formats.as_date(plan.finish),
        )  # fmt: skip
        self.absences = list(
            rows.order_by("first_on", "pk").values_list("resource_id", "first_on", "last_on")
        )

    def step(self, reason: Reason) -> Step:
        dates = self.plan.tasks[reason.task_id]
        wait = self._wait(reason.wait, dates.start) if reason.wait else ""
        task = self.tasks[reason.task_id]
        return Step(task, moment(dates.start), moment(dates.finish), self._reason(reason, task), wait)

    def _reason(self, reason: Reason, task: Task) -> str:
        driver = reason.driver
        if driver.link_index is not None:
            text = self._linked(self.network.links[driver.link_index])
            if driver.kind != "parent_predecessor" or driver.via_id is None:
                return text
            return _("上のサマリー「%(summary)s」とともに待ちます。%(reason)s") % {
                "summary": self._name(driver.via_id),
                "reason": text,
            }
        if driver.kind == "constraint":
            return _constraint(task)
        if driver.kind == "parent_constraint" and driver.via_id is not None:
            return _("上のサマリー「%(summary)s」の制約によります。%(reason)s") % {
                "summary": self._name(driver.via_id),
                "reason": _constraint(self.tasks[driver.via_id]),
            }
        if driver.kind == "children" and driver.task_id is not None:
            return _("いちばん早い子タスク「%(task)s」とともに始まります。") % {
                "task": self._name(driver.task_id)
            }
        return str(_ALONE.get(driver.kind, ""))

    def _linked(self, link: Link) -> str:
        before = self.plan.tasks[link.predecessor_id]
        minute = before.start if link.link_type in {"SS", "SF"} else before.finish
        return str(_LINKED[link.link_type]) % {
            "task": self._name(link.predecessor_id), "moment": moment(minute), "lag": self._lag(link)
        }  # fmt: skip

    def _lag(self, link: Link) -> str:
        if link.lag_percent:
            return f"{link.lag_percent:+g}%"
        if not link.lag_minutes:
            return ""
        sign = "+" if link.lag_minutes > 0 else "−"
        per_day = MINUTES_PER_DAY if link.lag_kind == "elapsed" else self.day
        return f"{sign}{formats.days(abs(link.lag_minutes), per_day)}"

    def _wait(self, wait: Wait, start: int) -> str:
        nights = start // MINUTES_PER_DAY - wait.from_minute // MINUTES_PER_DAY
        # Lunch and the night are no reasons that anybody asks for; days off are.
        if nights < (2 if wait.kind == "calendar" else 1):
            return ""
        facts = {"from": moment(wait.from_minute), "start": moment(start)}
        if wait.kind == "calendar":
            name = self.calendars.get(wait.id or 0) or _("標準")
            return _("%(from)sから、カレンダー「%(name)s」の次の稼働時間（%(start)s）まで待ちます。") % (
                facts | {"name": name}
            )
        name = self.people.get(wait.id or 0) or _("担当者")
        away = self._away(wait.id, wait.from_minute, start)
        if away:
            return _("%(name)sさんの不在（%(days)s）が明ける%(start)sまで待ちます。") % (
                facts | {"name": name, "days": away}
            )
        return _("%(name)sさんの次の稼働時間（%(start)s）まで待ちます。") % (facts | {"name": name})

    def _away(self, resource_id: int | None, first: int, last: int) -> str:
        """The days away between two moments; why somebody is away is nobody's business here."""
        low, high = formats.as_date(first), formats.as_date(last)
        found = sorted(
            (begins, ends) for pk, begins, ends in self.absences
            if pk == resource_id and begins <= high and ends >= low
        )  # fmt: skip
        return _("、").join(
            formats.day_dense(begins)
            if begins == ends
            else f"{formats.day_dense(begins)}–{formats.day_dense(ends)}"
            for begins, ends in found[:5]
        )

    def _name(self, task_id: int) -> str:
        task = self.tasks.get(task_id)
        return f"{task.wbs_code} {task.name}".strip() if task else f"#{task_id}"


def moment(minute: int) -> str:
    """2026/12/02（水） 17:30: a minute of the plan's own clock."""
    hour, rest = divmod(minute % MINUTES_PER_DAY, 60)
    return f"{formats.day(minute)} {hour}:{rest:02}"


def _constraint(task: Task) -> str:
    if task.constraint_minute is None:
        return _("制約「%(kind)s」で決まっています。") % {"kind": task.get_constraint_type_display()}
    return _("制約「%(kind)s」の%(day)sで決まっています。") % {
        "kind": Constraint(task.constraint_type).label, "day": formats.day(task.constraint_minute)
    }  # fmt: skip


def _names(model: Any, ids: Collection[int | None]) -> Mapping[int, str]:
    return dict(model.objects.filter(pk__in=[pk for pk in ids if pk]).values_list("pk", "name"))


class _Exists(Func):
    """Whether a path leads anywhere in a JSON value."""

    function = "jsonb_path_exists"
    template = "%(function)s(%(expressions)s::jsonpath)"
    output_field = BooleanField()


def moved_last(task: Task) -> Moved | None:
    """The latest change after which the task lay elsewhere, among the latest of its project."""
    path = f"$.moves[*] ? (@[0] == {task.pk})"
    since = task.project.audit_sequence - SEARCHED_ENTRIES
    # In the order of the index, so that the search ends at the first one that is found.
    entries = AuditEntry.objects.filter(project=task.project_id, sequence__gt=since).order_by("-sequence")
    found = entries.filter(_Exists(F("consequences"), Value(path))).select_related("actor").first()
    if found is None or found.consequences is None:
        return None
    move = next(move for move in found.consequences["moves"] if move[0] == task.pk)
    target = None
    if found.target_type == "task" and found.target_id not in {None, task.pk}:
        target = Task.objects.filter(pk=found.target_id, project=task.project_id, deleted_at=None).first()
    who = _("%(name)sさん") % {"name": found.actor.display_name} if found.actor else _("自動の処理")
    what = str(HAPPENED.get(found.action, found.action))
    return Moved(found, who, what, target, _days_between(task, move))


def _days_between(task: Task, move: list[int | None]) -> float:
    """Working days from where the start was to where it went; of the finish where the start stayed."""
    _pk, start_before, finish_before, start, finish = move
    before, after = (start_before, start) if start_before != start else (finish_before, finish)
    if before is None or after is None:
        return 0.0
    minutes: int = clock_of(task).between(before, after)
    return minutes / int(task.project.minutes_per_day)
