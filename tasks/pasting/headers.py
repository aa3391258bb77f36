"""What the heads of pasted tables mean: as our columns are called in both languages, as Microsoft Project calls its own, as offices do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.utils import translation

from tasks.sheet.columns.registry import registry
from tasks.sheet.parsing import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Columns that say where a row stands, or how others call it, and are not written themselves.
LEVEL, CODE, NUMBER = "level", "code", "number"
#: An outline that is spread over several columns, one for each level.
STAIRS: Final = "stairs"
_LANGUAGES: Final = ("ja", "en")
#: What stands behind a head in brackets is its unit.
_UNIT: Final = re.compile(r"[(\[（【].{0,12}[)\]）】]$|[*:：※]+$")
_STAIR: Final = re.compile(
    r"(?:大|中|小|細)(?:項目|分類|区分|工程)|(?:レベル|level|階層|第)\d(?:階層|レベル)?|l\d"
)
#: Names by Microsoft Project, in Japanese and in English, and by offices.
_OTHERS: Final[dict[str, tuple[str, ...]]] = {
    "name": ("task name", "タスク名", "作業名", "作業項目", "作業内容", "作業", "項目", "名称", "件名", "title", "task", "summary name", "活動"),
    NUMBER: ("id", "no", "no.", "#", "番号", "項番", "row", "行番号"),
    CODE: ("wbs code", "wbs 番号", "wbs番号", "wbsコード", "outline number", "アウトライン番号"),
    LEVEL: ("outline level", "アウトライン レベル", "レベル", "level", "階層レベル"),
    "duration": ("duration", "期間", "日数", "所要日数", "作業日数", "所要期間", "工期"),
    "start": ("start", "start date", "開始日", "開始予定", "開始予定日", "予定開始日", "予定開始", "着手日", "着手予定日", "計画開始日"),
    "finish": ("finish", "end", "end date", "finish date", "終了日", "終了予定", "終了予定日", "予定終了日", "予定終了", "完了予定日", "完了日", "計画終了日"),
    "predecessors": ("predecessors", "predecessor", "先行タスク", "先行作業", "前提タスク", "依存関係", "wbs predecessors"),
    "assignees": ("resource names", "resources", "リソース名", "担当者", "担当者名", "assigned to", "assignee", "assignees", "owner", "作業者"),
    "progress": ("% complete", "percent complete", "達成率", "進捗率", "進捗度", "完了率", "progress"),
    "work": ("work", "作業時間", "予定工数", "計画工数", "工数(h)", "見積工数"),
    "deadline": ("deadline", "期限", "期日", "納期", "締切", "due", "due date"),
    "priority": ("priority", "優先順位", "優先度"),
    "description": ("notes", "メモ", "備考", "詳細", "note"),
    "constraint": ("constraint type", "制約の種類", "制約タイプ"),
    "constraint_on": ("constraint date", "制約の指定日", "制約日"),
    "mode": ("task mode", "タスク モード"),
    "milestone": ("milestone",),
    "active": ("active", "アクティブ"),
    "estimated": ("estimated", "見積もり"),
    "effort_driven": ("effort driven", "残存作業優先"),
    "task_type": ("type", "task type", "タスクの種類"),
    "calendar": ("task calendar", "タスク カレンダー", "タスクカレンダー"),
    "fixed_cost": ("fixed cost", "固定コスト"),
    "deliverable": ("成果物", "deliverable", "納品物"),
}  # fmt: skip


def known_heads() -> Mapping[str, str]:
    """The column that each head means, by its folded text."""
    found: dict[str, str] = {}
    for language in _LANGUAGES:
        with translation.override(language):
            for column in registry:
                for title in (column.header, column.label):
                    if title:
                        found.setdefault(folded(str(title)), column.name)
    for column in registry:
        if column.project_field:
            found.setdefault(folded(column.project_field), column.name)
    # "ID" is the row's number to Microsoft Project, and ours is in no file.
    return found | {folded(title): name for name, titles in _OTHERS.items() for title in titles}


def heads_of(texts: list[str]) -> list[str]:
    """The column of each head, or nothing; one that comes twice counts where it comes first."""
    known = known_heads()
    found: list[str] = []
    for text in texts:
        name = _meant(folded(text), known)
        found.append("" if name in found and name != STAIRS else name)
    return found


def _meant(text: str, known: Mapping[str, str]) -> str:
    if not text:
        return ""
    bare = _UNIT.sub("", text)
    return known.get(text) or known.get(bare) or (STAIRS if _STAIR.fullmatch(bare) else "")
