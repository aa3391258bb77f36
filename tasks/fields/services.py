"""Declaring custom fields of an organization, and choosing those that a project uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.changes import changing, changing_organization
from projects.errors import RuleBrokenError
from projects.permissions import Right
from tasks.fields.words import sentence
from tasks.formulas.errors import FormulaError
from tasks.models import CustomField, FieldKind, Tone
from tasks.models.fields import LONGEST_HELP, LONGEST_NAME, ROLL_UPS
from tasks.sheet.columns.custom import declared
from tasks.sheet.formulas import check_formula, fields_in_order, kept, read_formula

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from projects.models import Organization, Project, User
    from projects.permissions import System
    from tasks.sheet.columns.custom import Declared

#: Fields that an organization may have, retired ones among them, and those of one project.
MOST_FIELDS: Final = 200
MOST_USED: Final = 40
MOST_CHOICES: Final = 100
LONGEST_CHOICE: Final = 60
#: What a form says of a field.
SAID: Final = ("name", "help", "roll_up", "choices", "formula", "marks")


def add_field(
    *, organization: Organization, kind: str, said: Mapping[str, Any], actor: User | System
) -> CustomField:
    """Declare a field, behind all others. `said` has `name`, and may have `help`, `roll_up`, `choices` (a label each), `formula`
    and `marks` (a condition a tone), as they are typed.

    Raises RuleBrokenError, NotAllowedError.
    """
    with changing_organization(organization, actor=actor, needs=Right.DEFINE_FIELDS) as record:
        fields = CustomField.objects.filter(organization=organization)
        if fields.count() >= MOST_FIELDS:
            raise RuleBrokenError(_("カスタムフィールドは%(most)d個までです。") % {"most": MOST_FIELDS})
        last = fields.aggregate(last=Max("position"))["last"] or 0
        field = CustomField(organization=organization, kind=kind, position=last + 1)
        _set(field, said)
        field.save(force_insert=True)
        # Its marks may name the field itself.
        _set_formulas(field, said)
        field.save(update_fields=["formula", "marks"])
        record("customfield.added", target=field, after={"kind": kind, **_said(field)})
    return field


def edit_field(*, field: CustomField, said: Mapping[str, Any], actor: User | System) -> None:
    """Say otherwise what a field is called, helps with, rolls up to and offers; its kind stays. See `add_field`."""
    with changing_organization(field.organization, actor=actor, needs=Right.DEFINE_FIELDS) as record:
        field.refresh_from_db()
        before = _said(field)
        _set(field, said)
        _set_formulas(field, said)
        after = _said(field)
        if before != after:
            field.save(update_fields=list(SAID))
            changed = {name for name in SAID if before[name] != after[name]}
            sides = ({name: side[name] for name in SAID if name in changed} for side in (before, after))
            record("customfield.edited", target=field, **dict(zip(("before", "after"), sides, strict=True)))


def retire_field(*, field: CustomField, actor: User | System) -> None:
    """Take a field out of all plans; what stands in it stays, and is back when it is brought back.

    Raises RuleBrokenError where others are computed of it.
    """
    with changing_organization(field.organization, actor=actor, needs=Right.DEFINE_FIELDS) as record:
        field.refresh_from_db()
        needed_by = [each.name for each in _declared(field.organization_id) if field.column in needs_of(each)]
        if needed_by and field.retired_at is None:
            raise RuleBrokenError(
                _("「%(name)s」は、%(others)sの数式で使われています。先に数式を変えてください。")
                % {"name": field.name, "others": _("、").join(f"「{name}」" for name in needed_by)}
            )
        if field.retired_at is None:
            field.retired_at = timezone.now()
            field.save(update_fields=["retired_at"])
            record("customfield.retired", target=field, after={"name": field.name})


def bring_back_field(*, field: CustomField, actor: User | System) -> None:
    """Have a retired field again, in the plans that used it."""
    with changing_organization(field.organization, actor=actor, needs=Right.DEFINE_FIELDS) as record:
        field.refresh_from_db()
        if field.retired_at is not None:
            field.retired_at = None
            field.save(update_fields=["retired_at"])
            record("customfield.brought_back", target=field, after={"name": field.name})


def use_fields(*, project: Project, ids: Sequence[int], actor: User | System) -> None:
    """Have the plan of a project use these fields, in this order. What stands in others stays, unseen.

    Raises RuleBrokenError, NotAllowedError.
    """
    with changing(project, actor=actor, needs=Right.EDIT_PROJECT) as record:
        project.refresh_from_db(fields=["field_ids"])
        rows = CustomField.objects.filter(organization_id=project.organization_id)
        known = dict(rows.values_list("pk", "name"))
        retired = set(rows.filter(retired_at__isnull=False).values_list("pk", flat=True))
        chosen = [pk for pk in dict.fromkeys(ids) if pk in known and pk not in retired]
        if len(chosen) > MOST_USED:
            raise RuleBrokenError(
                _("1つのプロジェクトで使えるカスタムフィールドは%(most)d個までです。") % {"most": MOST_USED},
                field="fields",
            )
        _require_needed(project, chosen)
        before = list(project.field_ids)
        after = [*chosen, *(pk for pk in before if pk in retired)]
        if before != after:
            project.field_ids = after
            project.save(update_fields=["field_ids"])
            said = ([known[pk] for pk in side if pk in known] for side in (before, after))
            record(
                "fields.chosen", target=project,
                **{name: {"custom_fields": names} for name, names in zip(("before", "after"), said, strict=True)},
            )  # fmt: skip


def _require_needed(project: Project, chosen: Sequence[int]) -> None:
    """Raises RuleBrokenError where a field is computed of another one that would not be used."""
    by_name = {each.column: each for each in _declared(project.organization_id)}
    for each in by_name.values():
        missing = [
            by_name[name].name
            for name in sorted(needs_of(each) & by_name.keys())
            if by_name[name].id not in chosen
        ]
        if each.id in chosen and missing:
            raise RuleBrokenError(
                _("「%(name)s」は%(others)sから計算します。一緒に選んでください。")
                % {"name": each.name, "others": _("、").join(f"「{name}」" for name in missing)},
                field="fields_used",
            )


def needs_of(field: Declared) -> frozenset[str]:
    """The columns that a field is computed of, other than itself."""
    texts = [text for text in (field.formula, *(condition for _tone, condition in field.marks)) if text]
    return frozenset().union(*(read_formula(text).names for text in texts)) - {field.column}


def _declared(organization_id: int) -> list[Declared]:
    rows = CustomField.objects.filter(organization_id=organization_id, retired_at__isnull=True)
    return [declared(row) for row in rows.order_by("position", "pk")]


def _set_formulas(field: CustomField, said: Mapping[str, Any]) -> None:
    """What a field is computed by, and its marks, checked beside all others. Raises RuleBrokenError at their place of the form."""
    if not {"formula", "marks"} & said.keys():
        return
    others = [each for each in _declared(field.organization_id) if each.id != field.pk]
    if said.get("formula") is not None:
        field.formula = _checked(field, others, str(said["formula"]), "formula")
    if said.get("marks") is not None:
        typed = {tone: str(said["marks"].get(tone, "")) for tone in Tone.values}
        field.marks = [
            [tone, _checked(field, others, text, f"mark_{tone}")]
            for tone, text in typed.items()
            if text.strip()
        ]


def _checked(field: CustomField, others: list[Declared], text: str, place: str) -> str:
    if not text.strip():
        return ""
    is_condition = place != "formula"
    try:
        formula, node = kept(text, [*others, declared(field)])
        own = declared(field)._replace(formula=field.formula if is_condition else formula)
        check_formula(node, own, [*others, own], is_condition=is_condition)
        fields_in_order([*others, own])
    except FormulaError as error:
        raise RuleBrokenError(sentence(error), field=place) from error
    return formula


def _set(field: CustomField, said: Mapping[str, Any]) -> None:
    if "name" in said:
        field.name = _name(field, str(said["name"]))
    if "help" in said:
        field.help = str(said["help"]).strip()[:LONGEST_HELP]
    if "roll_up" in said:
        if said["roll_up"] not in ROLL_UPS[field.kind]:
            raise RuleBrokenError(_("この種類のフィールドには使えないまとめ方です。"), field="roll_up")
        field.roll_up = said["roll_up"]
    if field.kind == FieldKind.CHOICE and ("choices" in said or not field.choices):
        field.choices = _choices(field, said.get("choices", ()))


def _name(field: CustomField, text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME:
        raise RuleBrokenError(
            _("名前を%(most)d文字以内で入力してください。") % {"most": LONGEST_NAME}, field="name"
        )
    others = CustomField.objects.filter(organization_id=field.organization_id, name__iexact=name)
    if others.exclude(pk=field.pk).exists():
        raise RuleBrokenError(
            _("「%(name)s」はすでにあります。ほかの名前にしてください。") % {"name": name}, field="name"
        )
    return name


def _choices(field: CustomField, labels: Sequence[str]) -> list[list[str]]:
    """Labels in a new order with the keys that rows have: a label keeps its key, and a new one in the place of one that is gone has its key."""
    wanted = list(dict.fromkeys(clean for label in labels if (clean := " ".join(label.split()))))
    if not wanted or len(wanted) > MOST_CHOICES or any(len(label) > LONGEST_CHOICE for label in wanted):
        raise RuleBrokenError(
            _("選択肢を1行に1つずつ、%(most)d個まで、それぞれ%(long)d文字以内で入力してください。")
            % {"most": MOST_CHOICES, "long": LONGEST_CHOICE},
            field="choices",
        )
    keys = {each[1]: each[0] for each in field.choices}
    offered = [each for each in field.choices if len(each) == 2]
    free = {
        at: each[0]
        for at, each in enumerate(offered)
        if each[1] not in wanted and len(wanted) == len(offered)
    }
    next_key = max((int(each[0]) for each in field.choices), default=0) + 1
    found: list[list[str]] = []
    for at, label in enumerate(wanted):
        key = keys.get(label) or free.get(at)
        if key is None:
            key, next_key = str(next_key), next_key + 1
        found.append([key, label])
    taken = {each[0] for each in found}
    return found + [[each[0], each[1], "gone"] for each in field.choices if each[0] not in taken]


def _said(field: CustomField) -> dict[str, Any]:
    """For the record: choices by their labels."""
    labels = [each[1] for each in field.choices if len(each) == 2]
    marks = [f"{tone}: {condition}" for tone, condition in field.marks]
    return {
        "name": field.name, "help": field.help, "roll_up": field.roll_up, "choices": labels, "formula": field.formula,
        "marks": marks,
    }  # fmt: skip
