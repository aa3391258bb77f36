"""A filter as an address carries it: `late mine or start.from.2026-04-01 name.has."load test"`.

Terms stand apart by spaces and hold together; `or` begins another group, of which one has to hold: "and" goes before "or", as in
the filters of Microsoft Project. A term is a quick word (`late`; `changed.2026-04-01` with its day), or a column, an operator and a
value. Names, dots and hyphens are what addresses leave as they are, so that a link can be read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tasks.sheet.columns.kinds import Operator, ValueKind
from tasks.sheet.columns.registry import registry
from tasks.sheet.filtering.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.sheet.columns.column import Column

#: Terms of a filter, and letters of it: what a form has room for, and a link.
MOST_TERMS: Final = 20
LONGEST: Final = 1_000
OR: Final = "or"
_PIECE: Final = re.compile(r'(?:[^\s"]|"(?:[^"]|"")*")+')
_RELATIVE: Final = re.compile(r"today(?:([+-])(\d{1,4}))?")
_NUMBER: Final = re.compile(r"-?\d{1,12}(?:\.\d{1,4})?")
_PLAIN: Final = re.compile(r'[^\s"]+')
NO_VALUE: Final = (Operator.EMPTY, Operator.FILLED)


class UnreadableFilterError(ValueError):
    """What is wrong with a filter, in words for its reader."""


@dataclass(frozen=True, slots=True)
class Word:
    """A quick word; of `changed` since which day: 2026-04-01, or today-7."""

    name: str
    since: str = ""

    def __str__(self) -> str:
        return f"{self.name}.{self.since}" if self.since else self.name


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of a column's values: with a day, a number, a choice or a text, as it is written; `between` has two."""

    column: str
    operator: Operator
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        written = "..".join(self.values)
        if written and not _PLAIN.fullmatch(written):
            written = '"{}"'.format(written.replace('"', '""'))
        return ".".join(each for each in (self.column, self.operator, written) if each)


Term = Word | Condition


@dataclass(frozen=True, slots=True)
class Filter:
    """Groups of terms: rows are shown for which all terms of one group hold."""

    groups: tuple[tuple[Term, ...], ...] = ()

    def __str__(self) -> str:
        return f" {OR} ".join(" ".join(map(str, group)) for group in self.groups)

    def __bool__(self) -> bool:
        return bool(self.groups)

    @property
    def terms(self) -> list[Term]:
        """All terms, in their order."""
        return [term for group in self.groups for term in group]

    @property
    def words(self) -> frozenset[str]:
        """The quick words that hold for every row that is shown."""
        if len(self.groups) != 1:
            return frozenset()
        return frozenset(term.name for term in self.groups[0] if isinstance(term, Word))

    def with_word(self, word: Word) -> Filter:
        """The same with a quick word more, or without it where it is there."""
        if not self.groups:
            return Filter(((word,),))
        has = all(
            any(term.name == word.name for term in group if isinstance(term, Word)) for group in self.groups
        )
        groups = (
            tuple(term for term in group if not (isinstance(term, Word) and term.name == word.name))
            for group in self.groups
        )
        return Filter(
            tuple(group for group in groups if group) if has else tuple((*group, word) for group in groups)
        )


def read_filter(text: str) -> Filter:
    """A filter from an address; an empty text is one that leaves out nothing. Raises UnreadableFilterError."""
    if len(text) > LONGEST or "\0" in text:
        raise UnreadableFilterError(_("フィルターが長すぎます。"))
    pieces = _PIECE.findall(text)
    if "".join(pieces) != "".join(text.split()) and '"' in _PIECE.sub("", text):
        raise UnreadableFilterError(_('フィルターの引用符「"」が閉じていません。'))
    if len(pieces) > 2 * MOST_TERMS:
        raise UnreadableFilterError(_("条件は%(most)d個までです。") % {"most": MOST_TERMS})
    return Filter(tuple(tuple(_term(piece) for piece in group) for group in _groups(pieces)))


def _groups(pieces: Iterable[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for piece in pieces:
        if piece == OR:
            found.append([])
        else:
            found[-1].append(piece)
    return [group for group in found if group]


def _term(piece: str) -> Term:
    name, _dot, rest = piece.partition(".")
    word = WORDS.get(name)
    if word is not None and word.has_day:
        since = rest or "today"
        read_day(since)
        return Word(name, since)
    if word is not None and not rest:
        return Word(name)
    if name not in registry:
        raise UnreadableFilterError(_("「%(term)s」という条件はありません。") % {"term": name[:40]})
    spelled, _dot, value = rest.partition(".")
    if spelled not in registry[name].operators:
        raise UnreadableFilterError(
            _("「%(column)s」は「%(operator)s」では比べられません。")
            % {"column": registry[name].title, "operator": spelled[:40]}
        )
    return make_condition(registry[name], Operator(spelled), _unquoted(value))


def _unquoted(value: str) -> str:
    if len(value) > 1 and value.startswith('"') and value.endswith('"'):
        return value[1:-1].replace('""', '"')
    return value


def make_condition(column: Column, operator: Operator, value: str) -> Condition:
    """A condition whose values can be compared. Raises UnreadableFilterError."""
    if operator in NO_VALUE:
        return Condition(column.name, operator)
    values = tuple(value.split("..", 1)) if operator is Operator.BETWEEN else (value,)
    if not all(each.strip() for each in values) or (operator is Operator.BETWEEN and len(values) != 2):
        raise UnreadableFilterError(_("「%(column)s」の条件に値がありません。") % {"column": column.title})
    for each in values:
        check_value(column, each)
    return Condition(column.name, operator, values)


def check_value(column: Column, value: str) -> None:
    """Whether a value is one of the column's kind. Raises UnreadableFilterError."""
    choices = column.compares and column.compares.choices
    if choices:
        if value not in choices:
            raise UnreadableFilterError(
                _("「%(column)s」に「%(value)s」という値はありません。")
                % {"column": column.title, "value": value[:40]}
            )
    elif column.kind is ValueKind.DAY:
        read_day(value)
    elif column.kind not in {ValueKind.TEXT, ValueKind.NAME} and not _NUMBER.fullmatch(value):
        raise UnreadableFilterError(
            _("「%(column)s」の「%(value)s」は数ではありません。")
            % {"column": column.title, "value": value[:40]}
        )


def read_day(text: str, today: date = date(2000, 1, 1)) -> date:
    """2026-04-01, today, today-7. Raises UnreadableFilterError."""
    relative = _RELATIVE.fullmatch(text)
    try:
        if relative is None:
            return date.fromisoformat(text)
        days = int(relative[2] or 0)
        return today + timedelta(days=-days if relative[1] == "-" else days)
    except ValueError:
        message = _("「%(value)s」は日付ではありません。2026-11-24 か today-7 のように書いてください。")
        raise UnreadableFilterError(message % {"value": text[:40]}) from None
