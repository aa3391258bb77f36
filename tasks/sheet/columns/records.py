"""Where a task stands in the tree and in files, and who has made and changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy

from tasks.sheet.columns import comparing
from tasks.sheet.columns.column import Column
from tasks.sheet.columns.finding import text_in
from tasks.sheet.columns.kinds import ValueKind, flag_text
from tasks.sheet.sources import ATTACHMENTS, COMMENTS, RECORD

if TYPE_CHECKING:
    from datetime import date

    from tasks.sheet.columns.column import Row
    from tasks.sheet.look import Look


def _changed_on(row: Row, _look: Look) -> date | None:
    return row.record.changed_at and timezone.localdate(row.record.changed_at)


COLUMNS: Final = (
    Column(
        name="level", header=gettext_lazy("階層"), help=gettext_lazy("WBS の深さ。"), kind=ValueKind.COUNT,
        fields=("outline_level",), sort=("outline_level",), groups=True, project_field="OutlineLevel",
    ),
    Column(
        name="parent", header=gettext_lazy("親タスク"), help=gettext_lazy("すぐ上のサマリータスク。"), fields=("parent__name",),
        finds=text_in("parent__name"),
        text=lambda row, _look: row.parent__name or "", width=24, sort=("parent__row_number",), groups=True,
    ),
    Column(
        name="summary", header=gettext_lazy("サマリー"), help=gettext_lazy("子タスクを持つかどうか。"), fields=("is_summary",),
        text=lambda row, _look: flag_text(row.is_summary), compares=comparing.flag("is_summary"), sort=("is_summary",), groups=True, project_field="Summary",
    ),
    Column(
        name="below", header=gettext_lazy("配下の件数"), help=gettext_lazy("下にあるタスクの数。"), kind=ValueKind.COUNT,
        fields=("descendant_count",), sort=("descendant_count",),
    ),
    Column(
        name="id", header=gettext_lazy("ID"), help=gettext_lazy("このシステムでの番号。変わりません。"), kind=ValueKind.COUNT, fields=("id",),
        text=lambda row, _look: str(row.id), sort=("id",),
    ),
    Column(
        name="uid", header=gettext_lazy("ファイルの ID"), help=gettext_lazy("取り込んだファイルでの番号。"), kind=ValueKind.COUNT,
        fields=("source_uid",), text=lambda row, _look: "" if row.source_uid is None else str(row.source_uid), sort=("source_uid",),
        project_field="UID",
    ),
    Column(
        name="comments", header=gettext_lazy("コメント"), help=gettext_lazy("コメントの数。"), kind=ValueKind.COUNT, sources=(COMMENTS,),
        value=lambda row, _look: row.comments or None,
    ),
    Column(
        name="attachments", header=gettext_lazy("添付"), help=gettext_lazy("添付ファイルの数。"), kind=ValueKind.COUNT, sources=(ATTACHMENTS,),
        value=lambda row, _look: row.attachments or None,
    ),
    Column(
        name="created_on", header=gettext_lazy("作成日"), help=gettext_lazy("タスクを作った日。"), kind=ValueKind.DAY, fields=("created_at",),
        value=lambda row, _look: timezone.localdate(row.created_at), compares=comparing.day_made("created_at"), sort=("created_at",), groups=True, project_field="CreateDate",
    ),
    Column(
        name="created_by", header=gettext_lazy("作成者"), help=gettext_lazy("タスクを加えた人。"), sources=(RECORD,),
        value=lambda row, _look: row.record.created_by, groups=True,
    ),
    Column(
        name="changed_on", header=gettext_lazy("更新日"), help=gettext_lazy("入力か報告で最後に変わった日。"), kind=ValueKind.DAY, sources=(RECORD,),
        value=_changed_on, groups=True,
    ),
    Column(
        name="changed_by", header=gettext_lazy("更新者"), help=gettext_lazy("最後に変えた人。"), sources=(RECORD,),
        value=lambda row, _look: row.record.changed_by, groups=True,
    ),
)  # fmt: skip
