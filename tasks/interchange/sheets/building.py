"""Tasks of a table: rows become entries, entries get their levels, cells their values, and links their tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from tasks.interchange.sheets import heads
from tasks.interchange.sheets.bars import Bars, legend_of
from tasks.interchange.sheets.entries import Entry, entries_of, split_rows, units_of
from tasks.interchange.sheets.levels import Levels, Numbered, by_parents, levels_of, numbered
from tasks.interchange.sheets.linking import link_tasks, without_own_parents
from tasks.interchange.sheets.plan import Doubt, SheetPlan
from tasks.interchange.sheets.table import Table
from tasks.interchange.sheets.texts import plain
from tasks.interchange.sheets.values import Values


class Builder:
    """Fills a plan from a table."""

    def __init__(self, table: Table, plan: SheetPlan, *, is_japanese: bool) -> None:
        self._table, self._plan, self._sheet = table, plan, table.sheet
        self._units, plan.left_out = split_rows(table, units_of(table))
        self._entries = entries_of(table, self._units)
        self._values = Values(table, plan, self._entries, self._find_bars(), is_japanese=is_japanese)

    def _find_bars(self) -> Bars | None:
        line = self._table.timeline
        if line is None:
            return None
        rows = [unit.row for unit in self._units]
        outside = [
            row
            for row in self._sheet.rows
            if row not in set(self._table.head_rows)
            and row not in {each for unit in self._units for each in (unit.row, *unit.others, unit.actual)}
        ]
        legend = legend_of(self._sheet, outside)
        return Bars(self._sheet, line, rows, legend, self._table.stairs[-1])

    def build(self) -> None:
        """Tasks with levels, values and links, in their order."""
        entries = self._entries
        if not entries:
            return
        numbers = self._numbers()
        codes = [self._code(entry) for entry in entries]
        self._mend_codes(codes)
        levels = self._parents() or levels_of(
            self._table,
            entries,
            [
                code or (number.number if number and self._are_codes(numbers) else "")
                for code, number in zip(codes, numbers, strict=True)
            ],
            numbers,
        )
        tasks = [
            self._values.task(at, entry, number)
            for at, (entry, number) in enumerate(zip(entries, numbers, strict=True))
        ]
        for task, level in zip(tasks, levels.levels, strict=True):
            task.level = level
        self._plan.tasks, self._plan.levels_by = tasks, levels.by
        self._plan.doubts += [Doubt(at, "level", "level_unclear") for at in sorted(levels.doubtful)]
        link_tasks(self._table, self._plan, [entry if entry.has_row else None for entry in entries], codes)
        self._in_order(levels)
        without_own_parents(self._plan)
        self._sum_up()

    # -- names and levels ----------------------------------------------------------------------------------------

    def _numbers(self) -> list[Numbered | None]:
        """Numbers before names, where most names have one, or where they are the code that stands beside them."""
        found = [numbered(entry.name) for entry in self._entries]
        sure = [number for number in found if number]
        if len(sure) >= 0.6 * len(found):
            return found
        codes = [self._code(entry) for entry in self._entries]
        return [
            number if number and code and number.number == plain(code) else None
            for number, code in zip(found, codes, strict=True)
        ]

    @staticmethod
    def _are_codes(numbers: Sequence[Numbered | None]) -> bool:
        """Whether all numbers before names are of the kind 1, 1.1, 1.1.1."""
        return all(number is None or number.style.startswith("m") for number in numbers)

    def _code(self, entry: Entry) -> str:
        column = self._table.column(heads.CODE)
        if column is None or not entry.has_row:
            return ""
        cell = self._sheet.merged_cell(entry.unit.row, column.at)
        if isinstance(cell.value, date):  # typed as 1-2, taken for a day by the spreadsheet
            return f"{cell.value.month}-{cell.value.day}"
        return cell.text.strip()

    def _mend_codes(self, codes: list[str]) -> None:
        """1.10 that was typed as a figure has become 1.1: the one behind 1.9 is the tenth."""
        column = self._table.column(heads.CODE)
        if column is None:
            return
        last: dict[str, int] = {}
        for at, (code, entry) in enumerate(zip(codes, self._entries, strict=True)):
            above, dot, own = code.rpartition(".")
            if not dot or not own.isdecimal():
                continue
            due = last.get(above, 0) + 1
            is_figure = isinstance(self._sheet.merged_cell(entry.unit.row, column.at).value, float)
            if is_figure and str(due) != own and str(due).rstrip("0") == own and due >= 10:
                codes[at] = f"{above}.{due}"
                own = str(due)
            last[above] = int(own)

    def _parents(self) -> Levels | None:
        columns = [column for column in self._table.columns if column.meaning == heads.PARENT]
        for column in columns:
            parents = [
                self._sheet.text(entry.unit.row, column.at) if entry.has_row else ""
                for entry in self._entries
            ]
            spaces = [
                [self._sheet.text(entry.unit.row, each.at) for entry in self._entries]
                for each in self._table.columns
                if each.meaning in (heads.NUMBER, heads.KEY, heads.CODE)
            ]
            found = by_parents(
                parents, [*_transposed(spaces, len(parents), [entry.name for entry in self._entries])]
            )
            if found:
                return found
        return None

    def _in_order(self, levels: Levels) -> None:
        """Parents before their children; links and doubts go along."""
        if levels.order is None or levels.order == sorted(levels.order):
            return
        places = {old: new for new, old in enumerate(levels.order)}
        plan = self._plan
        plan.tasks = [plan.tasks[old] for old in levels.order]
        for task in plan.tasks:
            task.predecessors = [link._replace(task=places[link.task]) for link in task.predecessors]
        plan.doubts = [
            doubt if doubt.task is None else replace(doubt, task=places[doubt.task]) for doubt in plan.doubts
        ]

    def _sum_up(self) -> None:
        """What has children is a summary, and no milestone by an ornament of its name."""
        tasks = self._plan.tasks
        for task, following in pairwise(tasks):
            if following.level > task.level:
                task.is_summary, task.is_milestone = True, False


def _transposed(spaces: Sequence[Sequence[str]], count: int, names: Sequence[str]) -> list[list[str]]:
    """The names of each task, one of each space; what spaces say comes before names."""
    return [[*(space[at] for space in spaces), names[at]] for at in range(count)]
