"""The progress report of one project: where it stands, what comes, what is late, who carries how much."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, F, FloatField, Q, Sum, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from config.web import formats
from config.web.elements import BEHIND_POINTS
from reports.dashboard.money import budget_of
from reports.documents.contents import Fact, Is, Mark, Report, ReportColumn, ReportTable, TableRow
from reports.documents.heading import head_of
from reports.documents.kinds import ReportKind, Subject
from reports.documents.late_tasks import late_table
from reports.figures.finish import causes_of, finish_of
from reports.figures.selectors import figures_of_project
from reports.figures.standing import standing_of_project
from reports.models import ProjectDay
from reports.overview.curve import progress_curve
from tasks.models import Assignment, Task, TaskStatus
from tasks.plan.lateness import DaysLate

if TYPE_CHECKING:
    from projects.models import Project
    from reports.figures.finish import Finish
    from reports.figures.selectors import ProjectFigures

#: More of them are not read.
MOST_LINES: Final = 200
TREND_WEEKS: Final = 12


def progress_report(subject: Subject) -> Report:
    """Some fifteen queries, whatever the size of the plan."""
    project, options = subject.project, subject.options
    finish, figures = finish_of(project), figures_of_project(project)
    causes = _causes(project)
    tables = [*([causes] if causes else ()), _statuses(project)]
    if "trend" in options.parts:
        tables.append(_trend(project, options.on))
    if "milestones" in options.parts:
        tables.append(_milestones(project, options.on))
    if "late" in options.parts:
        tables.append(late_table(project, options.on, limit=MOST_LINES))
    if "load" in options.parts:
        tables.append(_members(project, options.on))
    if options.money:
        tables.append(_money(subject))
    return Report(
        kind=KIND.name,
        head=head_of(project, KIND.title, options),
        facts=_facts(project, figures, finish),
        tables=tuple(tables),
        curve=progress_curve(project, finish) if "trend" in options.parts else None,
        is_flowing=True,
    )


def _facts(project: Project, figures: ProjectFigures, finish: Finish) -> tuple[Fact, ...]:
    standing = standing_of_project(project)
    plan, behind = standing.plan, standing.difference
    return (
        Fact(
            _("進捗"), standing.progress, Is.PERCENT,
            "" if plan is None else _("計画 %(plan)s%%、差 %(difference)s") % {"plan": plan, "difference": formats.points(behind)},
            is_late=behind is not None and behind <= -BEHIND_POINTS,
        ),
        Fact(
            _("終了見込み") if finish.forecast_on else _("計画の終了"), finish.expected_on, Is.DAY,
            _finish_note(project, finish), is_late=finish.over > 0,
        ),
        Fact(
            _("遅延タスク"), figures.late, Is.COUNT,
            _("うちクリティカル %(critical)s件") % {"critical": figures.critical_late},
            is_late=figures.late > 0, unit=_("件"),
        ),
        Fact(
            _("完了タスク"), figures.done, Is.COUNT,
            _("全 %(total)s件、残り %(open)s件")
            % {"total": formats.number(figures.total), "open": formats.number(figures.total - figures.done)},
            unit=_("件"),
        ),
    )  # fmt: skip


def _finish_note(project: Project, finish: Finish) -> str:
    """The plan's finish beside the expected one, and the day that it must end."""
    plan = _("計画 %(day)s") % {"day": formats.day_plain(finish.plan_on)}
    end = (
        _("期限より %(days)s日遅れ") % {"days": finish.over}
        if finish.over
        else _("期限 %(end)s") % {"end": formats.day_plain(project.end_date)}
    )
    return _("、").join([plan, end] if finish.forecast_on else [end])


def _causes(project: Project) -> ReportTable | None:
    """What makes the forecast later than the plan; nothing where it is not."""
    lines = [
        TableRow((cause.label, cause.days), mark=Mark.LATE, target_id=cause.task_id)
        for cause in causes_of(project)
    ]
    columns = (
        ReportColumn(_("タスク"), width=40, grows=True),
        ReportColumn(_("終了を押す営業日"), Is.DELAY, 16),
    )
    title = _("終了見込みが計画より遅い理由")
    return ReportTable("causes", title, columns, lines, leads_to="tasks:task_detail") if lines else None


def _statuses(project: Project) -> ReportTable:
    leaves = Task.objects.filter(project=project, deleted_at__isnull=True, is_summary=False, is_active=True)
    counts = leaves.values("status").order_by("status").annotate(
        count=Count("pk"), work=Coalesce(Sum("work_minutes"), 0)
    )  # fmt: skip
    found = {row["status"]: (row["count"], row["work"]) for row in counts}
    total = sum(count for count, _work in found.values())
    lines = [
        TableRow((str(label), *found.get(value, (0, 0)), _share(found.get(value, (0, 0))[0], total)))
        for value, label in TaskStatus.choices
    ]
    whole = TableRow(
        (_("合計"), total, sum(work for _n, work in found.values()), 100 if total else 0), mark=Mark.TOTAL
    )
    columns = (
        ReportColumn(_("状態"), width=16, grows=True), ReportColumn(_("件数"), Is.COUNT, 8),
        ReportColumn(_("工数"), Is.HOURS, 10), ReportColumn(_("割合"), Is.PERCENT, 8),
    )  # fmt: skip
    return ReportTable("statuses", _("状態別のタスク"), columns, (*lines, whole))


def _share(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _trend(project: Project, on: dt.date) -> ReportTable:
    """The last day of each of the latest weeks, and today."""
    first = on - dt.timedelta(weeks=TREND_WEEKS)
    rows = ProjectDay.objects.filter(project=project, day__gt=first, day__lte=on).order_by("day", "pk")
    weekly = {row.day.isocalendar()[:2]: row for row in rows}
    lines = [
        TableRow((row.day, row.progress_percentage, row.planned_percentage,
              row.progress_percentage - row.planned_percentage, row.done_count, row.late_count, row.finish_on,
              row.forecast_on))
        for row in weekly.values()
    ]  # fmt: skip
    columns = (
        ReportColumn(_("日付"), Is.DAY, 12), ReportColumn(_("実績"), Is.PERCENT, 8), ReportColumn(_("計画"), Is.PERCENT, 8),
        ReportColumn(_("差"), Is.POINTS, 9), ReportColumn(_("完了"), Is.COUNT, 8), ReportColumn(_("遅延"), Is.COUNT, 8),
        ReportColumn(_("計画の終了"), Is.DAY, 12), ReportColumn(_("終了見込み"), Is.DAY, 12, grows=True),
    )  # fmt: skip
    return ReportTable(
        "trend", _("週ごとの推移"), columns, lines, _("毎晩の集計がたまると、ここに週ごとの推移が並びます。")
    )


def _milestones(project: Project, on: dt.date) -> ReportTable:
    found = Task.objects.filter(project=project, deleted_at__isnull=True, is_milestone=True, is_active=True)
    rows = found.annotate(late=DaysLate(on)).order_by("finish_minute", "row_number", "pk").values_list(
        "pk", "wbs_code", "name", "end_date", "progress_percentage", "late", "deliverable", "approver__display_name"
    )  # fmt: skip
    lines = []
    for pk, code, name, day, progress, late, deliverable, approver in rows[:MOST_LINES]:
        word, mark = _stands(day, progress, late, on)
        lines.append(TableRow((code, name, day, word, deliverable, approver), mark=mark, target_id=pk))
    columns = (
        ReportColumn("WBS", width=9), ReportColumn(_("マイルストーン"), width=30, grows=True), ReportColumn(_("予定日"), Is.DAY, 11),
        ReportColumn(_("状況"), width=11), ReportColumn(_("成果物"), width=18), ReportColumn(_("承認者"), width=14),
    )  # fmt: skip
    return ReportTable(
        "milestones",
        pgettext("plural", "マイルストーン"),
        columns,
        lines,
        _("マイルストーンはまだありません。"),
        note=_more(found.count()),
        leads_to="tasks:task_detail",
    )


def _more(count: int) -> str:
    if count <= MOST_LINES:
        return ""
    return _("全 %(count)s件のうち、はじめの %(shown)s件です。") % {"count": count, "shown": MOST_LINES}


def _stands(day: dt.date | None, progress: int, late: int, on: dt.date) -> tuple[str, Mark]:
    if progress >= 100:
        return _("達成"), Mark.DONE
    if day is None:
        return formats.NONE, Mark.NONE
    if late:
        return _("%(days)s日遅れ") % {"days": late}, Mark.LATE
    if day < on:
        return formats.NONE, Mark.NONE
    return (_("今日") if day == on else _("あと %(days)s日") % {"days": (day - on).days}), Mark.NONE


def _loads(project: Project, on: dt.date) -> Iterable[Any]:
    """What each person has left to do in this plan; the most first, those with nothing left last."""
    leaf = Q(task__deleted_at__isnull=True, task__is_summary=False, task__is_active=True)
    is_open = Q(task__progress_percentage__lt=100)
    minutes = Coalesce(
        Cast("work_minutes", FloatField()),
        Cast("task__duration_minutes", FloatField()) * Cast("units_percentage", FloatField()) / 100.0,
    )
    left = Value(1.0) - Cast("task__progress_percentage", FloatField()) / 100.0
    return (
        Assignment.objects.filter(leaf, project=project, resource__kind__in=["person", "equipment"])
        .values("resource_id", "resource__name", "resource__department")
        .annotate(
            open=Count("pk", filter=is_open),
            late=Count(
                "pk", filter=Q(task__in=Task.objects.filter(project=project).late(on=on).values("pk"))
            ),
            soon=Count("pk", filter=is_open & Q(task__start_date__lte=on + dt.timedelta(days=28))),
            remaining=Sum(minutes * left, filter=is_open),
            done=Count("pk", filter=~is_open),
        )
        .order_by(F("remaining").desc(nulls_last=True), "resource__name", "resource_id")[:MOST_LINES]
    )


def _members(project: Project, on: dt.date) -> ReportTable:
    """Who has how much; people of several projects have more than this."""
    lines = [
        TableRow((row["resource__name"], row["resource__department"], row["open"], row["soon"], row["late"],
              round(row["remaining"] or 0), row["done"]), mark=Mark.LATE if row["late"] else Mark.NONE)
        for row in _loads(project, on)
    ]  # fmt: skip
    columns = (
        ReportColumn(_("氏名"), width=20, grows=True), ReportColumn(_("部署"), width=18), ReportColumn(_("未完了"), Is.COUNT, 8),
        ReportColumn(_("4週以内"), Is.COUNT, 9), ReportColumn(_("遅延"), Is.COUNT, 9), ReportColumn(_("残り工数"), Is.HOURS, 10),
        ReportColumn(_("完了"), Is.COUNT, 8),
    )  # fmt: skip
    return ReportTable(
        "load", _("メンバーの負荷"), columns, lines, _("担当者が割り当てられたタスクはまだありません。")
    )


def _money(subject: Subject) -> ReportTable:
    """As on the overview, sub-projects included. Who may see none of it any more gets none (`Options.without_money`)."""
    project = subject.project
    budget = budget_of(subject.user, subject.organization, project.pk)
    lines = [] if budget is None else [
        TableRow((_("予算"), budget.budget)),
        TableRow((_("計画コスト"), budget.expected)),
        TableRow((_("実績コスト（現在まで）"), budget.spent)),
        TableRow((_("予算の残り（予算 − 計画コスト）"), budget.left), mark=Mark.LATE if budget.is_over else Mark.TOTAL),
        TableRow((_("契約金額"), project.contract_amount)),
    ]  # fmt: skip
    note = (
        _("単価のない担当者が %(count)s人いるため、その分のコストは含まれていません。")
        % {"count": budget.unpriced}
        if budget is not None and budget.unpriced
        else ""
    )
    columns = (ReportColumn(_("項目"), width=30, grows=True), ReportColumn(_("金額"), Is.YEN, 18))
    return ReportTable("money", _("予算"), columns, lines, note=note)


KIND: Final = ReportKind(
    name="progress",
    label=gettext_lazy("プロジェクト進捗報告"),
    title=gettext_lazy("プロジェクト進捗報告"),
    read=progress_report,
    position=10,
    fields=frozenset({"parts"}),
)
