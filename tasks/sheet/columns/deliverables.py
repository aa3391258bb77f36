"""What a milestone hands over, and who accepts it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy

from config.web import elements
from tasks.gantt.geometry.markup import escape
from tasks.sheet.columns.column import Column, Edit
from tasks.sheet.columns.finding import text_in
from tasks.sheet.columns.kinds import Face, SummaryRule

COLUMNS: Final = (
    Column(
        name="deliverable",
        header=gettext_lazy("成果物"),
        help=gettext_lazy("マイルストーンで渡すもの。"),
        places={Face.DRAWER: 140},
        fields=("deliverable",),
        finds=text_in("deliverable"),
        fact=lambda row, _look: escape(row.deliverable),
        edit=Edit(
            read=lambda text, _task, _reader: text.strip()[:200],
            sets="deliverable",
            hint=gettext_lazy("成果物は 200 字までで入力してください。"),
        ),
        sort=("deliverable",),
        summary=SummaryRule.OWN,
        groups=True,
    ),
    Column(
        name="approver",
        header=gettext_lazy("承認者"),
        help=gettext_lazy("成果物を承認する人。"),
        places={Face.DRAWER: 150},
        fields=("approver__display_name", "approver_id"),
        finds=text_in("approver__display_name", "approver__kana"),
        text=lambda row, _look: row.approver__display_name or "",
        fact=lambda row, _look: (
            elements.person(row.approver__display_name, row.approver_id) if row.approver_id else ""
        ),
        edit=Edit(
            read=lambda text, _task, reader: reader.member(text) if text.strip() else None,
            sets="approver_id",
            hint=gettext_lazy("プロジェクトのメンバーの氏名を入力してください。"),
            names="members",
        ),
        sort=("approver__display_name",),
        summary=SummaryRule.OWN,
        groups=True,
    ),
)
