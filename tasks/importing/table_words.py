"""What columns of a file may be taken for, and how levels were told, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from tasks.interchange.sheets import heads
from tasks.interchange.sheets.choices import MEANINGS
from tasks.interchange.sheets.plan import PROPOSED
from tasks.sheet.columns.registry import registry

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

#: What no column of the sheet is called as, or several are.
_WORDS: Final[dict[str, StrPromise]] = {
    heads.GROUP: _("上位の分類（大項目など）"),
    heads.STAIR: _("タスク名の続き（字下げの列）"),
    heads.PERIOD: _("開始と終了（1つのセル）"),
    heads.STATUS: _("状態（進捗になります）"),
    heads.RELATIONS: _("関連（先行・後続）"),
    heads.MILESTONE: _("マイルストーンの印"),
    heads.KIND: _("種類（マイルストーンなど）"),
    heads.KEY: _("番号（依存関係と親だけに使います）"),
    heads.ACTUAL_START: _("実績開始"),
    heads.ACTUAL_FINISH: _("実績終了"),
    heads.ROW_KIND: _("予定と実績の区別"),
    heads.NUMBER: _("行番号（依存関係と親だけに使います）"),
    heads.IGNORED: _("取り込まない"),
}
#: By what the levels of tasks were told.
LEVELS: Final[dict[str, StrPromise]] = {
    "level": _("階層の列"),
    "code": _("WBS 番号"),
    "parents": _("親タスクの列"),
    "places": _("名前の列の位置と字下げ"),
    "numbers": _("名前の前の番号"),
    "outline": _("行のグループ"),
    "sections": _("日付のない見出しの行"),
    "flat": _("階層なし"),
}
#: By the field of a task that is doubtful.
FIELDS: Final[dict[str, StrPromise]] = {
    "start": _("開始"),
    "finish": _("終了"),
    "deadline": _("期限"),
    "duration_days": _("期間"),
    "work_hours": _("工数"),
    "progress": _("進捗"),
    "people": _("担当"),
    "predecessors": _("先行タスク"),
    "level": _("階層"),
    "milestone": _("マイルストーン"),
}


def meanings() -> list[tuple[str, str]]:
    """All that a column may be taken for, with their words; what is called as a column of the sheet has its head."""
    return [(meaning, word_of(meaning)) for meaning in MEANINGS]


def word_of(meaning: str) -> str:
    """What a meaning is called."""
    found = _WORDS.get(meaning)
    return str(registry[PROPOSED[meaning]].header if found is None else found)
