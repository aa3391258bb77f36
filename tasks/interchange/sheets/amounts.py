"""Amounts as they are written in cells: durations, work, shares, people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tasks.interchange.sheets.texts import folded, is_nothing, plain

_FIGURE: Final = re.compile(r"(?<![\d.])(-?\d{1,9}(?:,\d{3})*(?:\.\d{1,9})?)\s*([^\d\s,、()（）?]*)\s*\??")
_DAYS: Final = {"": 0.0, "日": 1, "日間": 1, "営業日": 1, "稼働日": 1, "d": 1, "day": 1, "days": 1, "ed": 1, "人日": 1, "週": 5, "週間": 5, "w": 5, "wk": 5, "wks": 5, "week": 5, "weeks": 5, "ヶ月": 20, "か月": 20, "カ月": 20, "ケ月": 20, "ヵ月": 20, "箇月": 20, "月": 20, "months": 20, "month": 20, "mo": 20, "mon": 20, "mons": 20, "h": 0.125, "hr": 0.125, "hrs": 0.125, "hour": 0.125, "hours": 0.125, "時間": 0.125, "m": 1 / 480, "min": 1 / 480, "mins": 1 / 480, "分": 1 / 480}  # fmt: skip
_DONE: Final = frozenset({"完了", "済", "完", "済み", "完了済", "完了済み", "終了", "done", "closed", "complete", "completed", "finished", "クローズ", "対応済", "対応済み", "100%完了", "resolved/closed", "実施済", "実施済み", "✓", "✔", "☑"})  # fmt: skip
_NOT_BEGUN: Final = frozenset({"未着手", "未対応", "未", "新規", "未実施", "未開始", "todo", "notstarted", "new", "open", "未処理", "未完", "着手前", "予定", "backlog", "未着工"})  # fmt: skip
_UNDER_WAY: Final = frozenset({
    "進行中", "作業中", "対応中", "処理中", "着手", "着手中", "着手済", "着手済み", "実施中", "保留", "中断", "遅延", "遅れ", "順調", "inprogress", "wip", "doing", "onhold", "ongoing", "review", "inreview", "レビュー中", "確認中", "処理済み", "解決", "resolved", "却下",
    "rejected", "フィードバック", "feedback", "started", "active", "オンスケ", "ontrack", "delayed", "施工中", "blocked", "待ち", "仕掛", "仕掛中", "waiting", "対応予定", "確認待ち", "レビュー待ち", "atrisk", "offtrack", "late", "確認済み", "scheduled", "specified", "confirmed", "tobescheduled", "developed", "intesting", "tested", "testfailed", "cancelled", "canceled", "中止", "取消", "取りやめ", "対象外", "deferred", "延期", "selectedfordevelopment",
})  # fmt: skip
_KATAKANA: Final = re.compile(r"[ァ-ヶーｦ-ﾟ\s]+")
_UNITS_OF_PEOPLE: Final = re.compile(r"\s*[\[(（]\s*\d{1,3}(?:\.\d+)?\s*%?\s*[\])）]\s*$")
_RATE: Final = re.compile(
    r"1\s*(人日|人月|人週|d|日|day|人工)\s*[=＝は]\s*(\d+(?:\.\d+)?)\s*(h|時間|hours?|人日|日)"
)


@dataclass(frozen=True, slots=True)
class Rates:
    """Hours of a day and days of a month of work, as the file states them."""

    day: float = 8.0
    month: float = 20.0


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, or why there is none."""

    value: float | None = None
    problem: str = ""
    is_doubtful: bool = False


def rates_said(texts: list[str]) -> Rates:
    """What notes such as "1人日＝7.5時間" say."""
    day, month = 8.0, 20.0
    for text in texts:
        for found in _RATE.finditer(plain(text).casefold()):
            figure = float(found[2])
            if found[1] == "人月" and found[3] in ("人日", "日") and 5 <= figure <= 31:
                month = figure
            elif found[1] == "人月" and 40 <= figure <= 300:
                month = figure / day
            elif found[1] in ("人日", "d", "日", "day", "人工") and 1 <= figure <= 24:
                day = figure
    return Rates(day, month)


def duration_of(text: str, unit: str) -> Amount:
    """Working days of a text such as 5日, 2w, 16h, 1.5; `unit` is what the head or the format says of bare figures."""
    clean = plain(text).casefold()
    if is_nothing(clean):
        return Amount()
    total = 0.0
    end = 0
    for found in _FIGURE.finditer(clean):
        word = folded(found[2]).rstrip(".") or folded(unit)
        factor = _DAYS.get(word, None if found[2] else 1)
        if factor is None or clean[end : found.start()].strip(" 約+"):
            return Amount(problem="unreadable")
        total += float(found[1].replace(",", "")) * (factor or 1)
        end = found.end()
    if not end or clean[end:].strip(" ?"):
        return Amount(problem="unreadable")
    return Amount(round(total, 6), is_doubtful="月" in clean or "約" in clean)


_HOURS: Final = frozenset({"h", "hr", "hrs", "hour", "hours", "時間", "人時", "mh", "人時間"})
_PERSON_DAYS: Final = frozenset({
    "人日", "日", "d", "day", "days", "md", "人・日", "pd", "man-day", "mandays", "man-days", "人工", "persondays", "person-days", "日数", "人/日", "工",
})  # fmt: skip
_MONTHS: Final = frozenset({"人月", "月", "mm", "人・月", "pm", "man-month", "man-months", "mo", "人/月"})
_WEEKS: Final = frozenset({"人週", "週", "w", "week", "weeks", "wk", "wks"})
_MINUTES: Final = frozenset({"分", "m", "min", "mins", "minutes", "人分"})
_SECONDS: Final = frozenset({"s", "sec", "seconds", "秒"})


def hours_factor(unit: str, rates: Rates) -> float | None:
    """Hours of one of a unit of work."""
    word = folded(unit).strip(".")
    factors = (
        (_HOURS, 1.0), (_PERSON_DAYS, rates.day), (_MONTHS, rates.day * rates.month), (_WEEKS, rates.day * 5), (_MINUTES, 1 / 60), (_SECONDS, 1 / 3600),
    )  # fmt: skip
    return next((factor for words, factor in factors if word in words), None)


def work_of(text: str, unit: str, rates: Rates) -> Amount:
    """Hours of a text such as 32h, 4人日, 1d 4h, 7:30; of bare figures `unit` decides, and without one they are doubtful."""
    clean = plain(text).casefold()
    if is_nothing(clean):
        return Amount()
    clock = re.fullmatch(r"(\d{1,4}):(\d{2})(?::\d{2})?", clean)
    if clock:
        return Amount(int(clock[1]) + int(clock[2]) / 60)
    total, end, is_doubtful = 0.0, 0, False
    for found in _FIGURE.finditer(clean):
        word = found[2] or unit
        factor = hours_factor(word, rates) if word else None
        if clean[end : found.start()].strip(" 約+") or (found[2] and factor is None):
            return Amount(problem="unreadable")
        is_doubtful |= factor is None or "約" in clean
        total += float(found[1].replace(",", "")) * (rates.day if factor is None else factor)
        end = found.end()
    if not end or clean[end:].strip(" ?"):
        return Amount(problem="unreadable")
    return Amount(round(total, 6), is_doubtful=is_doubtful)


def progress_of(text: str, is_share: bool) -> Amount:
    """Percent of a text: 50%, 0.5 where the column holds shares, 完了; a word that says nothing gives none."""
    clean = folded(text)
    if is_nothing(clean):
        return Amount()
    found = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)(%|percent|割)?", clean)
    if found:
        value = float(found[1]) * (10 if found[2] == "割" else 100 if is_share and not found[2] else 1)
        return Amount(value) if value <= 100 else Amount(problem="impossible")
    return status_of(text)


def status_of(text: str) -> Amount:
    """What a word of state says of progress."""
    clean = folded(text)
    if clean in _DONE:
        return Amount(100.0)
    if clean in _NOT_BEGUN:
        return Amount(0.0)
    if clean in _UNDER_WAY or is_nothing(clean):
        return Amount()
    return Amount(problem="unreadable")


def is_status_word(text: str) -> bool:
    """Whether a text is a word of state that is known."""
    return not status_of(text).problem


def people_of(text: str) -> list[str]:
    """Names as written, split where lists are."""
    found: list[str] = []
    for part in re.split(r"[、,，;；/／\n\r&＆+＋|]|(?<=\S)\s+(?:and|と)\s+(?=\S)", text):
        pieces = [part]
        if "・" in part or "･" in part:
            split = re.split(r"[・･]", part)
            pieces = (
                [part]
                if all(
                    _KATAKANA.fullmatch(piece) or re.fullmatch(r"[A-Za-z. ]+", piece)
                    for piece in split
                    if piece
                )
                else split
            )
        for piece in pieces:
            name = _UNITS_OF_PEOPLE.sub("", piece).strip().strip("\u3000")
            if name and not is_nothing(name) and name not in found:
                found.append(name)
    return found
