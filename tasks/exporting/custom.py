"""Custom fields of a plan as those of a file: each in the field that it was taken from, or in the first that is free."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from projects.in_hand import in_hand
from tasks.interchange.mspdi.attributes import free_slot, kind_of, new_field, new_value, read_value, title_of
from tasks.models import FieldKind, Task
from tasks.sheet.columns.custom import Declared, fields_of
from tasks.sheet.computing import computed
from tasks.sheet.parsing import folded
from tasks.sheet.sources import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projects.models import Project
    from tasks.interchange.plan_file import CustomField, CustomValue, PlanTask

#: What Microsoft Project calls fields of each kind.
SLOT_OF: Final[Mapping[str, str]] = {
    FieldKind.TEXT: "Text", FieldKind.CHOICE: "Text", FieldKind.NUMBER: "Number", FieldKind.MONEY: "Cost",
    FieldKind.DATE: "Date", FieldKind.DURATION: "Duration", FieldKind.FLAG: "Flag",
}  # fmt: skip


class FileFields:
    """The fields of a plan beside those that its file had. What the file said stays as it was written while a value is the same."""

    def __init__(self, project: Project, files: tuple[CustomField, ...], taken: Mapping[str, str]) -> None:
        self._project, self._files = project, files
        #: The field of the file that each column was taken from.
        self._taken = {column: field_id for field_id, column in taken.items()}

    @cached_property
    def _places(self) -> list[tuple[Declared, str, bool]]:
        """Each field with its number in the file, and whether what stands there is this field's. Those without room are left out."""
        fields = fields_of(self._project)
        known = {field.field_id for field in self._files}
        titles = {folded(title_of(field)): field for field in self._files}
        used = {pk for column, pk in self._taken.items() if pk in known}
        found = []
        for field in fields:
            kind, same = SLOT_OF[field.kind], titles.get(folded(field.name))
            if (own := self._taken.get(field.column)) in known:
                found.append((field, str(own), True))
                continue
            # A field of the file by the same name, which nothing was taken from.
            at = (
                same.field_id
                if same and kind_of(same) == kind and same.field_id not in used
                else free_slot(kind, known | used)
            )
            if at is not None:
                used.add(at)
                found.append((field, at, False))
        return found

    @cached_property
    def definitions(self) -> tuple[CustomField, ...]:
        """Those of the file, and behind them those that it did not have."""
        known = {field.field_id for field in self._files}
        names = {at: field.name for field, at, is_taken in self._places if is_taken}
        files = tuple(
            replace(field, alias=names[field.field_id])
            if field.field_id in names and title_of(field) != names[field.field_id]
            else field
            for field in self._files
        )
        new = (
            new_field(SLOT_OF[field.kind], at, field.name)
            for field, at, _is_taken in self._places
            if at not in known
        )
        return (*files, *new)

    @cached_property
    def _computed(self) -> Mapping[int, Mapping[str, Any]]:
        if not any(field.is_computed for field, _at, _is_taken in self._places):
            return {}
        with in_hand(self._project):
            ids = Task.objects.filter(project=self._project, deleted_at__isnull=True).values_list(
                "pk", flat=True
            )
            return computed(Scope(self._project.pk, list(ids), is_whole=True))

    def put_into(self, item: PlanTask, row: Task) -> PlanTask:
        """A task of the file with what stands in the fields of its row."""
        if not self._places:
            return item
        found = {value.field_id: value for value in item.custom_values}
        for field, at, is_taken in self._places:
            kind, now = SLOT_OF[field.kind], self._value(field, row)
            if now is None:
                if is_taken and field.column in (getattr(row, field.holder) or {}):
                    # Emptied, and not only taken back.
                    found.pop(at, None)
            elif at not in found or read_value(kind, found[at]) != now:
                found[at] = new_value(kind, at, now)
        return replace(item, custom_values=_in_order(item.custom_values, found))

    def _value(self, field: Declared, row: Task) -> Any:
        if field.formula or (field.roll_up and row.is_summary):
            value = self._computed.get(row.pk, {}).get(field.column)
        else:
            value = (getattr(row, field.holder) or {}).get(field.column)
        return field.labels.get(str(value)) if field.kind == FieldKind.CHOICE else value


def _in_order(before: tuple[CustomValue, ...], found: Mapping[str, CustomValue]) -> tuple[CustomValue, ...]:
    """What was there in its order, then what is new."""
    there = [value.field_id for value in before if value.field_id in found]
    return tuple(found[pk] for pk in dict.fromkeys([*there, *found]))
