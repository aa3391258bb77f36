"""What is said of a custom field, and which of them a project uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy

from tasks.fields.services import LONGEST_CHOICE, MOST_CHOICES
from tasks.formulas.reading import LONGEST
from tasks.models import CustomField, FieldKind, RollUp, Tone
from tasks.models.fields import LONGEST_HELP, LONGEST_NAME, ROLL_UPS
from tasks.sheet.columns.custom import declared
from tasks.sheet.formulas import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict


class FieldForm(forms.Form):
    """A field of one kind."""

    name = forms.CharField(
        label=gettext_lazy("名前"), max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("名前を入力してください。")},
    )  # fmt: skip
    help = forms.CharField(
        label=gettext_lazy("説明"), max_length=LONGEST_HELP, required=False,
        help_text=gettext_lazy("何を入力する欄かを書きます。列の見出しと列の選択に出ます。"),
    )  # fmt: skip
    choices = forms.CharField(
        label=gettext_lazy("選択肢"), max_length=(LONGEST_CHOICE + 2) * MOST_CHOICES,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("1行に1つずつ、並べたい順に書きます。同じ位置で書き換えると、名前の変更になります。"),
        error_messages={"required": gettext_lazy("選択肢を1行に1つずつ入力してください。")},
    )  # fmt: skip
    formula = forms.CharField(
        label=gettext_lazy("数式"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("空なら、手で入力する列です。列は [進捗] のように角かっこで書きます。"),
    )  # fmt: skip
    mark_red = forms.CharField(label=gettext_lazy("赤の条件"), max_length=LONGEST, required=False)
    mark_yellow = forms.CharField(label=gettext_lazy("黄の条件"), max_length=LONGEST, required=False)
    mark_green = forms.CharField(label=gettext_lazy("緑の条件"), max_length=LONGEST, required=False)
    roll_up = forms.ChoiceField(
        label=gettext_lazy("サマリーへのまとめ方"), required=False,
        help_text=gettext_lazy("まとめる場合、サマリータスクには入力できません。無効なタスクは数えません。"),
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None, *, kind: str, field: CustomField | None = None) -> None:
        self.kind = kind
        initial = {} if field is None else _initial(field)
        super().__init__(data, initial=initial)
        rules = ROLL_UPS[kind]
        self.fields["roll_up"].choices = [(rule.value, RollUp(rule).label) for rule in rules]  # type: ignore[attr-defined]  # a field of choices
        del self.fields["formula" if kind == FieldKind.CHOICE else "choices"]
        if len(rules) == 1:
            del self.fields["roll_up"]

    @property
    def said(self) -> dict[str, Any]:
        """For the services: choices as labels."""
        data = dict(self.cleaned_data)
        data["marks"] = {tone: data.pop(f"mark_{tone}") for tone in Tone.values}
        return data | ({"choices": data["choices"].splitlines()} if "choices" in data else {})


def _initial(field: CustomField) -> dict[str, Any]:
    offered = [each[1] for each in field.choices if len(each) == 2]
    fields = [
        declared(row)
        for row in CustomField.objects.filter(organization_id=field.organization_id, retired_at__isnull=True)
    ]
    marks = {f"mark_{tone}": shown(condition, fields) for tone, condition in field.marks}
    return marks | {
        "name": field.name, "help": field.help, "roll_up": field.roll_up, "choices": "\n".join(offered),
        "formula": shown(field.formula, fields),
    }  # fmt: skip


class UseForm(forms.Form):
    """Which fields a project uses."""

    fields_used = forms.TypedMultipleChoiceField(
        label=gettext_lazy("使うカスタムフィールド"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip

    def __init__(
        self, data: QueryDict | None = None, *, offered: Sequence[CustomField], used: Sequence[int]
    ) -> None:
        super().__init__(data, initial={"fields_used": list(used)})
        self.fields["fields_used"].choices = [(field.pk, field.name) for field in offered]  # type: ignore[attr-defined]  # a field of choices
        self._used = used

    @property
    def ids(self) -> list[int]:
        """Those that were used keep their order; new ones stand behind them."""
        chosen = self.cleaned_data["fields_used"]
        kept = [pk for pk in self._used if pk in chosen]
        return kept + [pk for pk in chosen if pk not in kept]
