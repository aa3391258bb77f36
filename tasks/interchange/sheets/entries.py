"""Which rows of a table are tasks, and what they are called: totals, notes, legends and heads that come again are none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tasks.interchange.sheets import heads
from tasks.interchange.sheets.columns import is_nested
from tasks.interchange.sheets.grid import Sheet
from tasks.interchange.sheets.table import Table
from tasks.interchange.sheets.texts import LEAD_MARKS, folded

_TOTAL: Final = re.compile(
    r"(?:小計|合計|総計|計|累計|中計|総合計|total|subtotal|grandtotal|sum|.{0,20}(?:小計|合計|総計)|total.{0,12}|合計.{0,8})[:：]?"
)
_NOTE: Final = re.compile(
    r"^\s*(?:※|注[)）:：\d]|注意|注記|備考|凡例|特記|メモ|\(注|（注|note[s]?[:：]|legend|\*\s|＊|【?(?:備考|凡例|注意事項|特記事項)】?)",
    re.IGNORECASE,
)
_LEGEND: Final = re.compile(r"^\s*[■□▨●○★☆◆◇▲△▼▽→⇒]\s*[:：＝=…]")
_DATA: Final = (
    heads.NUMBER, heads.CODE, heads.KEY, heads.START, heads.FINISH, heads.PERIOD, heads.DURATION, heads.WORK, heads.PROGRESS, heads.PEOPLE,
    heads.PREDECESSORS, heads.STATUS, heads.KIND,
)  # fmt: skip
_PLANNED: Final = (
    heads.START,
    heads.FINISH,
    heads.PERIOD,
    heads.DURATION,
    heads.WORK,
    heads.PREDECESSORS,
    heads.PROGRESS,
)
_WIDTHS: Final = {" ": 1, "\u00a0": 1, "\u3000": 2, "\t": 4}
_TREE: Final = "└├│┗┣┃┝─━┠╰"
_PLAN_WORDS: Final = frozenset({"予定", "計画", "予", "計", "plan", "p", "planned", "当初"})


@dataclass(slots=True)
class Unit:
    """Rows that are one task: its own, and that of its actual dates."""

    row: int
    actual: int | None = None
    others: tuple[int, ...] = ()


@dataclass(slots=True)
class Entry:
    """A name in a row, as yet without its level."""

    unit: Unit
    column: int
    stair: int
    name: str
    indent: float
    #: Whether what else stands in the row belongs to it.
    has_row: bool
    #: The last row that a merged cell of it reaches; 0 where it is not merged.
    reaches: int = 0
    is_bold: bool = False
    fill: str = ""
    mark: str = ""


def units_of(table: Table) -> list[Unit]:
    """Rows of tasks; of a pair of planned and actual rows one."""
    kind = table.column(heads.ROW_KIND)
    sheet, found = table.sheet, list[Unit]()
    last = 0
    for row in table.rows:
        if row <= last:
            continue
        names = [at for at in table.stairs if sheet.text(row, at)]
        word = folded(sheet.text(row, kind.at)) if kind else ""
        is_same = bool(found) and (
            not names or all(sheet.text(row, at) == sheet.merged_text(found[-1].row, at) for at in names)
        )
        if word and word not in _PLAN_WORDS and is_same:
            found[-1].actual = found[-1].actual or row
            continue
        merge = sheet.merge_at(row, names[-1]) if names else None
        rows = (
            range(row, merge.bottom + 1)
            if merge and merge.top == row and names[-1] == table.stairs[-1]
            else range(row, row + 1)
        )
        unit = _unit(sheet, rows, kind.at if kind else None)
        found.append(unit)
        last = rows[-1]
    return found


def _unit(sheet: Sheet, rows: range, kind: int | None) -> Unit:
    if len(rows) == 1:
        return Unit(rows[0])
    plan = rows[0]
    if kind is not None:
        plan = next((row for row in rows if folded(sheet.text(row, kind)) in _PLAN_WORDS), rows[0])
    others = tuple(row for row in rows if row != plan)
    return Unit(plan, others[0] if kind is not None else None, others)


def has_data(table: Table, row: int) -> bool:
    """Whether a row says more than a name."""
    return any(table.sheet.text(row, column.at) for column in table.columns if column.meaning in _DATA)


def split_rows(table: Table, units: Sequence[Unit]) -> tuple[list[Unit], list[tuple[int, str]]]:
    """Units that are tasks, and the rows that are none with the reason."""
    kept: list[Unit] = []
    left_out: list[tuple[int, str]] = []
    for unit in units:
        reason = _reason(table, unit.row)
        if reason == "blank":
            continue
        if reason:
            left_out.append((unit.row, reason))
        else:
            kept.append(unit)
    return _without_tail(table, kept, left_out), left_out


_OF_GROUP: Final = re.compile(r".+[\s\u3000]計")


def _reason(table: Table, row: int) -> str:
    texts = [text for at in table.stairs if (text := table.sheet.text(row, at))]
    firsts = [text for _, text in table.sheet.filled(row)][:1]
    if not firsts:
        return "blank"
    beside = [
        table.sheet.text(row, column.at)
        for column in table.columns
        if column.meaning in (heads.NUMBER, heads.CODE, "")
    ]
    if any(_TOTAL.fullmatch(folded(text)) or _OF_GROUP.fullmatch(text) for text in [*texts, *beside] if text):
        return "total"
    if not texts:
        return "note" if _NOTE.match(firsts[0]) or _LEGEND.match(firsts[0]) else "blank"
    is_dated = any(
        table.sheet.text(row, column.at)
        for column in table.columns
        if column.meaning in (heads.START, heads.FINISH, heads.DURATION)
    )
    if not is_dated and (_NOTE.match(firsts[0]) or _LEGEND.match(firsts[0]) or _NOTE.match(texts[0])):
        return "note"
    return ""


def _without_tail(table: Table, kept: list[Unit], left_out: list[tuple[int, str]]) -> list[Unit]:
    """Names alone behind the last row that says more, with a gap between, are no tasks."""
    data = [unit.row for unit in kept if _is_planned(table, unit.row)] or [
        unit.row for unit in kept if has_data(table, unit.row)
    ]
    if not data:
        return kept
    last = max(data)
    tail = [unit for unit in kept if unit.row > last]
    if not tail:
        return kept
    notes = [row for row, reason in left_out if row > last]
    is_apart = tail[0].row > last + 1 or bool(notes)
    is_prose = any(
        len(name) > 30 or "。" in name
        for unit in tail
        for at in table.stairs
        if (name := table.sheet.text(unit.row, at))
    )
    if is_apart or is_prose:
        left_out += [(unit.row, "note") for unit in tail]
        return [unit for unit in kept if unit.row <= last]
    return kept


def _is_planned(table: Table, row: int) -> bool:
    """Whether a row has a number, days or work: a small table below has people and words alone."""
    cells = [(column.meaning, table.sheet.text(row, column.at)) for column in table.columns]
    return _has_marks(table, row) or any(
        text and (meaning in _PLANNED or (meaning in (heads.NUMBER, heads.CODE) and any(sign.isdigit() for sign in text)))
        for meaning, text in cells
    )  # fmt: skip


def _has_marks(table: Table, row: int) -> bool:
    line = table.timeline
    return line is not None and any(table.sheet.text(row, at) for at in line.spans)


def entries_of(table: Table, units: Sequence[Unit]) -> list[Entry]:
    """One entry for each name; a name that comes again in a column of groups begins no new group."""
    sheet, stairs = table.sheet, table.stairs
    groups = _used_groups(table, units)
    above: list[str] = [""] * len(stairs)
    found: list[Entry] = []
    for unit in units:
        rows = (unit.row, *unit.others)
        names = [next((text for row in sorted(rows) if (text := sheet.text(row, at))), "") for at in stairs]
        names = [
            name if at in groups or at == len(stairs) - 1 or stairs[at] >= _name_at(table) else ""
            for at, name in enumerate(names)
        ]
        filled = [at for at, name in enumerate(names) if name]
        if not filled:
            continue
        for at in filled:
            is_last = at == filled[-1]
            if not is_last and names[at] == above[at]:
                continue
            above[at:] = [names[at], *[""] * (len(stairs) - at - 1)]
            found.append(_entry(sheet, unit, stairs[at], at, is_last))
    return found


def _name_at(table: Table) -> int:
    column = table.column(heads.NAME)
    return column.at if column else table.stairs[-1]


def _used_groups(table: Table, units: Sequence[Unit]) -> set[int]:
    """Columns of groups that are parents. One whose words come and go, or differ in each row, is only a category."""
    sheet, found = table.sheet, set[int]()
    own = _name_at(table)
    for at, column in enumerate(table.stairs[:-1]):
        if _is_told(table) and not any(
            sheet.text(unit.row, column) and not sheet.text(unit.row, own) for unit in units
        ):
            continue
        texts = [text for unit in units if (text := sheet.text(unit.row, column))]
        runs = [text for before, text in zip(["", *texts], texts, strict=False) if text != before]
        is_full = len(texts) >= 0.9 * len(units)
        is_merged = any(
            merge.left <= column <= merge.right and merge.bottom > merge.top for merge in sheet.merges
        )
        if is_merged or not is_full or (len(set(runs)) == len(runs) and len(runs) <= 0.8 * len(texts)):
            found.add(at)
    return found


def _is_told(table: Table) -> bool:
    """Whether another column says how deep tasks stand."""
    if any(
        column.meaning == heads.PARENT and any(table.sheet.text(row, column.at) for row in table.rows)
        for column in table.columns
    ):
        return True
    column = table.column(heads.CODE)
    return table.column(heads.LEVEL) is not None or (
        column is not None
        and is_nested([text for row in table.rows if (text := table.sheet.text(row, column.at))])
    )


def _entry(sheet: Sheet, unit: Unit, column: int, stair: int, is_last: bool) -> Entry:
    row = next((row for row in sorted((unit.row, *unit.others)) if sheet.text(row, column)), unit.row)
    cell = sheet.cell(row, column)
    raw = cell.text.replace("\r", "")
    bare = raw.lstrip("".join(_WIDTHS) + _TREE)
    lead = raw[: len(raw) - len(bare)]
    indent = sum(_WIDTHS.get(sign, 2) for sign in lead) + 2 * cell.style.indent
    merge = sheet.merge_at(row, column)
    name = re.sub(r"\s*\n\s*", "", bare).strip().strip("\u3000")
    clean = name.lstrip(LEAD_MARKS)
    mark = name[: len(name) - len(clean)].strip() if clean else ""
    enclosed = re.fullmatch(r"【(.+)】", clean)
    return Entry(
        unit, column, stair, (enclosed[1] if enclosed else clean) or name, indent, is_last,
        merge.bottom if merge else 0, cell.style.bold, cell.style.fill, "【" if enclosed else mark,
    )  # fmt: skip
