"""A filter as it is put together in a form: a row for each term, with what can be chosen in it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tasks.sheet.columns.kinds import Operator, ValueKind
from tasks.sheet.columns.registry import registry
from tasks.sheet.filtering.notation import (
    MOST_TERMS,
    NO_VALUE,
    Condition,
    Filter,
    UnreadableFilterError,
    Word,
    make_condition,
    read_day,
)
from tasks.sheet.filtering.sentences import OPERATOR_WORDS
from tasks.sheet.filtering.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from projects.permissions import Right
    from tasks.sheet.columns.column import Column
    from tasks.sheet.filtering.notation import Term

AND, OR = "and", "or"
#: What a word is called among the columns.
WORD: Final = "word."
_ISO_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d|")
#: A sentence that is made for one task alone has no values to compare.
_NOT_COMPARED: Final = frozenset({"why"})
#: What a new row asks about.
_FIRST: Final = "name"


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a list."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class DraftTerm:
    """A row of the form, as it was sent or as the filter has it; `problem` says why it is no term yet."""

    joins: str = AND
    name: str = _FIRST
    operator: str = ""
    value: str = ""
    until: str = ""
    problem: str = ""

    @property
    def word(self) -> str:
        """The quick word that it is, or nothing."""
        return self.name.removeprefix(WORD) if self.name.startswith(WORD) else ""

    @property
    def column(self) -> Column | None:
        """The column that it compares."""
        return None if self.word else registry[self.name]

    @property
    def operators(self) -> list[Choice]:
        """How its column can be compared."""
        column = self.column
        return [Choice(each, str(OPERATOR_WORDS[each])) for each in column.operators] if column else []

    @property
    def chosen(self) -> str:
        """The operator: the first one where the column has not the one that was chosen before."""
        offered = [each.value for each in self.operators]
        return self.operator if self.operator in offered else next(iter(offered), "")

    @property
    def choices(self) -> list[Choice]:
        """The few values that it can have."""
        compares = self.column.compares if self.column else None
        found = compares.choices if compares else None
        return [Choice(value, str(label)) for value, label in (found or {}).items()]

    @property
    def field(self) -> str:
        """What takes its value: text, number, date, choice; nothing where it has none."""
        if self.word:
            has_day = WORDS[self.word].has_day
            return ("date" if _ISO_DAY.fullmatch(self.value) else "text") if has_day else ""
        column = self.column
        if column is None or self.chosen in NO_VALUE:
            return ""
        if self.choices:
            return "choice"
        if column.kind in {ValueKind.TEXT, ValueKind.NAME}:
            return "text"
        if column.kind is ValueKind.DAY:
            # today-7 is kept as it is written.
            return "date" if _ISO_DAY.fullmatch(self.value) and _ISO_DAY.fullmatch(self.until) else "text"
        return "number"

    @property
    def is_between(self) -> bool:
        """Whether it has a second value."""
        return self.chosen == Operator.BETWEEN

    @property
    def unit(self) -> str:
        """What its numbers count."""
        units = {
            ValueKind.PERCENT: "%", ValueKind.HOURS: pgettext("unit", "時間"), ValueKind.YEN: pgettext("unit", "円"), ValueKind.DAYS: pgettext("unit", "日"),
            ValueKind.DELAY: pgettext("unit", "日"),
        }  # fmt: skip
        return units.get(self.column.kind, "") if self.column else ""


def draft_of(filter_: Filter) -> list[DraftTerm]:
    """The rows of a filter; one to begin with where there is none."""
    found: list[DraftTerm] = []
    for group in filter_.groups:
        for inside, term in enumerate(group):
            found.append(_row_of(term, AND if inside or not found else OR))
    return found or [DraftTerm()]


def _row_of(term: Term, joins: str) -> DraftTerm:
    if isinstance(term, Word):
        return DraftTerm(joins, f"{WORD}{term.name}", value=term.since)
    value, until = (*term.values, "", "")[:2]
    return DraftTerm(joins, term.column, term.operator, value, until)


def draft_in(fields: Mapping[str, str], rights: Collection[Right]) -> list[DraftTerm]:
    """The rows of a form as it was sent; what it cannot have asked about is left out."""
    offered = {each.value for group in offered_to(rights, ()) for each in group[1]}
    found = []
    for at in range(MOST_TERMS):
        name = fields.get(f"column-{at}", "")
        if name not in offered or fields.get("drop") == str(at):
            continue
        joins = OR if fields.get(f"join-{at}") == OR else AND
        value, until = (fields.get(f"{each}-{at}", "")[:200] for each in ("value", "until"))
        found.append(DraftTerm(joins, name, fields.get(f"operator-{at}", ""), value, until))
    if "add" in fields and len(found) < MOST_TERMS:
        found.append(DraftTerm())
    return found or [DraftTerm()]


def built(rows: Sequence[DraftTerm]) -> tuple[Filter | None, list[DraftTerm]]:
    """The filter that the rows make; None where one of them is no term yet, and the rows with what is wrong."""
    groups: list[list[Term]] = []
    told: list[DraftTerm] = []
    for row in rows:
        try:
            term, problem = _term_of(row), ""
        except UnreadableFilterError as error:
            term, problem = None, str(error)
        told.append(DraftTerm(row.joins, row.name, row.operator, row.value, row.until, problem))
        if term is None:
            continue
        if groups and row.joins == AND:
            groups[-1].append(term)
        else:
            groups.append([term])
    if any(row.problem for row in told):
        return None, told
    return Filter(tuple(map(tuple, groups))), told


def _term_of(row: DraftTerm) -> Term:
    if row.word:
        if not WORDS[row.word].has_day:
            return Word(row.word)
        since = _plain(row.value) or "today"
        read_day(since)
        return Word(row.word, since)
    column = registry[row.name]
    is_text = row.field == "text" and column.kind is not ValueKind.DAY
    value, until = (each if is_text else _plain(each) for each in (row.value, row.until))
    term = make_condition(column, Operator(row.chosen), f"{value}..{until}" if row.is_between else value)
    return Condition(term.column, term.operator, term.values)


def _plain(text: str) -> str:
    """Digits as they are typed with an input method, without what groups them."""
    return unicodedata.normalize("NFKC", text).strip().replace(",", "").replace("/", "-")


def offered_to(rights: Collection[Right], shown: Sequence[Column]) -> list[tuple[str, list[Choice]]]:
    """What can be asked about, in groups: words, the columns of the sheet, other columns; without what this user may not see."""
    held = {None, *rights}
    words = [Choice(f"{WORD}{name}", str(word.label)) for name, word in WORDS.items()]
    others = [
        column
        for column in registry
        if column not in shown and column.right in held and column.name not in _NOT_COMPARED
    ]
    return [
        (_("よく使う条件"), words),
        (_("表の列"), [Choice(column.name, column.title) for column in shown]),
        (_("ほかの列"), [Choice(column.name, column.title) for column in others]),
    ]
