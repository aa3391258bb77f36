"""Columns of custom fields: what an organization has declared, as columns like all others (docs/decisions/0041).

They are those of the project in hand. A field that is declared alike is one column object in a process, whatever number of pages ask.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Case, CharField, DateField, FloatField, Q, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.db.models.lookups import IsNull, Regex
from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from tasks.gantt.geometry.markup import escape
from tasks.models import FieldKind, RollUp, Tone
from tasks.plan.actions.values import set_value
from tasks.sheet.columns import computing
from tasks.sheet.columns.column import Column, Edit
from tasks.sheet.columns.comparing import ANSWERS, NO, YES, Compares
from tasks.sheet.columns.custom import fields_in_use
from tasks.sheet.columns.finding import Folded, folded, pattern
from tasks.sheet.columns.kinds import Face, SummaryRule
from tasks.sheet.columns.typed import TYPED, flags_offered, is_nothing
from tasks.sheet.sources import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from projects.models import Project
    from tasks.models import Task
    from tasks.sheet.columns.column import Row
    from tasks.sheet.columns.custom import Declared
    from tasks.sheet.columns.typed import Choices
    from tasks.sheet.look import Look
    from tasks.sheet.reading import Reader
    from tasks.sheet.sources import Scope

#: Behind all columns that every plan has.
_BEHIND: Final = 1_000
_HEADS: Final[Mapping[str, SummaryRule]] = {
    RollUp.SUM: SummaryRule.SUM, RollUp.MIN: SummaryRule.EARLIEST, RollUp.MAX: SummaryRule.LATEST
}  # fmt: skip

#: What a mark is drawn as: an icon and a tone of states, so that it is told without its colour, too.
_MARKS: Final[Mapping[str, tuple[str, str]]] = {
    Tone.RED: ("octagon-alert", "late"), Tone.YELLOW: ("triangle-alert", "hold"), Tone.GREEN: ("circle-check", "done"),
}  # fmt: skip
#: Whose values are few, and are said in files by their words.
_SAID: Final = frozenset({FieldKind.FLAG, FieldKind.CHOICE})


def columns_in_use() -> Mapping[str, Column]:
    """The columns of the project in hand, by their names, in their order."""
    return {field.column: column_of(field) for field in fields_in_use()}


@lru_cache(maxsize=1_024)
def column_of(field: Declared) -> Column:
    """The column of a field."""
    typed, place = TYPED[field.kind], _BEHIND + field.place
    return Column(
        name=field.column, header=field.name, help=field.help, kind=typed.kind,
        places={Face.SHEET: place, Face.DRAWER: place, Face.REPORT: place},
        fields=(field.holder,), sources=(COMPUTED,) if field.is_computed else (),
        value=partial(_value, field), text=partial(_text, field), edit=None if field.formula else _edit_of(field),
        cell=partial(_cell, field) if field.marks else None, width=typed.width,
        printed=partial(_text, field) if field.kind in _SAID else None,
        finds=_FINDS[field.kind](field) if field.kind in _FINDS and field.is_stored else None, compares=_compares(field), sort=(field.holder,),
        summary=_HEADS.get(field.roll_up, SummaryRule.NOTHING) if field.roll_up else SummaryRule.OWN,
        groups=field.kind in {FieldKind.TEXT, *_SAID},
    )  # fmt: skip


# -- what a row has --


def kept_of(field: Declared, row: Any) -> Any:
    """What stands in a row, as it is kept: what a formula came to, of a summary what its tasks come to, or what was typed."""
    if field.formula or (field.roll_up and row.is_summary):
        return row.computed.get(field.column)
    return (getattr(row, field.holder) or {}).get(field.column)


def _value(field: Declared, row: Row, look: Look) -> Any:
    kept = kept_of(field, row)
    return None if kept is None else TYPED[field.kind].bare(kept, look.project)


def _text(field: Declared, row: Row, look: Look) -> str:
    kept = kept_of(field, row)
    return "" if kept is None else TYPED[field.kind].text(kept, look.project, field.labels)


def _cell(field: Declared, row: Row, look: Look) -> str:
    """Its mark before the value; what the mark means is said to those who do not see it."""
    text, tone = escape(_text(field, row, look)), row.computed.get(f"{field.column}.mark")
    if tone is None:
        return text
    icon, state = _MARKS[tone]
    words = escape(str(Tone(tone).label))
    return (
        f'<span class="status status--{state}"><svg class="icon" role="img"><title>{words}</title>'
        f'<use href="{look.icons}#{icon}"/></svg>{text}</span>'
    )


def _computed(scope: Scope) -> Mapping[int, Mapping[str, Any]]:
    return computing.of_rows(scope)


#: What is made of rows for custom fields, by the column: asked for once, whatever number of fields.
COMPUTED: Final = Source("computed", _computed, {})


# -- what is typed --


def _edit_of(field: Declared) -> Edit:
    offers: Callable[[], Any] = tuple
    if field.kind == FieldKind.FLAG:
        offers = flags_offered
    elif field.kind == FieldKind.CHOICE:
        offers = partial(list, field.offered.values())
    return Edit(
        read=partial(_read, field), write=partial(_write, field), turn=90, hint=TYPED[field.kind].hint, offers=offers,
        of_leaves=bool(field.roll_up),
    )  # fmt: skip


def _read(field: Declared, text: str, task: Task, reader: Reader) -> Any:
    if is_nothing(text):
        return None
    stands = (getattr(task, field.holder) or {}).get(field.column)
    return TYPED[field.kind].read(text, task, reader, stands, field.offered)


def _write(field: Declared, plan: Any, task: Task, value: Any) -> None:
    if field.roll_up and task.is_summary:
        raise RuleBrokenError(
            _("「%(field)s」は、サマリータスクでは子タスクからまとめます。子タスクに入力してください。")
            % {"field": field.name},
            field=field.column,
        )
    set_value(plan, task, field.column, value)


# -- how the database compares and finds --


def _stored(field: Declared) -> KeyTextTransform:
    return KeyTextTransform(field.column, field.holder)


def _text_in(field: Declared) -> Any:
    def find(text: str, _on: date, *, whole: bool = False) -> Q:
        return Q(Regex(Folded(_stored(field)), pattern(text, whole=whole)))

    return find


def _choice_in(field: Declared) -> Any:
    def find(text: str, _on: date, *, whole: bool = False) -> Q:
        wanted = folded(text)
        words = {key: folded(label) for key, label in field.labels.items()}
        keys = [key for key, word in words.items() if (word == wanted if whole else wanted in word)]
        return Q(**{f"{field.holder}__{field.column}__in": keys})

    return find


_FINDS: Final[Mapping[str, Callable[[Declared], Any]]] = {
    FieldKind.TEXT: _text_in,
    FieldKind.CHOICE: _choice_in,
}


def _compares(field: Declared) -> Compares:
    """In the database where the value stands in the row itself; what is made of others, and amounts, in loaded rows."""
    labels: Choices | None = field.labels if field.kind == FieldKind.CHOICE else None
    if field.kind == FieldKind.FLAG:
        flag = partial(_flag, field)
        return Compares(sql=partial(_in_sql, field) if field.is_stored else None, value=flag, choices=ANSWERS)
    if field.kind == FieldKind.MONEY or not field.is_stored:
        value = partial(_text if field.kind == FieldKind.TEXT else _value, field)
        return Compares(value=value, of_plan=partial(_of_plan, field))
    filled = partial(IsNull, _stored(field), False) if field.kind == FieldKind.TEXT else None
    value = partial(_text, field) if field.kind == FieldKind.TEXT else partial(_value, field)
    return Compares(sql=partial(_in_sql, field), value=value, choices=labels, is_filled=filled)


def _of_plan(field: Declared, project: Project) -> dict[int, Any]:
    bare = TYPED[field.kind].bare
    return {pk: bare(kept, project) for pk, kept in computing.in_plan(field, project).items()}


def _flag(field: Declared, row: Row, _look: Look) -> str:
    return YES if kept_of(field, row) else NO


def _in_sql(field: Declared, project: Project, _on: date) -> Any:
    match field.kind:
        case FieldKind.NUMBER:
            return Cast(_stored(field), FloatField())
        case FieldKind.DATE:
            return Cast(_stored(field), DateField())
        case FieldKind.DURATION:
            return RawSQL(
                "(tasks.field_values->>%s)::double precision / %s", (field.column, project.minutes_per_day),
                output_field=FloatField(),
            )  # nosec B611  # keys are parameters  # fmt: skip
        case FieldKind.FLAG:
            is_set = {f"{field.holder}__{field.column}": True}
            return Case(When(**is_set, then=Value(YES)), default=Value(NO), output_field=CharField())
    return _stored(field)
