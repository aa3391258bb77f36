"""Columns of custom fields: what an organization has declared, as columns like all others (docs/decisions/0041).

They are those of the project in hand. A field that is declared alike is one column object in a process, whatever number of pages ask.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import Case, CharField, DateField, FloatField, Q, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.db.models.lookups import IsNull, Regex
from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.in_hand import project_in_hand
from tasks.models import CustomField, FieldKind, RollUp
from tasks.plan.actions.values import AMOUNTS, VALUES, set_value
from tasks.sheet.columns.column import Column, Edit
from tasks.sheet.columns.comparing import ANSWERS, NO, YES, Compares
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
    from tasks.sheet.columns.typed import Choices
    from tasks.sheet.look import Look
    from tasks.sheet.reading import Reader
    from tasks.sheet.sources import Scope

#: Behind all columns that every plan has.
_BEHIND: Final = 1_000
_HEADS: Final[Mapping[str, SummaryRule]] = {
    RollUp.SUM: SummaryRule.SUM, RollUp.MIN: SummaryRule.EARLIEST, RollUp.MAX: SummaryRule.LATEST
}  # fmt: skip

_NAME: Final = re.compile(r"[fm]\d{1,18}")
#: Whose values are few, and are said in files by their words.
_SAID: Final = frozenset({FieldKind.FLAG, FieldKind.CHOICE})


class Declared(NamedTuple):
    """A field as far as its column hangs on it; the same for the same declaration."""

    id: int
    name: str
    help: str
    kind: str
    #: Key, label, and whether it is offered.
    choices: tuple[tuple[str, str, bool], ...]
    roll_up: str
    place: int

    @property
    def holder(self) -> str:
        """The column of the table that has its values."""
        return AMOUNTS if self.kind == FieldKind.MONEY else VALUES

    @property
    def column(self) -> str:
        """Its name, and its key in the row of a task: see `CustomField.column`."""
        return f"{'m' if self.kind == FieldKind.MONEY else 'f'}{self.id}"

    @property
    def labels(self) -> dict[str, str]:
        """All choices that rows may have, those that are offered no more among them."""
        return {key: label for key, label, _is_offered in self.choices}

    @property
    def offered(self) -> dict[str, str]:
        """Those that may be typed."""
        return {key: label for key, label, is_offered in self.choices if is_offered}


def declared(field: CustomField, place: int = 0) -> Declared:
    """What a column hangs on of a field."""
    choices = tuple((str(each[0]), str(each[1]), len(each) == 2) for each in field.choices)
    return Declared(field.pk, field.name, field.help, field.kind, choices, field.roll_up, place)


def fields_in_use() -> tuple[Declared, ...]:
    """The fields of the project in hand, in their order: one query a page, none where it uses no fields."""
    project = project_in_hand()
    return fields_of(project) if project is not None and project.field_ids else ()


def fields_of(project: Project) -> tuple[Declared, ...]:
    """The fields that a project uses, in their order; asked for once for as long as the object lives."""
    ids = tuple(project.field_ids)
    known: tuple[tuple[int, ...], tuple[Declared, ...]] | None = project.__dict__.get("_custom_fields")
    if known is None or known[0] != ids:
        rows = {field.pk: field for field in CustomField.objects.used_in(project)} if ids else {}
        found = tuple(declared(rows[pk], place) for place, pk in enumerate(ids) if pk in rows)
        project.__dict__["_custom_fields"] = known = (ids, found)
    return known[1]


def columns_in_use() -> Mapping[str, Column]:
    """The columns of the project in hand, by their names, in their order."""
    return {field.column: column_of(field) for field in fields_in_use()}


@lru_cache(maxsize=1_024)
def column_of(field: Declared) -> Column:
    """The column of a field."""
    is_rolled = bool(field.roll_up)
    typed, place = TYPED[field.kind], _BEHIND + field.place
    return Column(
        name=field.column, header=field.name, help=field.help, kind=typed.kind,
        places={Face.SHEET: place, Face.DRAWER: place, Face.REPORT: place},
        fields=(field.holder,), sources=(COMPUTED,) if is_rolled else (),
        value=partial(_value, field), text=partial(_text, field), edit=_edit_of(field), width=typed.width,
        printed=partial(_text, field) if field.kind in _SAID else None,
        finds=_FINDS[field.kind](field) if field.kind in _FINDS else None, compares=_compares(field), sort=(field.holder,),
        summary=_HEADS.get(field.roll_up, SummaryRule.NOTHING) if is_rolled else SummaryRule.OWN,
        groups=field.kind in {FieldKind.TEXT, *_SAID},
    )  # fmt: skip


# -- what a record has --


def is_custom(name: str) -> bool:
    """Whether the record calls a custom field so."""
    return _NAME.fullmatch(name) is not None


def custom_label(name: str, fields: Mapping[str, Declared] | None = None) -> str:
    """What planners call a field that the record names; one that is used no more is said to be one."""
    field = (_used() if fields is None else fields).get(name)
    return field.name if field else _("カスタムフィールド")


def custom_text(
    name: str, kept: Any, project: Project | None, fields: Mapping[str, Declared] | None = None
) -> str:
    """A value of the record as its cell shows it; nothing for what cannot be told."""
    field = (_used() if fields is None else fields).get(name)
    if field is None or kept is None or project is None:
        return ""
    return TYPED[field.kind].text(kept, project, field.labels)


def _used() -> dict[str, Declared]:
    return {field.column: field for field in fields_in_use()}


# -- what a row has --


def kept_of(field: Declared, row: Any) -> Any:
    """What stands in a row, as it is kept: of a summary what was made of the tasks under it, where the field says so."""
    if field.roll_up and row.is_summary:
        return row.computed.get(field.column)
    return (getattr(row, field.holder) or {}).get(field.column)


def _value(field: Declared, row: Row, look: Look) -> Any:
    kept = kept_of(field, row)
    return None if kept is None else TYPED[field.kind].bare(kept, look.project)


def _text(field: Declared, row: Row, look: Look) -> str:
    kept = kept_of(field, row)
    return "" if kept is None else TYPED[field.kind].text(kept, look.project, field.labels)


def _computed(scope: Scope) -> Mapping[int, Mapping[str, Any]]:
    # Rows are read for it, and rows are read by their columns.
    from tasks.sheet.computing import computed  # noqa: PLC0415

    return computed(scope)


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
        return Compares(sql=None if field.roll_up else partial(_in_sql, field), value=flag, choices=ANSWERS)
    if field.roll_up or field.kind == FieldKind.MONEY:
        return Compares(value=partial(_value, field))
    filled = partial(IsNull, _stored(field), False) if field.kind == FieldKind.TEXT else None
    value = partial(_text, field) if field.kind == FieldKind.TEXT else partial(_value, field)
    return Compares(sql=partial(_in_sql, field), value=value, choices=labels, is_filled=filled)


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
            is_set = {f"{field.holder}__has_key": field.column}
            return Case(When(**is_set, then=Value(YES)), default=Value(NO), output_field=CharField())
    return _stored(field)
