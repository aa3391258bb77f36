"""Fields that a file of Microsoft Project had, as custom fields: those of the organization by the same name, or new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction

from config.crypto import UndecryptableError
from projects.permissions import Right, require
from tasks.exporting.custom import SLOT_OF
from tasks.fields.services import add_field, use_fields
from tasks.importing import kept
from tasks.importing.sealed import kept_of
from tasks.interchange.mspdi.attributes import kind_of, read_value, title_of
from tasks.interchange.plan_file import CustomField as FileField
from tasks.interchange.plan_file import CustomValue
from tasks.models import CustomField, FieldKind, PlanImport, Task
from tasks.models.fields import LONGEST_NAME
from tasks.plan.actions.values import set_value
from tasks.plan.unit import changing_plan
from tasks.sheet.columns.custom import declared
from tasks.sheet.columns.typed import LONGEST_TEXT
from tasks.sheet.parsing import folded

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from projects.models import Project, User

_KINDS = {
    "Text": FieldKind.TEXT, "Number": FieldKind.NUMBER, "Flag": FieldKind.FLAG, "Date": FieldKind.DATE,
    "Cost": FieldKind.MONEY, "Duration": FieldKind.DURATION,
}  # fmt: skip


class Offered(NamedTuple):
    """A field of the file that the plan has not taken over yet."""

    field_id: str
    #: Text1, Cost3 … as Microsoft Project calls it.
    slot: str
    name: str
    kind: FieldKind
    #: How many tasks have a value.
    valued: int
    #: The field of the organization by that name, where its kind can hold the values.
    same: CustomField | None


def offered(project: Project) -> list[Offered]:
    """What the last imported file had and no custom field holds; fields without a value are left out. As many queries for any plan."""
    try:
        file, values = _values_of(project)
    except UndecryptableError:
        # The key of what the file said is gone; the page has nothing to offer then.
        return []
    taken = file.get("fields_taken", {})
    ours = CustomField.objects.filter(organization_id=project.organization_id, retired_at__isnull=True)
    by_name = {folded(field.name): field for field in ours}
    found = []
    for item in file.get("custom_fields", ()):
        field = kept.from_json(FileField, item)
        slot = kind_of(field)
        own = values.get(field.field_id, {})
        if slot is None or not own or field.field_id in taken:
            continue
        name = title_of(field)[:LONGEST_NAME]
        same = by_name.get(folded(name))
        is_same = same is not None and SLOT_OF[same.kind] == slot and not same.formula
        if same is None or is_same:
            found.append(Offered(field.field_id, field.name or slot, name, _KINDS[slot], len(own), same))
    return found


def take_over(*, project: Project, field_ids: Collection[str], actor: User) -> int:
    """Have these fields of the file as custom fields of the plan, with their values: one change that can be taken back.

    How many fields. Raises NotAllowedError, also where a field would have to be declared, and RuleBrokenError.
    """
    with transaction.atomic():
        wanted = [each for each in offered(project) if each.field_id in field_ids]
        if any(each.kind == FieldKind.MONEY for each in wanted):
            require(actor, Right.SEE_MONEY, project)
        fields = {each.field_id: each.same or _declare(project, each, actor) for each in wanted}
        if not fields:
            return 0
        use_fields(
            project=project, ids=[*project.field_ids, *(field.pk for field in fields.values())], actor=actor
        )
        _file, values = _values_of(project)
        with changing_plan(project, actor=actor) as plan:
            by_task: dict[int, dict[str, Any]] = {}
            for field_id, field in fields.items():
                for pk, value in values[field_id].items():
                    by_task.setdefault(pk, {})[field.column] = _fitting(field, value)
            for pk, task in plan.hold(list(by_task)).items():
                for column, value in by_task[pk].items():
                    if value is not None:
                        set_value(plan, task, column, value)
        _note(project, {field_id: field.column for field_id, field in fields.items()})
    return len(fields)


def _declare(project: Project, each: Offered, actor: User) -> CustomField:
    return add_field(organization=project.organization, kind=each.kind, said={"name": each.name}, actor=actor)


def _fitting(field: CustomField, value: Any) -> Any:
    """A value as rows keep it; of a choice its key, where there is such a choice."""
    if field.kind == FieldKind.CHOICE:
        keys = {folded(label): key for key, label in declared(field).labels.items()}
        return keys.get(folded(str(value)))
    return value[:LONGEST_TEXT] if isinstance(value, str) else value


def _values_of(project: Project) -> tuple[dict[str, Any], dict[str, dict[int, Any]]]:
    """What the last import kept of its file, and the values of its fields by task."""
    file, sealed = kept_of(project)
    kinds = {}
    for item in file.get("custom_fields", ()):
        field = kept.from_json(FileField, item)
        if (slot := kind_of(field)) is not None:
            kinds[field.field_id] = slot
    values: dict[str, dict[int, Any]] = {}
    if not kinds:
        return file, values
    rows = Task.objects.filter(project=project, deleted_at__isnull=True, source_uid__isnull=False)
    for pk, extras in rows.order_by("row_number").values_list("pk", "extras"):
        for item in sealed.of_task(pk, (extras or {}).get("task", {})).get("custom_values", ()):
            value = kept.from_json(CustomValue, item)
            slot = kinds.get(value.field_id)
            if slot is not None and (read := read_value(slot, value)) is not None:
                values.setdefault(value.field_id, {})[pk] = read
    return file, values


def _note(project: Project, taken: Mapping[str, str]) -> None:
    """Keep with the import which field holds what, so that the export writes it where it was."""
    rows = PlanImport.objects.filter(project=project, state=PlanImport.State.IMPORTED)
    found = rows.order_by("-imported_at", "-pk").first()
    if found is not None:
        file = found.summary.setdefault("file", {})
        file["fields_taken"] = {**file.get("fields_taken", {}), **taken}
        found.save(update_fields=["summary"])
