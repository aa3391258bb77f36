"""What stands in the way of the demo's largest project, and what might."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from tasks.issues.services import add_issue
from tasks.models import Task

if TYPE_CHECKING:
    from projects.models import Project, User

#: Kind, title, probability, impact, days until it is due, what is done, state, and how many of the open tasks it is about.
_ISSUES: Final = (
    ("risk", "会計連携の仕訳の訂正履歴の持ち方が決まらず、開発の開始が遅れる", 4, 5, -2,
     "会計部長に直接確認する。金曜までに回答がなければ案Bで進める", "doing", 2),
    ("risk", "移行データに重複が多く、検証が長引く", 3, 4, 17, "サンプル移行を二週間前倒しする", "open", 1),
    ("risk", "協力会社の要員が年度末に交代する", 2, 3, 60, "引き継ぎの期間を契約に入れる", "open", 0),
    ("risk", "税制改正で帳票の変更が追加になる", 2, 2, None, "", "open", 0),
    ("issue", "検証環境の納品が遅れている", None, 4, 7, "代替機を借りて結合試験を始める", "doing", 1),
    ("issue", "生産管理のレビュー指摘の反映に時間がかかっている", None, 2, 3, "反映を待たずに次の機能のレビューへ進む", "open", 1),
    ("issue", "議事録の書式が部署ごとに違う", None, 1, -20, "", "closed", 0),
)  # fmt: skip


def write_issues(project: Project, *, leader: User, today: date) -> None:
    """Write them down, as its leader would have done."""
    tasks = Task.objects.filter(
        project=project, deleted_at__isnull=True, is_summary=False, progress_percentage__lt=100
    )
    ids = list(tasks.order_by("row_number").values_list("pk", flat=True)[:2])
    for kind, title, probability, impact, due, measure, state, about in _ISSUES:
        values = {
            "kind": kind, "title": title, "probability": probability, "impact": impact, "measure": measure, "state": state,
            "due_on": None if due is None else today + timedelta(days=due), "owner": leader, "task_ids": ids[:about],
        }  # fmt: skip
        add_issue(project=project, actor=leader, values=values)
