"""What people type about projects, and how they like their pages: read, cleaned and said back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _

from config.web import formats
from config.web.fields import DayField, TagsField, YenField
from projects.errors import Refusal, StaleRevisionError
from projects.models import Calendar, Organization, Project, User
from projects.permissions import Right

if TYPE_CHECKING:
    from projects.models.people import UserQuerySet

T = TypeVar("T")


def apply(form: forms.Form, change: Callable[[], T]) -> T | None:
    """Run a change; a refusal lands on the field that it names, and the answer is None.

    A stale form is not a wrong one: the view shows both versions (409).
    """
    try:
        return change()
    except StaleRevisionError:
        raise
    except Refusal as refusal:
        known = refusal.field if refusal.field in form.fields else None
        form.add_error(known or NON_FIELD_ERRORS, str(refusal))
    return None


class ProjectForm(forms.Form):
    """The facts of a project; money only for those who may see it."""

    name = forms.CharField(label=_("名前"), max_length=200)
    code = forms.CharField(label=_("コード"), max_length=50, help_text=_("組織の中で一つだけの番号です。"))
    parent = forms.ModelChoiceField(
        label=_("親プロジェクト"), queryset=Project.objects.none(), required=False, empty_label=_("なし"),
        help_text=_("期間と予算は親の中に収めます。"),
    )  # fmt: skip
    start_date = DayField(label=_("開始日"))
    end_date = DayField(label=_("終了日"))
    budget = YenField(label=_("予算"), required=False)
    contract_amount = YenField(label=_("契約金額"), required=False)
    order_probability = forms.IntegerField(
        label=_("受注確度（%）"), min_value=0, max_value=100, required=False,
        help_text=_("計画中の間だけ、要員計画でこの割合を数えます。受注が決まっていれば 100 です。"),
    )  # fmt: skip
    leader = forms.ModelChoiceField(
        label=_("リーダー"), queryset=User.objects.none(), empty_label=None,
        help_text=_("後から何人でも追加できます。"),
    )  # fmt: skip
    calendar = forms.ModelChoiceField(
        label=_("カレンダー"), queryset=Calendar.objects.none(), empty_label=None
    )
    category = forms.CharField(label=_("分類"), max_length=60, required=False)
    tags = TagsField(label=_("タグ"), max_length=400, required=False, help_text=_("「、」で区切ります。"))
    description = forms.CharField(
        label=_("説明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("2,000字まで"),
    )  # fmt: skip
    # What the form was made from: a project that changed meanwhile is not overwritten.
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        user: User,
        organization: Organization,
        rights: frozenset[Right],
        project: Project | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        own = Project.objects.visible_to(user).filter(organization=organization)
        parents = own.exclude(pk=project.pk) if project else own
        self.choose("parent", parents.order_by("code", "pk"))
        if project is not None and project.parent_id and not own.filter(pk=project.parent_id).exists():
            # It stays where it is: who does not see the project above would take it out with the first save.
            del self.fields["parent"]
        shared = Calendar.objects.filter(organization=organization, project=None)
        self.choose("calendar", shared.order_by("-is_default", "name", "pk"))
        self.choose("leader", people_of(organization))
        if project is not None:
            del self.fields["leader"]
        if Right.SEE_MONEY not in rights:
            del self.fields["budget"]
            del self.fields["contract_amount"]

    def choose(self, name: str, rows: Any) -> None:
        """Set what can be chosen in a field."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # for the type checker
        field.queryset = rows

    def clean_budget(self) -> Decimal:
        """No budget means zero."""
        return self.cleaned_data["budget"] or Decimal(0)

    def clean_order_probability(self) -> int:
        """Nothing typed is a project that is certain; a page that does not ask for it leaves it."""
        value = self.cleaned_data["order_probability"]
        if self.project is not None and self.add_prefix("order_probability") not in self.data:
            return self.project.order_probability
        return 100 if value is None else int(value)

    def clean(self) -> dict[str, Any]:
        """Dates are compared here already, so that the message stands beside all the others."""
        data = self.cleaned_data
        start, end = data.get("start_date"), data.get("end_date")
        if start and end and end < start:
            self.add_error(
                "end_date", _("開始日（%(day)s）以後の日にしてください。") % {"day": f"{start:%Y/%m/%d}"}
            )
        return data

    @property
    def values(self) -> dict[str, Any]:
        """What a service takes."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in {"leader", "revision"}
        }


def initial_of(project: Project) -> dict[str, Any]:
    """A project's facts for the form."""
    names = ("name", "code", "parent", "start_date", "end_date", "budget", "contract_amount", "calendar")
    return {
        name: getattr(project, name)
        for name in (*names, "order_probability", "category", "tags", "description", "revision")
    }


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field that the form and the stored project hold differently."""

    label: str
    typed: str
    stored: str


def renew(
    form: forms.Form, typed: Mapping[str, Any], now: Mapping[str, Any], *, revision: int
) -> list[FieldDifference]:
    """Let a stale form be sent once more, on top of what stands now; answer with what would be overwritten."""
    form.data = {**form.data.dict(), "revision": str(revision)}  # type: ignore[attr-defined]  # a QueryDict
    return [
        FieldDifference(str(field.label), _written(field, value), _written(field, now[name]))
        for name, value in typed.items()
        if value != now[name] and (field := form.fields[name])
    ]


def _written(field: forms.Field, value: Any) -> str:
    if isinstance(value, dt.date):
        return formats.day(value)
    if isinstance(value, bool):
        return str(_("はい") if value else _("いいえ"))
    if isinstance(field, YenField) and isinstance(value, Decimal):
        return formats.yen(value)
    if isinstance(value, list):
        return str(_("、").join(value))
    if type(field) is forms.ChoiceField:
        value = dict(field.choices).get(value, value)  # type: ignore[arg-type]  # no groups
    return str(formats.NONE if value in (None, "") else value)


def people_of(organization: Organization) -> UserQuerySet:
    """People of an organization, by reading."""
    people: UserQuerySet = User.objects.filter(memberships__organization=organization, is_active=True)
    return people.order_by("kana", "pk")


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker alone  # type: ignore[type-arg]  # generic for the type checker only
    """How a user likes their pages."""

    class Meta:
        model = User
        fields = ("language", "theme", "density", "wants_digest")
        widgets = dict.fromkeys(("language", "theme", "density"), forms.RadioSelect)


class RestoreForm(forms.Form):
    """Another code, when the old one was taken meanwhile."""

    code = forms.CharField(label=_("コード"), max_length=50, required=False)
