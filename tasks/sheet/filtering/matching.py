"""Which tasks a filter finds: a condition of the database for each term that it knows, else rows that are loaded and looked at."""

from __future__ import annotations

from operator import eq, ge, gt, le, lt
from typing import TYPE_CHECKING, Any, Final

from django.db.models import BooleanField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual

from tasks.models import Task
from tasks.sheet.columns.finding import folded
from tasks.sheet.columns.kinds import Operator, ValueKind
from tasks.sheet.columns.registry import registry
from tasks.sheet.filtering.notation import Condition, Word, read_day
from tasks.sheet.filtering.words import WORDS, Asked, among
from tasks.sheet.look import make_look
from tasks.sheet.rows import rows_of, rows_within
from tasks.sheet.visible import VisibleRows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import date

    from django.db.models import QuerySet

    from projects.models import Project
    from tasks.sheet.columns.column import Column, Row
    from tasks.sheet.filtering.notation import Filter, Term
    from tasks.sheet.look import Look

_TEXTS: Final = frozenset({ValueKind.TEXT, ValueKind.NAME})
_LOOKUPS: Final[dict[Operator, Any]] = {
    Operator.IS: Exact, Operator.BEFORE: LessThan, Operator.AFTER: GreaterThan,
    Operator.FROM: GreaterThanOrEqual, Operator.TO: LessThanOrEqual,
}  # fmt: skip
_SAME: Final = {
    Operator.IS: eq, Operator.BEFORE: lt, Operator.AFTER: gt, Operator.FROM: ge, Operator.TO: le
}  # fmt: skip
MINUTES_PER_HOUR: Final = 60


def found_by(filter_: Filter, asked: Asked, *, only: Collection[int] | None = None) -> Q:
    """The condition on tasks of the project. `only`: of these tasks alone it has to be right; the others are left out."""
    looked = _looked_at(filter_, asked, only)
    found = Q()
    for group in filter_.groups:
        holds = Q()
        for term in group:
            holds &= looked[term] if term in looked else _condition(term, asked, only)
        found |= holds
    return found if only is None else found & among(only)


def tasks_found(filter_: Filter, asked: Asked, *, only: Collection[int] | None = None) -> list[int]:
    """Ids of the tasks that a filter finds, of all or of some."""
    return list(_found(filter_, asked, only).order_by().values_list("pk", flat=True))


def rows_found(filter_: Filter, asked: Asked) -> list[tuple[int, int]]:
    """Ids and row numbers of the tasks that a filter finds, from top to bottom."""
    rows = _found(filter_, asked, None).order_by("row_number").values_list("pk", "row_number")
    return [(pk, row or 0) for pk, row in rows]


def _found(filter_: Filter, asked: Asked, only: Collection[int] | None) -> QuerySet[Task]:
    which = found_by(filter_, asked, only=only)
    return Task.objects.filter(which, project=asked.project, deleted_at__isnull=True)


# -- in the database --


def _condition(term: Term, asked: Asked, only: Collection[int] | None) -> Q:
    if isinstance(term, Word):
        since = read_day(term.since, asked.on) if term.since else None
        return WORDS[term.name].finds(Asked(asked.project, asked.user, asked.on, since, only))
    found = _in_sql(term, asked.project, asked.on)
    return Q(pk__in=[]) if found is None else found


def _in_sql(term: Condition, project: Project, on: date) -> Q | None:
    """The condition where the database knows the values of the column; None where rows have to be looked at."""
    column = registry[term.column]
    if term.operator in {Operator.NOT, Operator.EMPTY}:
        turned = Operator.IS if term.operator is Operator.NOT else Operator.FILLED
        found = _in_sql(Condition(term.column, turned, term.values), project, on)
        return None if found is None else ~found
    if column.kind in _TEXTS and not (column.compares and column.compares.choices):
        return _text_in_sql(term, column, on)
    value = expression_of(column, project, on)
    if value is None:
        return None
    if term.operator is Operator.FILLED:
        return Q(IsNull(value, False))
    if term.operator is Operator.BETWEEN:
        first, last = (wanted(column, each, on) for each in term.values)
        return _holds(GreaterThanOrEqual(value, first)) & _holds(LessThanOrEqual(value, last))
    return _holds(_LOOKUPS[term.operator](value, wanted(column, term.values[0], on)))


def _holds(lookup: Any) -> Q:
    """What is compared with nothing does not hold; so its contrary does."""
    return Q(Coalesce(lookup, Value(False), output_field=BooleanField()))


def expression_of(column: Column, project: Project, on: date) -> Any:
    """The values of a column in the database; None where it does not know them."""
    if column.is_money:
        return None  # kept encrypted
    if column.compares:
        return column.compares.sql and column.compares.sql(project, on)
    return F(column.fields[0]) if column.fields and not column.value else None


def _text_in_sql(term: Condition, column: Column, on: date) -> Q | None:
    if term.operator is Operator.FILLED:
        if column.compares and column.compares.is_filled:
            return Q(column.compares.is_filled())
        if not column.finds or not column.fields or column.value:
            return None
        path = column.fields[0]
        return Q(**{f"{path}__isnull": False}) & ~Q(**{path: ""})
    if not column.finds:
        return None
    found = column.finds(term.values[0], on, whole=term.operator is Operator.IS)
    return _holds(ExpressionWrapper(found, output_field=BooleanField()))


# -- rows that are looked at --


def _looked_at(filter_: Filter, asked: Asked, only: Collection[int] | None) -> dict[Term, Q]:
    terms = [
        term
        for term in dict.fromkeys(filter_.terms)
        if isinstance(term, Condition) and _in_sql(term, asked.project, asked.on) is None
    ]
    known: dict[Term, Q] = {
        term: found for term in terms if only is None and (found := _in_plan(term, asked)) is not None
    }
    terms = [term for term in terms if term not in known]
    if not terms:
        return known
    columns = tuple(dict.fromkeys(registry[term.column] for term in terms))
    rows = _rows(asked, columns, only)
    look = make_look(asked.project)
    return known | {
        term: among([row.id for row in rows if holds(term, row, look, asked.on)]) for term in terms
    }


def _in_plan(term: Condition, asked: Asked) -> Q | None:
    """The condition by values that are had without rows; None where there are none such."""
    column = registry[term.column]
    if not (column.compares and column.compares.of_plan):
        return None
    if term.operator in {Operator.NOT, Operator.EMPTY}:
        turned = Operator.IS if term.operator is Operator.NOT else Operator.FILLED
        found = _in_plan(Condition(term.column, turned, term.values), asked)
        return None if found is None else ~found
    values = column.compares.of_plan(asked.project)
    holds_for = _test(column, term, asked.on)
    return among([pk for pk, value in values.items() if holds_for(value)])


def _rows(asked: Asked, columns: tuple[Column, ...], only: Collection[int] | None) -> Iterable[Row]:
    project = asked.project
    if only is not None:
        return rows_of(project, only, columns, on=asked.on).values()
    everything = VisibleRows(project.task_count, (), frozenset())
    return rows_within(project, everything, columns, first=0, count=project.task_count, on=asked.on)


def holds(term: Condition, row: Row, look: Look, on: date) -> bool:
    """Whether a condition holds for a row that was loaded: what the database is asked, in plain words."""
    column = registry[term.column]
    values = values_of(column, row, look)
    match term.operator:
        case Operator.EMPTY:
            return not values
        case Operator.NOT:
            return not holds(Condition(term.column, Operator.IS, term.values), row, look, on)
    return any(map(_test(column, term, on), values))


def _test(column: Column, term: Condition, on: date) -> Callable[[Any], bool]:
    """Whether a value that is there is what is asked for."""
    match term.operator:
        case Operator.FILLED:
            return lambda _value: True
        case Operator.HAS:
            text = folded(term.values[0])
            return lambda value: text in folded(value)
        case Operator.BETWEEN:
            first, last = (wanted(column, each, on) for each in term.values)
            return lambda value: bool(first <= value <= last)
    if column.kind in _TEXTS and not (column.compares and column.compares.choices):
        text = folded(term.values[0])
        return lambda value: folded(value) == text
    compare, other = _SAME[term.operator], wanted(column, term.values[0], on)
    return lambda value: bool(compare(value, other))


def values_of(column: Column, row: Row, look: Look) -> list[Any]:
    """What a row has there: nothing, one value, or the names of several."""
    if column.compares and column.compares.value:
        value = column.compares.value(row, look)
    elif column.kind in _TEXTS and column.text and not isinstance(column.value_of(row, look), tuple):
        value = column.text_of(row, look)
    else:
        value = column.value_of(row, look)
        # What its cell does not show is not there.
        if column.text and not column.text(row, look):
            value = None
    if isinstance(value, tuple):
        return list(value)
    return [] if value is None or value == "" else [value]


def wanted(column: Column, value: str, on: date) -> Any:
    """A value of a condition in the unit of the column's values."""
    if column.compares and column.compares.choices:
        return value
    match column.kind:
        case ValueKind.TEXT | ValueKind.NAME:
            return value
        case ValueKind.DAY:
            return read_day(value, on)
        case ValueKind.HOURS:
            return float(value) * MINUTES_PER_HOUR
    return float(value)
