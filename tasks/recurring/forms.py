"""What people type about projects that come again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.web.fields import YenField
from projects.lifecycle.forms import people_of
from projects.models import Project, User
from projects.permissions import Right
from tasks.copying.forms import SourceField, TakesSource
from tasks.models import RecurringProject
from tasks.models.recurring import MOST_PERIODS
from tasks.recurring.rule_forms import RuleForm, number_field, rule_initial
from tasks.recurring.rules import read_rule
from tasks.recurring.services import LONGEST_DAYS, LONGEST_LEAD

if TYPE_CHECKING:
    from projects.models import Organization


class RecurringForm(TakesSource, RuleForm):
    """A template: what is made, and when."""

    field_order = ("name", "code_prefix", "source", "copies_people", "task_lines")

    name = forms.CharField(
        label=_("名称"), max_length=160, help_text=_("年月が付いて、作るプロジェクトの名前になります。")
    )
    code_prefix = forms.CharField(
        label=_("コードの先頭"),
        max_length=30,
        help_text=_("作るプロジェクトは MNT-202701 のようになります。"),
    )
    source = SourceField(
        label=_("元にするプロジェクト"), required=False,
        help_text=_("コードで選びます。タスク、依存関係、制約を写します。"),
    )  # fmt: skip
    copies_people = forms.BooleanField(label=_("担当者とメンバーも写す"), required=False, initial=True)
    task_lines = forms.CharField(
        label=pgettext_lazy("plural", "タスク"), required=False, max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": _("点検 2日")}),
        help_text=_("元にするプロジェクトがないときに、1行に1つ「タスク名 期間」で書きます。上から順につながります。"),
    )  # fmt: skip
    length_days = number_field(_("長さ"), 1, LONGEST_DAYS, initial=5)
    lead_days = number_field(_("作成する時期"), 0, LONGEST_LEAD, initial=30)
    holiday_rule = forms.ChoiceField(
        label=_("休日に当たるとき"), choices=RecurringProject.HolidayRule.choices, initial="after"
    )
    leader = forms.ModelChoiceField(label=_("リーダー"), queryset=User.objects.none(), empty_label=None)
    budget = YenField(label=_("1回の予算"), required=False)
    description = forms.CharField(
        label=_("説明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("2,000字まで"),
    )  # fmt: skip
    # What the form was made from: a template that changed meanwhile is not overwritten.
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, user: User, organization: Organization, rights: frozenset[Right], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.sources = Project.objects.visible_to(user).filter(organization=organization)
        leader = self.fields["leader"]
        assert isinstance(leader, forms.ModelChoiceField)  # for the type checker
        leader.queryset = people_of(organization)
        if Right.SEE_MONEY not in rights:
            del self.fields["budget"]

    @property
    def problems(self) -> list[str]:
        """What keeps the dates from being shown."""
        names = ("frequency", *self.shown, "first_on", "length_days")
        named = [
            _("%(label)s：%(sentence)s") % {"label": self.fields[name].label, "sentence": sentence}
            for name in dict.fromkeys(names)
            for sentence in self.errors.get(name, ())
        ]
        return [*map(str, self.non_field_errors()), *named]

    @property
    def usual(self) -> RecurringProject:
        """What the dates of an empty form are shown for: the first of every month."""
        return RecurringProject(
            organization=self.organization, name="…", code_prefix="…", rule="FREQ=MONTHLY;BYMONTHDAY=1",
            first_on=self.get_initial_for_field(self.fields["first_on"], "first_on"),
        )  # fmt: skip

    @property
    def draft(self) -> RecurringProject | None:
        """What the preview shows; None while something that it needs is missing or wrong."""
        names = ("rule", "first_on", "length_days", "holiday_rule")
        known = {name: self.cleaned_data.get(name) for name in names}
        if not all(known.values()):
            return None
        typed = {name: self.cleaned_data.get(name) or "…" for name in ("name", "code_prefix")}
        return RecurringProject(organization=self.organization, **known, **typed)

    @property
    def values(self) -> dict[str, Any]:
        """What a service takes."""
        data = self.cleaned_data
        names = ("name", "code_prefix", "task_lines", "copies_people", "rule", "first_on", "length_days")
        values = {name: data[name] for name in (*names, "lead_days", "holiday_rule", "description")}
        values["source_id"] = data["source"].pk if data["source"] else None
        values["leader_id"] = data["leader"].pk
        if "budget" in self.fields:
            values["budget"] = data["budget"] or 0
        return values


def initial_of(template: RecurringProject, revision: int) -> dict[str, Any]:
    """A template's fields for the form."""
    names = (
        "name", "code_prefix", "task_lines", "copies_people", "first_on", "length_days", "budget", "lead_days",
        "holiday_rule", "leader", "description",
    )  # fmt: skip
    values = {name: getattr(template, name) for name in names}
    values |= {"source": template.source.code if template.source else "", "revision": revision}
    return values | rule_initial(read_rule(template.rule, most=MOST_PERIODS))


class PeriodForm(forms.Form):
    """Which period."""

    period = forms.DateField(widget=forms.HiddenInput)


class SkipForm(PeriodForm):
    """Which period is left out, and why."""

    reason = forms.CharField(
        label=_("見送る理由"),
        max_length=300,
        error_messages={"required": _("見送る理由を入力してください。")},
    )
