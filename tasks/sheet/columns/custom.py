"""Custom fields of the project in hand, as far as columns hang on them (docs/decisions/0041), and as the record names them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _

from projects.in_hand import project_in_hand
from tasks.models import CustomField, FieldKind
from tasks.plan.actions.values import AMOUNTS, VALUES
from tasks.sheet.columns.typed import TYPED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from projects.models import Project

_NAME: Final = re.compile(r"[fm]\d{1,18}")


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
    #: What it is computed by; "" where it is typed.
    formula: str = ""
    #: Tone and condition, the gravest first.
    marks: tuple[tuple[str, str], ...] = ()

    @property
    def holder(self) -> str:
        """The column of the table that has its values."""
        return AMOUNTS if self.kind == FieldKind.MONEY else VALUES

    @property
    def column(self) -> str:
        """Its name, and its key in the row of a task: see `CustomField.column`."""
        return f"{'m' if self.kind == FieldKind.MONEY else 'f'}{self.id}"

    @property
    def is_stored(self) -> bool:
        """Whether each row has a value of its own, whatever other rows have."""
        return not (self.roll_up or self.formula)

    @property
    def is_computed(self) -> bool:
        """Whether anything that its cells show is made of rows."""
        return not self.is_stored or bool(self.marks)

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
    marks = tuple((str(tone), str(condition)) for tone, condition in field.marks)
    return Declared(
        field.pk, field.name, field.help, field.kind, choices, field.roll_up, place, field.formula, marks
    )


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
