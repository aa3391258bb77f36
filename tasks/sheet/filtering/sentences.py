"""A filter in the words of its reader: a piece for each term, with what is left without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from config.web import formats
from tasks.sheet.columns.kinds import Operator, ValueKind
from tasks.sheet.columns.registry import registry
from tasks.sheet.filtering.notation import Filter, Word, read_day
from tasks.sheet.filtering.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

    from tasks.sheet.columns.column import Column
    from tasks.sheet.filtering.notation import Term

#: How operators are offered.
OPERATOR_WORDS: Final[Mapping[Operator, _StrPromise]] = {
    Operator.IS: pgettext_lazy("operator", "が次と等しい"),
    Operator.NOT: pgettext_lazy("operator", "が次と等しくない"),
    Operator.HAS: pgettext_lazy("operator", "が次を含む"),
    Operator.BEFORE: pgettext_lazy("operator", "が次より前"),
    Operator.AFTER: pgettext_lazy("operator", "が次より後"),
    Operator.FROM: pgettext_lazy("operator", "が次以上"),
    Operator.TO: pgettext_lazy("operator", "が次以下"),
    Operator.BETWEEN: pgettext_lazy("operator", "が次の間"),
    Operator.EMPTY: pgettext_lazy("operator", "が空"),
    Operator.FILLED: pgettext_lazy("operator", "が空でない"),
}
#: A condition as a sentence.
_SAID: Final[Mapping[Operator, _StrPromise]] = {
    Operator.IS: gettext_lazy("%(column)s = %(value)s"),
    Operator.NOT: gettext_lazy("%(column)s ≠ %(value)s"),
    Operator.HAS: gettext_lazy("%(column)sに「%(value)s」を含む"),
    Operator.BEFORE: gettext_lazy("%(column)s < %(value)s"),
    Operator.AFTER: gettext_lazy("%(column)s > %(value)s"),
    Operator.FROM: gettext_lazy("%(column)s ≥ %(value)s"),
    Operator.TO: gettext_lazy("%(column)s ≤ %(value)s"),
    Operator.BETWEEN: gettext_lazy("%(column)s %(value)s"),
    Operator.EMPTY: gettext_lazy("%(column)sが空"),
    Operator.FILLED: gettext_lazy("%(column)sが空でない"),
}


class Chip(NamedTuple):
    """A term in words, the filter without it, and whether another group begins with it."""

    words: str
    without: str
    begins: bool


def chips_of(filter_: Filter) -> list[Chip]:
    """All terms in their order."""
    found = []
    for at, group in enumerate(filter_.groups):
        for inside, term in enumerate(group):
            rest = (*group[:inside], *group[inside + 1 :])
            groups = (*filter_.groups[:at], *([rest] if rest else []), *filter_.groups[at + 1 :])
            found.append(Chip(words_of(term), str(Filter(groups)), bool(at) and not inside))
    return found


def sentence_of(filter_: Filter) -> str:
    """The whole filter: 遅延かつ自分の担当、または開始 ≥ 2026/04/01."""
    groups = [_("かつ").join(words_of(term) for term in group) for group in filter_.groups]
    return _("、または").join(groups)


def words_of(term: Term) -> str:
    """One term."""
    if isinstance(term, Word):
        if not term.since:
            return str(WORDS[term.name].label)
        return _("%(day)s以降に変更") % {"day": _day(term.since)}
    column = registry[term.column]
    value = _("～").join(_value(column, each) for each in term.values)
    return str(_SAID[term.operator]) % {"column": column.title, "value": value}


def _day(text: str) -> str:
    return formats.day_plain(read_day(text, timezone.localdate()))


def _value(column: Column, value: str) -> str:
    if column.compares and column.compares.choices:
        return str(column.compares.choices[value])
    match column.kind:
        case ValueKind.DAY:
            return _day(value)
        case ValueKind.PERCENT:
            return f"{value}%"
        case ValueKind.HOURS:
            return f"{value}h"
        case ValueKind.DAYS | ValueKind.DELAY:
            return _("%(days)s日") % {"days": value}
    return value
