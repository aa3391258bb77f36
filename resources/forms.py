"""What people type about resources: read, cleaned and said back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.web.fields import DayField, YenField
from projects.lifecycle.forms import people_of
from projects.models import Calendar, Organization, User
from resources.models import AbsencePortion, AbsenceReason, Resource, ResourceKind, Skill
from resources.services.resources import MOST_CAPACITY

if TYPE_CHECKING:
    from django.utils.functional import Promise

#: How well a person does something; the figure stands beside the word wherever it shows.
LEVEL_WORDS: Final[dict[int, Promise]] = {
    1: pgettext_lazy("skill", "初級"),
    2: pgettext_lazy("skill", "初中級"),
    3: pgettext_lazy("skill", "中級"),
    4: pgettext_lazy("skill", "上級"),
    5: pgettext_lazy("skill", "最上級"),
}


class ResourceForm(forms.Form):
    """The facts of a person, a machine or a material; a field that its kind has no use for is left out."""

    name = forms.CharField(label=_("名称"), max_length=200)
    kana = forms.CharField(
        label=_("ふりがな"), max_length=200, required=False, help_text=_("並べ替えと絞り込みに使います。")
    )
    department = forms.CharField(label=_("部署"), max_length=100, required=False)
    user = forms.ModelChoiceField(
        label=_("アカウント"), queryset=User.objects.none(), required=False, empty_label=_("なし"),
        help_text=_("本人が自分の不在を登録できるようになります。"),
    )  # fmt: skip
    calendar = forms.ModelChoiceField(
        label=_("カレンダー"), queryset=Calendar.objects.none(), required=False,
        empty_label=_("プロジェクトに合わせる"),
    )  # fmt: skip
    capacity_percentage = forms.IntegerField(
        label=_("稼働上限"), initial=100, widget=forms.NumberInput(attrs={"min": 1, "inputmode": "numeric"})
    )
    unit = forms.CharField(
        label=_("単位"), max_length=20, required=False, help_text=_("資材を数える単位（個、t など）。")
    )

    def __init__(
        self,
        *args: Any,
        organization: Organization,
        kind: str,
        resource: Resource | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in _USELESS[kind]:
            del self.fields[name]
        own = Q(project=None) | Q(project=resource.project_id if resource else None)
        calendars = Calendar.objects.filter(own, organization=organization)
        self._choose("calendar", calendars.order_by("-is_default", "name", "pk"))
        linked = Resource.objects.filter(organization=organization, user__isnull=False)
        others = linked.exclude(pk=resource.pk) if resource else linked
        self._choose("user", people_of(organization).exclude(pk__in=others.values("user")))
        if "capacity_percentage" in self.fields:
            self._limit_capacity(MOST_CAPACITY[ResourceKind(kind)])

    def _choose(self, name: str, rows: Any) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    def _limit_capacity(self, most: int) -> None:
        field = self.fields["capacity_percentage"]
        field.widget.attrs["max"] = most
        if most > 100:
            field.help_text = _("1台で100%です。同じ設備が10台あれば1,000%にします。")
        else:
            field.help_text = _("短時間勤務や兼務の人は、働ける割合にします。")

    @property
    def values(self) -> dict[str, Any]:
        """What a service takes."""
        values = dict(self.cleaned_data)
        for name in {"user", "calendar"} & set(values):
            chosen = values.pop(name)
            values[f"{name}_id"] = chosen.pk if chosen else None
        return values


_USELESS: Final[dict[str, tuple[str, ...]]] = {
    ResourceKind.PERSON: ("unit",),
    ResourceKind.EQUIPMENT: ("unit", "user"),
    ResourceKind.MATERIAL: ("user", "calendar", "capacity_percentage"),
}


class AbsenceForm(forms.Form):
    """When a person is away, and why."""

    first_on = DayField(label=_("開始日"))
    last_on = DayField(
        label=_("終了日"), required=False, help_text=_("1日だけのときは入力しなくてもかまいません。")
    )
    portion = forms.ChoiceField(
        label=_("時間"), choices=AbsencePortion.choices, initial=AbsencePortion.DAY,
        help_text=_("午前と午後は昼休みで分けます。"),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("理由"), choices=AbsenceReason.choices, initial=AbsenceReason.PAID)
    reason = forms.CharField(
        label=_("メモ"), max_length=60, required=False,
        help_text=_("理由とメモは、本人とリソースの管理者だけに見えます。"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """No last day means the first one."""
        data = self.cleaned_data
        if "first_on" in data and "last_on" in data and data["last_on"] is None:
            data["last_on"] = data["first_on"]
        return data


class RateForm(forms.Form):
    """What a person costs from a day on."""

    valid_from = DayField(
        label=_("適用開始日"), help_text=_("次の単価が始まる日の前日まで、この単価になります。")
    )
    cost_per_hour = YenField(label=_("単価"), max_digits=12, decimal_places=2)


class SkillForm(forms.Form):
    """The name of a skill."""

    name = forms.CharField(label=_("スキルの名称"), max_length=80)


class SkillLevelsForm(forms.Form):
    """For each skill of the organization how well a person does it; empty: not at all."""

    def __init__(self, *args: Any, skills: list[Skill], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *((str(level), f"{level} {word}") for level, word in LEVEL_WORDS.items())]
        for skill in skills:
            self.fields[f"skill-{skill.pk}"] = forms.ChoiceField(
                label=skill.name, choices=choices, required=False
            )

    @property
    def levels(self) -> dict[int, int]:
        """{skill id: level}."""
        typed = self.cleaned_data.items()
        return {int(name.partition("-")[2]): int(level) for name, level in typed if level}
