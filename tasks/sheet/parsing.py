"""What planners type into the cells of a plan: durations, work, shares, people. Pure; days are in `day_text.py`."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from tasks.plan.link_text import UNITS, minutes_per

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projects.person_time import PersonTime

#: More than any plan lasts; such amounts are slips, and no column of the database holds them.
_MOST_MINUTES = 10**13
#: One amount of several: a figure, 半, or a number in kanji; its unit; and half of it more.
_AMOUNT = re.compile(
    r"\s*(?P<amount>\d{1,8}(?:\.\d{1,4})?|半|[一二三四五六七八九十]{1,3})\s*(?P<unit>(?!半)[a-z一-龥ぁ-んァ-ヶー.-]*?)(?P<half>半)?(?=\s*(?:\d|$|[半一二三四五六七八九十]))",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,6}):([0-5]\d)")
_ELAPSED = re.compile(r"(?:経過|elapsed)\s*", re.IGNORECASE)
_MOST_PIECES = 4
_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九", 1)}
_SIGN = re.compile(r"([+-])\s*(?=\S)")
_PERCENT = re.compile(r"(\d{1,3})(?:\.0{1,4})?\s*(?:%|パーセント|percent)?", re.IGNORECASE)
_TENTHS = re.compile(r"([\d一二三四五六七八九]|10|十)割")
#: Shares that are words.
_YES = {"はい", "yes", "y", "true", "1", "○", "〇", "◯", "✓", "有", "on", "する", "有効"}
_NO = {"", "いいえ", "no", "n", "false", "0", "×", "x", "—", "-", "無", "off", "しない", "無効"}
_SHARES = {"未着手": 0, "未": 0, "notstarted": 0, "完了": 100, "済": 100, "済み": 100, "done": 100, "complete": 100, "completed": 100}  # fmt: skip
_PERSON = re.compile(
    r"(?P<name>[^\[\]]+?)\s*(?:\[\s*(?P<percent>\d{1,7}(?:\.\d{1,2})?)\s*%?\s*\]|[(:@]?\s*(?P<share>\d{1,7}(?:\.\d{1,2})?)\s*%\s*\)?)?"
)
_YEN = re.compile(r"[¥\\]?(?P<amount>\d{1,13}(?:\.\d{1,2})?)(?P<unit>[千万億])?円?")
_MOST_YEN = Decimal(10**13)
_HONORIFIC = re.compile(r"(?<=.)(?:さん|様|氏)$")
#: Work is hours when nothing else is said; a person's day and month are the organization's.
_WORK_UNITS = {
    **dict.fromkeys(("", "h", "hr", "hrs", "hour", "hours", "時間", "時", "人時", "人時間", "mh", "person-hour", "person-hours"), "h"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "分"), "m"),
    **dict.fromkeys(("d", "day", "days", "日", "日間", "人日", "md", "person-day", "person-days", "man-day", "man-days"), "d"),
    **dict.fromkeys(("mo", "month", "months", "月", "か月", "ヶ月", "ヵ月", "カ月", "ケ月", "人月", "mm", "pm", "person-month", "person-months", "man-month", "man-months"), "mo"),
}  # fmt: skip


class UnreadableError(ValueError):
    """The text means nothing in this cell; `piece` is what cannot be read."""

    def __init__(self, piece: str) -> None:
        super().__init__(f"{piece!r} cannot be read")
        self.piece = piece


class UnitMinutes(NamedTuple):
    """Working minutes that a day, a week and a month of the project hold."""

    day: int = 480
    week: int = 2400
    month: int = 9600


class TypedShare(NamedTuple):
    """A person by name, and how much of their time; nothing where it was not said."""

    name: str
    percent: Decimal | None = None


def plain(text: str) -> str:
    """One spelling: half-width figures, no thousands marks, no space around."""
    return unicodedata.normalize("NFKC", text).strip()


def number_of(text: str) -> float:
    """12, 0.5, 半, 十二. Of other texts ValueError."""
    if text == "半":
        return 0.5
    if text[0] not in _DIGITS and text[0] != "十":
        return float(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        tens, ones = "", text
    if len(tens) > 1 or len(ones) > 1:
        raise ValueError(text)
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def amounts_of(text: str) -> list[tuple[float, str]]:
    """Amounts with their units as they were typed: "2日4時間", "1時間半", "1:30"; empty where it is something else."""
    clock = _CLOCK.fullmatch(text)
    if clock:
        return [(float(clock[1]), "h"), (float(clock[2]), "m")]
    found: list[tuple[float, str]] = []
    at = 0
    while at < len(text) and len(found) < _MOST_PIECES:
        piece = _AMOUNT.match(text, at)
        if piece is None:
            return []
        try:
            amount = number_of(piece["amount"]) + (0.5 if piece["half"] else 0)
        except ValueError:
            return []
        found.append((amount, piece["unit"].lower().rstrip(".")))
        at = piece.end()
    # Without a unit there is one figure alone.
    is_whole = at == len(text) and (len(found) == 1 or all(unit for _amount, unit in found))
    return found if is_whole else []


def sign_of(text: str) -> tuple[int, str]:
    """Whether a text adds to what stands (1), takes from it (-1) or stands for itself (0), and what is behind the sign.

    A hyphen, a minus and the long vowel of a Japanese keyboard are one.
    """
    clean = re.sub("^[−ー‐–]", "-", plain(text))
    found = _SIGN.match(clean)
    return ({"+": 1, "-": -1}[found[1]], clean[found.end() :]) if found else (0, clean)


def read_duration(text: str, sizes: UnitMinutes) -> tuple[int, bool]:
    """Minutes, and whether they pass on the clock: "5d", "5日", "3h", "2週", "2日4時間", "5ed", "経過5日", "elapsed 5d"."""
    clean = plain(text).replace(",", "").removesuffix("?").strip()
    rest = _ELAPSED.sub("", clean)
    is_elapsed, minutes = rest != clean, 0.0
    amounts = amounts_of(rest)
    for amount, spelled in amounts:
        unit = UNITS.get(spelled or "d") or UNITS.get(spelled.removeprefix("e"))
        if unit is None:
            raise UnreadableError(text)
        is_elapsed |= spelled not in UNITS and spelled != ""
        minutes += amount * minutes_per(
            unit, day=sizes.day, week=sizes.week, month=sizes.month, elapsed=is_elapsed
        )
    if not amounts or minutes >= _MOST_MINUTES:
        raise UnreadableError(text)
    return round(minutes), is_elapsed


def read_work(text: str, person_time: PersonTime) -> int:
    """Minutes of work: "16", "16h", "2人日", "0.5人月", "1人日4時間"; nothing typed is no work."""
    clean = plain(text).replace(",", "")
    if clean in {"", "—", "-"}:
        return 0
    sizes = {"m": 1, "h": 60, "d": person_time.minutes_per_day, "mo": person_time.minutes_per_month}
    amounts = amounts_of(clean)
    units = [_WORK_UNITS.get(unit) for _amount, unit in amounts]
    if not amounts or None in units:
        raise UnreadableError(text)
    minutes = sum(amount * sizes[unit or ""] for (amount, _spelled), unit in zip(amounts, units, strict=True))
    if minutes >= _MOST_MINUTES:
        raise UnreadableError(text)
    return round(minutes)


def read_percent(text: str) -> int:
    """A share of 100: "46", "46%", "5割", "完了"."""
    clean = plain(text)
    word = _SHARES.get(clean.replace(" ", "").casefold())
    if word is not None:
        return word
    tenths = _TENTHS.fullmatch(clean)
    if tenths:
        return round(10 * number_of(tenths[1]))
    found = _PERCENT.fullmatch(clean)
    if not found:
        raise UnreadableError(text)
    return int(found[1])


def read_people(text: str) -> list[TypedShare]:
    """Names with commas between them, a share behind them where it is not all: "藍沢 湊、茜部 陽斗[50%]"."""
    pieces = [
        piece.strip() for piece in re.split(r"[、,，;；\n\t]", text) if piece.strip() not in {"", "—", "-"}
    ]
    return [_read_share(piece) for piece in pieces]


def _read_share(piece: str) -> TypedShare:
    half = str.maketrans("［］（）％：＠", "[]()%:@")
    found = _PERSON.fullmatch(piece.translate(half))
    if not found:
        raise UnreadableError(piece)
    percent = found["percent"] or found["share"]
    return TypedShare(_HONORIFIC.sub("", found["name"]), Decimal(percent) if percent else None)


def read_choice(text: str, choices: Sequence[tuple[str, str]]) -> str:
    """The value that is meant: by its label, by a part of a label that only one has, or itself. Pairs of value and label."""
    typed = folded(text)
    for value, label in choices:
        if typed in {folded(value), folded(label)}:
            return value
    near = [value for value, label in choices if typed and typed in folded(label)]
    if len(near) != 1:
        raise UnreadableError(text)
    return near[0]


def read_yen(text: str) -> Decimal:
    """An amount: "120000", "¥120,000", "12万円", "1.5億"; nothing typed is nothing. Of whole yen, fifteen digits at most."""
    clean = plain(text).replace(",", "").replace(" ", "")
    if clean in {"", "—", "-"}:
        return Decimal(0)
    found = _YEN.fullmatch(clean)
    if not found:
        raise UnreadableError(text)
    amount = Decimal(found["amount"]) * {"万": 10**4, "億": 10**8, "千": 1000, None: 1}[found["unit"]]
    if amount >= _MOST_YEN:
        raise UnreadableError(text)
    return amount.quantize(Decimal("0.01"))


def read_flag(text: str) -> bool:
    """The answer to a question; nothing typed is no."""
    typed = folded(text)
    if typed in _YES:
        return True
    if typed in _NO:
        return False
    raise UnreadableError(text)


def folded(name: str) -> str:
    """By this, names are compared: width, case and spaces do not matter."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).casefold()


#: Katakana to hiragana, so that a reading is found in either.
_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


def is_called(part: str, name: str, kana: str) -> bool:
    """Whether a part of a person's name, or of its reading in any kana, means them."""
    wanted = folded(part).translate(_HIRAGANA)
    return bool(wanted) and (
        wanted in folded(name).translate(_HIRAGANA) or wanted in folded(kana).translate(_HIRAGANA)
    )
