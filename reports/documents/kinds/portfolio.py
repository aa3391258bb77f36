"""Every project that a person sees, in one table."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from projects.models import ProjectStatus
from reports.dashboard.money import Budget, budgets_of
from reports.documents.contents import Fact, Is, Mark, Report, ReportColumn, ReportTable, TableRow, Value
from reports.documents.heading import head_of_all
from reports.documents.kinds import ReportKind, Subject
from reports.figures.finish import finish_of
from reports.portfolio.listing import ProjectFilters, ProjectRow, project_list, rows_of

#: Projects of one report.
MOST_PROJECTS: Final = 5_000


def portfolio_report(subject: Subject) -> Report:
    """As many queries for all projects as for one."""
    options = subject.options
    found = project_list(subject.user, subject.organization, ProjectFilters())
    rows = rows_of(found.ids[:MOST_PROJECTS], found)
    budgets = budgets_of(subject.user, subject.organization) if options.money else None
    labels = {value: str(label) for value, label in ProjectStatus.choices}
    lines = [_line(row, labels, budgets) for row in rows]
    about = _("参照できるすべてのプロジェクト")
    return Report(
        kind=KIND.name,
        head=head_of_all(subject.organization, KIND.title, about, options),
        facts=_facts(rows),
        tables=(_table(lines, sees_money=options.money),),
    )


def _line(row: ProjectRow, labels: dict[str, str], budgets: dict[int, Budget] | None) -> TableRow:
    project = row.project
    finish = finish_of(project)
    leader = row.leaders[0].display_name if row.leaders else ""
    values: tuple[Value, ...] = (
        project.code, project.name, labels[project.status], leader, *row.standing,
        row.standing.difference, row.late, finish.expected_on, finish.plan_on, project.end_date, finish.over or None,
        project.start_date,
    )  # fmt: skip
    if budgets is not None:
        budget = budgets.get(project.pk)
        values += (project.budget, budget.expected) if budget else (None, None)
    return TableRow(values, level=row.level, mark=_mark(row, finish.over), target_id=project.pk)


def _mark(row: ProjectRow, over: int) -> Mark:
    if row.project.status in {ProjectStatus.COMPLETED, ProjectStatus.CANCELLED}:
        return Mark.DONE
    return Mark.LATE if over > 0 or row.late else Mark.NONE


def _table(lines: list[TableRow], *, sees_money: bool) -> ReportTable:
    columns: tuple[ReportColumn, ...] = (
        ReportColumn(_("コード"), width=14), ReportColumn(_("プロジェクト"), Is.NAME, 40, grows=True), ReportColumn(_("状態"), width=12),
        ReportColumn(_("リーダー"), width=14), ReportColumn(_("進捗"), Is.PERCENT, 7), ReportColumn(_("計画"), Is.PERCENT, 7),
        ReportColumn(_("差"), Is.POINTS, 8), ReportColumn(_("遅延"), Is.COUNT, 7), ReportColumn(_("終了見込み"), Is.DAY, 11),
        ReportColumn(_("計画の終了"), Is.DAY, 11), ReportColumn(_("期限"), Is.DAY, 11), ReportColumn(_("超過"), Is.DELAY, 8),
        ReportColumn(_("開始"), Is.DAY, 11),
    )  # fmt: skip
    if sees_money:
        columns += (ReportColumn(_("予算"), Is.YEN, 15), ReportColumn(_("計画コスト"), Is.YEN, 15))
    return ReportTable(
        "portfolio",
        pgettext("plural", "プロジェクト"),
        columns,
        lines,
        _("参照できるプロジェクトがまだありません。"),
        leads_to="reports:project_overview",
    )


def _facts(rows: list[ProjectRow]) -> tuple[Fact, ...]:
    active = [row for row in rows if row.project.status == ProjectStatus.ACTIVE]
    late = [row for row in active if row.is_behind]
    return (
        Fact(pgettext("plural", "プロジェクト"), len(rows), Is.COUNT, unit=_("件")),
        Fact(_("進行中"), len(active), Is.COUNT, unit=_("件")),
        Fact(_("遅れのあるプロジェクト"), len(late), Is.COUNT, is_late=bool(late), unit=_("件")),
        Fact(_("遅延タスク"), sum(row.late or 0 for row in active), Is.COUNT, unit=_("件")),
    )


KIND: Final = ReportKind(
    name="portfolio",
    label=gettext_lazy("ポートフォリオ"),
    title=gettext_lazy("ポートフォリオ報告"),
    read=portfolio_report,
    position=30,
    is_of_project=False,
)
