"""What the columns of a table mean: by their heads, and by what stands below them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final

from tasks.interchange.sheets import heads
from tasks.interchange.sheets.amounts import is_status_word
from tasks.interchange.sheets.days import read_day
from tasks.interchange.sheets.grid import Sheet
from tasks.interchange.sheets.heads import Head, meaning_of, meaning_of_path
from tasks.interchange.sheets.table import CHOSEN, Column, Table
from tasks.interchange.sheets.texts import NO, YES, folded, plain

_DATED: Final = frozenset({heads.START, heads.FINISH, heads.PERIOD})

_CODE: Final = re.compile(r"[A-Za-z]{0,4}-?\d{1,5}(?:[.\-－]\d{1,5}){1,12}\.?")


def used_columns(sheet: Sheet, head_rows: Sequence[int]) -> list[int]:
    """Columns with a head, and those without one in which something stands below."""
    found: set[int] = set()
    for row in head_rows:
        for column, _text in sheet.filled(row):
            merge = sheet.merge_at(row, column)
            found.update(range(column, (min(merge.right, column + 60) if merge else column) + 1))
    below: Counter[int] = Counter()
    for row in sorted(sheet.rows):
        if row > head_rows[-1]:
            below.update(column for column, cell in sheet.rows[row].items() if cell.value is not None)
    return sorted(
        found
        | {column for column, count in below.items() if count >= 1 and column <= max(found, default=0) + 3}
    )


def column_of(sheet: Sheet, head_rows: Sequence[int], at: int) -> Column:
    path = [sheet.merged_text(row, at) for row in head_rows]
    is_own = any(sheet.text(row, at) for row in head_rows)
    found = meaning_of_path(path) if is_own else _of_group(sheet, head_rows, at)
    text = " ".join(dict.fromkeys(part.replace("\n", "") for part in path if part))
    if found is None:
        return Column(at, text, rank=99, basis="")
    rank = found.rank - (
        30 if re.search(r"予定|計画|planned", folded(text)) and found.meaning in (*_DATED, heads.WORK) else 0
    )
    return Column(at, text, found.meaning, found.unit, rank + (2 * REVISED if found.is_revised else 0))


def _of_group(sheet: Sheet, head_rows: Sequence[int], at: int) -> Head | None:
    """A column below a head that is merged over several: only of names is it the same as the first one."""
    for row in head_rows:
        merge = sheet.merge_at(row, at)
        if merge and merge.left < at:
            found = meaning_of(sheet.text(merge.top, merge.left))
            return Head(heads.STAIR) if found and found.meaning in (heads.NAME, heads.GROUP) else None
    return None


def look_into(table: Table) -> None:
    """What contents say where heads do not, or say more than heads do."""
    named = min(
        (column.at for column in table.columns if column.meaning in (heads.NAME, heads.GROUP, heads.STAIR)),
        default=10**6,
    )
    for column in table.columns:
        texts = [text for row in table.rows[:400] if (text := table.sheet.text(row, column.at))]
        if not texts or column.basis == CHOSEN:
            continue
        _of_contents(column, texts)
        if column.meaning == heads.CODE and column.basis == "contents" and column.at > named:
            column.meaning = ""
    meanings = {column.meaning for column in table.columns}
    if not meanings & {heads.START, heads.FINISH, heads.PERIOD}:
        dated = [
            column
            for column in table.columns
            if not column.meaning and column.basis != CHOSEN and are_days(table, column)
        ]
        for column, meaning in zip(dated[:2], (heads.START, heads.FINISH), strict=False):
            column.meaning, column.basis = meaning, "contents"


def _of_contents(column: Column, texts: list[str]) -> None:
    clean = [folded(text) for text in texts]
    if column.meaning in ("", heads.GROUP, heads.KIND, heads.STATUS, heads.ROW_KIND, heads.IGNORED):
        kinds = sum(text in _KINDS for text in clean)
        if kinds >= 0.9 * len(clean) and any(text in _PLAN_KINDS for text in clean) and len(set(clean)) >= 2:
            column.meaning = heads.ROW_KIND
            return
    if column.meaning in (heads.NUMBER, heads.KEY, "") and sum(
        bool(_CODE.fullmatch(plain(text))) for text in texts
    ) >= 0.3 * len(texts):
        if (
            column.meaning != heads.KEY and any(re.fullmatch(r"\d+", plain(text)) for text in texts)
        ) or is_nested(texts):
            column.meaning, column.basis = heads.CODE, column.basis or "contents"
    elif column.meaning == heads.DURATION and sum(
        bool(re.search(r"\d\s*[~〜～]|[~〜～]\s*\d", text)) for text in texts
    ) >= 0.5 * len(texts):
        column.meaning = heads.PERIOD
    elif column.meaning in _DATED and all(text in _FLAGS or is_status_word(text) for text in clean):
        column.meaning = heads.STATUS
    elif column.meaning == heads.MILESTONE and not all(text in _FLAGS for text in clean):
        column.meaning = heads.IGNORED
    elif column.meaning == heads.STATUS or (
        column.meaning == "" and len(set(clean)) < 9 and all(map(is_status_word, texts))
    ):
        column.meaning = heads.STATUS


_PLAN_KINDS: Final = frozenset({"予定", "計画", "予", "計", "plan", "p", "planned", "当初", "見込"})

_KINDS: Final = _PLAN_KINDS | {"実績", "実", "actual", "a", "実施", "変更", "変更後"}

_FLAGS: Final = YES | NO


def is_nested(texts: list[str]) -> bool:
    """Whether some of the numbers are beginnings of others: 1, 1-1, 1-1-2."""
    parts = {tuple(re.split(r"[.\-－]", plain(text).rstrip("."))) for text in texts}
    return any(part[:-1] in parts for part in parts if len(part) > 1)


def are_days(table: Table, column: Column) -> bool:
    count = days = 0
    for row in table.rows[:200]:
        cell = table.sheet.cell(row, column.at)
        if cell.text.strip():
            count += 1
            days += isinstance(cell.value, date) or (
                isinstance(cell.value, str)
                and bool((read := read_day(cell.value)).day or read.month_day or read.figures)
            )
    return count > 0 and days >= 0.6 * count


#: The rank of columns of a revised plan, which is the one that holds.
REVISED: Final = -100
#: Meanings that a table has one column of.
SINGLE: Final = (
    heads.START, heads.FINISH, heads.PROGRESS, heads.PEOPLE, heads.WORK, heads.DURATION, heads.NUMBER, heads.CODE, heads.LEVEL,
    heads.STATUS, heads.ROW_KIND, heads.KIND, heads.PERIOD,
)  # fmt: skip
#: What a second column of a meaning is; of all others it is left out.
_SECOND: Final = {heads.FINISH: heads.DEADLINE, heads.NUMBER: heads.KEY, heads.CODE: heads.KEY}


def choose(table: Table) -> None:
    """Where several columns mean the same, the best word has it, unless nothing stands in it."""
    full = {
        column.at for column in table.columns if any(table.sheet.text(row, column.at) for row in table.rows)
    }
    for meaning in SINGLE:
        found = sorted(
            (column for column in table.columns if column.meaning == meaning),
            key=lambda column: (column.at not in full, column.rank, column.at),
        )
        if len(found) > 1 and found[0].rank <= REVISED and meaning in _DATED:
            found[0].instead, found[1].meaning = found[1], heads.IGNORED
            del found[1]
        for column in found[1:]:
            column.meaning = _SECOND.get(meaning, heads.IGNORED)


def find_stairs(table: Table) -> bool:
    """Which columns hold names. False where there is none."""
    filled = {
        column.at: [text for row in table.rows if (text := table.sheet.text(row, column.at))]
        for column in table.columns
        if column.meaning in (heads.NAME, heads.GROUP, heads.STAIR)
    }
    named = [column for column in table.columns if column.meaning == heads.NAME and filled[column.at]]
    if not named:
        named = [column for column in table.columns if filled.get(column.at)][-1:] or _named_by_contents(
            table
        )
        if not named:
            return False
        filled[named[0].at] = [text for row in table.rows if (text := table.sheet.text(row, named[0].at))]
    name = _name_among(named, filled)
    for column in named:
        if column is not name:
            column.meaning = heads.GROUP if _is_group_of(column, name, filled) else heads.IGNORED
    name.meaning = heads.NAME
    left = [
        column
        for column in table.columns
        if column.at < name.at and column.meaning in (heads.GROUP, heads.STAIR)
    ]
    right = _to_the_right(table, name)
    for column in right:
        column.meaning = heads.STAIR
    table.stairs = [
        column.at for column in [*(column for column in left if filled.get(column.at)), name, *right]
    ]
    return True


def _named_by_contents(table: Table) -> list[Column]:
    """Of a table whose heads name no tasks: the column without a meaning that has most different words in it."""
    words = {
        column.at: len(
            {
                text
                for row in table.rows
                if re.search(r"[^\W\d]{2,}", text := table.sheet.text(row, column.at))
            }
        )
        for column in table.columns
        if not column.meaning
    }
    best = max(words, key=lambda at: (words[at], -at), default=None)
    found = [
        column for column in table.columns if column.at == best and words[column.at] >= 0.6 * len(table.rows)
    ]
    for column in found:
        column.basis = "contents"
    return found


def _is_group_of(column: Column, name: Column, filled: dict[int, list[str]]) -> bool:
    """Whether a second column of names, to the left, holds what the tasks are parts of."""
    texts = filled[column.at]
    return column.at < name.at and (len(texts) < 0.8 * len(filled[name.at]) or _repeats(texts))


def _name_among(named: list[Column], filled: dict[int, list[str]]) -> Column:
    """Of two columns of names with a gap in the left one, the right one has the tasks."""
    best = min(named, key=lambda column: (column.rank, column.at))
    for column in named:
        if (
            column.at > best.at
            and (len(filled[best.at]) < 0.8 * len(filled[column.at]) or _repeats(filled[best.at]))
            and len(filled[column.at]) >= len(filled[best.at])
        ):
            best = column
    return best


def _repeats(texts: list[str]) -> bool:
    return len(set(texts)) < 0.6 * len(texts)


def _to_the_right(table: Table, name: Column) -> list[Column]:
    """Columns behind the name that have no head of their own, but names in them."""
    found: list[Column] = []
    for column in table.columns:
        if column.at <= name.at:
            continue
        is_bare = not column.meaning and (not column.head or column.head == name.head)
        if not is_bare and column.meaning != heads.STAIR:
            break
        texts = [text for row in table.rows if (text := table.sheet.text(row, column.at))]
        if texts and all(re.search(r"[^\d\s.,/%:\-]", text) for text in texts):
            found.append(column)
    own = table.sheet
    return [column for column in found if not _is_beside(own, table.rows, name.at, column.at)]


def _is_beside(sheet: Sheet, rows: Sequence[int], name: int, column: int) -> bool:
    """Whether texts there stand beside names and not instead of them."""
    both = sum(bool(sheet.text(row, name)) and bool(sheet.text(row, column)) for row in rows)
    alone = sum(not sheet.text(row, name) and bool(sheet.text(row, column)) for row in rows)
    return both > alone
