"""Work that comes again every month or year: by the services, so that the record shows who set it up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tasks.editing.fields import set_assignees
from tasks.models import Task
from tasks.recurring.making import due_days, make_period
from tasks.recurring.periods import named_days
from tasks.recurring.services import add_recurring, set_active, skip_period

if TYPE_CHECKING:
    from projects.models import Project
    from projects.permissions import System
    from tasks.demo.companies import SettledCompany
    from tasks.demo.ventures import Running
    from tasks.models import RecurringProject

MAINTENANCE = """稼働状況の点検 1日
データの棚卸し 1日
配車マスターの更新 1.5日
月次報告書の作成 1日
報告会 0日"""
WEEKLY = """問い合わせの集計 2h
対応方針の検討 4h"""


def set_up_recurring(
    company: SettledCompany, running: Mapping[str, Running], *, today: date, actor: System
) -> None:
    """A monthly maintenance with one period left out, a yearly audit copied from this year's, a paused review."""
    if "PRJ-2026-019" not in running:
        return
    next_month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    monthly = _template(
        company, actor, "朽葉", name="ひながた運輸様 配車システム 月次保守", code_prefix="MNT-HU", task_lines=MAINTENANCE,
        rule="FREQ=MONTHLY;BYMONTHDAY=1", first_on=next_month, length_days=5, budget=480_000, lead_days=30,
        description="毎月はじめの定期保守です。1日が休日のときは、次の稼働日に始めます。",
    )  # fmt: skip
    skip_period(
        recurring=monthly, on=named_days(monthly)[3], reason="機器の入れ替えと重なるため、翌月にまとめて行います。", actor=actor
    )  # fmt: skip
    _template(
        company, actor, "木賊", name="情報セキュリティ監査対応", code_prefix="ISA",
        source_id=running["PRJ-2026-027"].project.pk, rule="FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1",
        first_on=next_month, length_days=115, budget=9_600_000, lead_days=60,
    )  # fmt: skip
    paused = _template(
        company, actor, "琥珀田", name="社内ヘルプデスク 週次レビュー", code_prefix="HDR", task_lines=WEEKLY,
        rule="FREQ=WEEKLY;BYDAY=FR", first_on=next_month, length_days=1, lead_days=3, holiday_rule="before",
    )  # fmt: skip
    set_active(recurring=paused, actor=actor, is_active=False)
    for day in due_days(monthly.pk, today):
        row = make_period(recurring_id=monthly.pk, on=day, today=today, actor=actor)
        if row is not None and row.project is not None:
            _give(row.project, company.hands["若竹"].resource_id, actor)


def _give(project: Project, resource_id: int, actor: System) -> None:
    """A plan of typed lines names no people; one person takes it over."""
    tasks = Task.objects.filter(project=project, is_milestone=False).select_related("project")
    for task in tasks.order_by("row_number"):
        set_assignees(task=task, units={resource_id: 50}, actor=actor)


def _template(company: SettledCompany, actor: System, leader: str, **fields: Any) -> RecurringProject:
    fields["leader_id"] = company.users[leader].pk
    return add_recurring(organization=company.organization, actor=actor, fields=fields)
