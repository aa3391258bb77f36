"""What is typed about a person's place in a project."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.web.fields import DayField
from projects.lifecycle.forms import people_of
from projects.models import JobTitle, Project, ProjectMember, ProjectRole, User
from projects.permissions import Right


class MemberForm(forms.Form):
    """A person's place in a project."""

    user = forms.ModelChoiceField(
        label=_("氏名"), queryset=User.objects.none(), empty_label=_("選んでください")
    )
    role = forms.ChoiceField(
        label=_("役割"), choices=ProjectRole.choices, initial=ProjectRole.CONTRIBUTOR,
        help_text=_("リーダーは全部、計画者は計画、担当者は自分の進捗、閲覧者は見るだけです。"),
    )  # fmt: skip
    job_title = forms.ModelChoiceField(
        label=_("職種"), queryset=JobTitle.objects.none(), required=False, empty_label=_("なし")
    )
    allocation_percentage = forms.IntegerField(
        label=_("割当"), min_value=1, max_value=100, initial=100,
        widget=forms.NumberInput(attrs={"min": 1, "max": 100, "inputmode": "numeric"}),
    )  # fmt: skip
    start_date = DayField(label=_("参加日"), required=False)
    end_date = DayField(
        label=_("離任日"), required=False,
        help_text=_("プロジェクトにいる最後の日です。翌日から、このプロジェクトは見られなくなります。"),
    )  # fmt: skip
    may_see_money = forms.BooleanField(label=_("予算や金額を見られる"), required=False)

    def __init__(
        self,
        *args: Any,
        project: Project,
        rights: frozenset[Right],
        member: ProjectMember | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        titles = JobTitle.objects.filter(organization=project.organization_id).order_by("position", "pk")
        self._choose("job_title", titles)
        if member is not None:
            del self.fields["user"]
        else:
            inside = ProjectMember.objects.filter(project=project).values("user")
            self._choose("user", people_of(project.organization).exclude(pk__in=inside))
        # No one gives a right that they do not hold.
        if Right.SEE_MONEY not in rights:
            del self.fields["may_see_money"]

    def _choose(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # for the type checker
        field.queryset = rows

    @property
    def values(self) -> dict[str, Any]:
        """What a service takes."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "user"}
        title = values.pop("job_title")
        return values | {"job_title_id": title.pk if title else None}
