"""What people have said about tasks, and the last things they changed: by the services, so that the history shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from tasks.comments.services import add_comment
from tasks.editing.fields import edit_task
from tasks.models import Task, TaskComment
from tasks.progress.services import report_progress

if TYPE_CHECKING:
    from tasks.demo.companies import SettledCompany
    from tasks.demo.ventures import Running

#: Project, task, who, days ago, what.
COMMENTS = (
    ("PRJ-2026-014", "会計連携の基本設計", "浅葱", 4, "電子帳簿保存法の要件で、仕訳の訂正履歴の持ち方を会計部と確認しています。回答は今週中の見込みです。"),
    ("PRJ-2026-014", "会計連携の基本設計", "藍沢", 3, "承知しました。開発の開始に響くため、金曜までに回答がなければ私から催促します。"),
    ("PRJ-2026-014", "会計連携の基本設計", "鈍色", 3, "監査法人の見解も必要です。資料を共有フォルダーに置きました。"),
    ("PRJ-2026-014", "在庫管理の基本設計", "常磐", 6, "ロット管理の粒度について、工場側の意見が分かれています。第1工場の案で進めます。"),
    ("PRJ-2026-014", "在庫管理の基本設計", "縹", 5, "第2工場には私から説明します。"),
    ("PRJ-2026-014", "拠点回線の開通工事", "檜皮", 8, "回線事業者から開通日の連絡がありました。日付を手動で入れています。"),
    ("PRJ-2026-014", "本番環境の構築", "萌黄", 1, "構築の自動化が終わったので、1日早まりそうです。"),
    ("PRJ-2026-014", "移行ツールの開発", "蘇芳", 2, "品目マスターの件数が想定の 1.4倍ありました。処理時間を測り直します。"),
    ("PRJ-2026-014", "移行ツールの開発", "琥珀田", 2, "夜間に収まらないときは、二晩に分ける案も用意しておきます。"),
    ("PRJ-2026-014", "切替計画書の作成", "藍沢", 12, "大型連休の前に切り替える案で、各部の合意を取っています。"),
    ("PRJ-2026-018", "API の実装", "瑠璃川", 5, "取引先ごとの締め日の扱いが設計に抜けていました。"),
    ("PRJ-2026-018", "API の実装", "茜部", 4, "お客様に確認済みです。締め日は取引先マスターで持ちます。"),
    ("PRJ-2025-088", "現地据付確認", "山吹", 3, "搬入口の寸法が図面と 3cm 違います。施工業者に再測量を依頼しました。"),
    ("PRJ-2026-027", "権限の棚卸し", "木賊", 7, "退職者の権限は残っていませんでした。"),
    ("A26-101", "認証試験", "胡桃", 5, "試験所の予約は来月の第2週です。"),
    ("A26-103", "製作", "鳶田", 9, "製作業者から、2週間ほど遅れるとの連絡がありました。"),
)  # fmt: skip


def talk(company: SettledCompany, running: Mapping[str, Running], *, today: date) -> None:
    """Comments over the last days, and this week's work in the plan of the ERP project."""
    for code, name, who, days_ago, body in COMMENTS:
        if code in running:
            task = running[code].tasks[name]
            comment = add_comment(task=task, body=body, actor=company.users[who])
            said = timezone.make_aware(datetime.combine(today - timedelta(days=days_ago), time(15, 31)))
            TaskComment.objects.filter(pk=comment.pk).update(created_at=said)
    if "PRJ-2026-014" in running:
        _this_week(company, running["PRJ-2026-014"], today)


def _this_week(company: SettledCompany, erp: Running, today: date) -> None:
    under_way = Task.objects.filter(project=erp.project, status="in_progress", is_summary=False)
    for task in under_way.select_related("project").order_by("finish_minute", "pk")[:4]:
        person = company.users[_assignee(task)]
        percent = min(95, task.progress_percentage + 5)
        report_progress(
            task=task, percentage=percent, actor=person, recorded_on=today, note="週次の進捗報告です。"
        )
    cutover = Task.objects.select_related("project").get(pk=erp.tasks["切替計画書の作成"].pk)
    edit_task(
        task=cutover,
        changes={"description": "切替の体制、時間割、戻す手順をまとめます。", "priority": 800},
        actor=company.users["藍沢"],
    )


def _assignee(task: Task) -> str:
    name = task.assignments.order_by("pk").values_list("resource__name", flat=True).first()
    return str(name).split()[0] if name else "藍沢"
