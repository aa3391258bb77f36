"""Texts of cells as they are compared: width, case and spaces do not matter."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

#: The same few texts stand in many cells.
KEPT: Final = 20_000
#: Marks before a name that say what kind of task it is, or lead the eye.
MILESTONE_MARKS: Final = "★☆◆◇▲△▼▽"
LEAD_MARKS: Final = MILESTONE_MARKS + "●○■□◎・※→⇒▶▷»>└├│┗┣┃┝├‐－—―–*＊✓✔☑ \u3000\t"
_BRACKETS: Final = re.compile(r"[(\[【〔<《「]([^()\[\]【】]{0,14})[)\]】〕>》」]\s*$")
_NOTHING: Final = frozenset(
    {
        "",
        "-",
        "--",
        "―",
        "ー",
        "－",
        "—",
        "–",
        "‐",
        "ｰ",
        "/",
        "n/a",
        "na",
        "なし",
        "無し",
        "無",
        "none",
        "null",
    }
)
_OPEN: Final = frozenset(
    {
        "未定",
        "tbd",
        "t.b.d.",
        "調整中",
        "検討中",
        "?",
        "??",
        "???",
        "要調整",
        "要確認",
        "別途",
        "別途調整",
        "未決定",
        "未",
    }
)
_DITTO: Final = frozenset({"〃", '"', "''", "″", "同上", "々", "”", "ゞ", "ditto"})


#: How a cell says yes, or that its task is a milestone; and no.
YES: Final = frozenset(
    [
        "○",
        "◯",
        "●",
        "1",
        "yes",
        "true",
        "はい",
        "y",
        "◆",
        "★",
        "☆",
        "◇",
        "✓",
        "x",
        "有",
        "ms",
        "マイルストーン",
        "milestone",
    ]
)
NO: Final = frozenset({"0", "no", "false", "いいえ", "n", "無", "-", "×", ""})


@lru_cache(KEPT)
def folded(text: str) -> str:
    """For comparing: one width, small letters, no spaces and line breaks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(KEPT)
def plain(text: str) -> str:
    """One width and single spaces, for reading figures."""
    return re.sub(r"[ \t\u3000]+", " ", unicodedata.normalize("NFKC", text)).strip()


def without_unit(head: str) -> tuple[str, str]:
    """A folded head without what stands behind it in brackets, and that."""
    found = _BRACKETS.search(head)
    if found and found.start():
        return head[: found.start()].rstrip("*:※"), found[1].strip()
    return head.rstrip("*:※"), ""


def is_nothing(text: str) -> bool:
    """A dash or a word that says that there is nothing."""
    return folded(text) in _NOTHING


def is_open(text: str) -> bool:
    """A word that says that it is not known yet."""
    return folded(text) in _OPEN


def is_ditto(text: str) -> bool:
    """A sign for what stands above."""
    return text.strip() in _DITTO or folded(text) in _DITTO
