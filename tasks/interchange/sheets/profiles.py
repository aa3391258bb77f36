"""Whose export a table is, by its heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tasks.interchange.sheets import heads
from tasks.interchange.sheets.texts import folded

#: Heads that together are of one program, in Japanese and in English.
_PROFILES: Final[tuple[tuple[str, tuple[frozenset[str], ...]], ...]] = (
    ("Backlog", (frozenset({"キー", "件名", "状態", "期限日"}), frozenset({"key", "subject", "status", "duedate", "keyid"}))),
    ("Jira", (frozenset({"summary", "issuekey"}), frozenset({"要約", "課題キー"}))),
    ("Lychee Redmine", (frozenset({"#", "題名", "先行"}), frozenset({"#", "題名", "マイルストーン"}))),
    ("Redmine", (frozenset({"#", "題名", "トラッカー"}), frozenset({"#", "subject", "tracker"}))),
    ("OpenProject", (frozenset({"id", "subject", "type", "finishdate"}), frozenset({"id", "題名", "種類", "終了日"}), frozenset({"id", "件名", "タイプ", "終了日"}), frozenset({"id", "件名", "種類", "終了日"}))),
    ("Asana", (frozenset({"taskid", "name", "section/column"}), frozenset({"タスクid", "名前", "セクション/列"}))),
    ("Brabio", (frozenset({"階層", "タスク名", "開始日", "終了日"}), frozenset({"レベル", "名称", "開始日", "終了日"}))),
    ("Microsoft Project", (frozenset({"taskmode", "name", "duration", "predecessors"}), frozenset({"タスク名", "期間", "開始日", "終了日", "先行タスク", "リソース名"}), frozenset({"taskname", "duration", "start", "finish", "predecessors"}))),
)  # fmt: skip


#: What a head means in the exports of one program, where it is another thing than elsewhere.
_MEANINGS: Final[dict[str, dict[str, str]]] = {
    "Redmine": {"終了日": heads.ACTUAL_FINISH, "closed": heads.ACTUAL_FINISH, "カテゴリ": heads.IGNORED, "category": heads.IGNORED},
    "Lychee Redmine": {"カテゴリ": heads.IGNORED, "マイルストーン": heads.IGNORED},
    "Backlog": {"マイルストーン": heads.IGNORED, "milestone": heads.IGNORED, "カテゴリー名": heads.IGNORED, "category": heads.IGNORED},
    "Jira": {"statuscategory": heads.IGNORED, "category": heads.IGNORED},
    "Asana": {"完了日": heads.ACTUAL_FINISH, "セクション/列": heads.IGNORED, "section/column": heads.IGNORED},
    "OpenProject": {"作業": heads.WORK, "category": heads.IGNORED, "カテゴリ": heads.IGNORED},
}  # fmt: skip


def meaning_in(profile: str, head: str) -> str:
    """What a head means in an export of this program; "" where it is what it says."""
    return _MEANINGS.get(profile, {}).get(folded(head), "")


def profile_of(titles: Sequence[str]) -> str:
    """The name of the program; "" where none is known."""
    found = {folded(title) for title in titles}
    for name, sets in _PROFILES:
        if any(known <= found for known in sets):
            return name
    return ""
