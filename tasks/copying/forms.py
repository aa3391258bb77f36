"""What people type about a copy of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.web.fields import DayField
from projects.lifecycle.forms import people_of
from projects.models import User

if TYPE_CHECKING:
    from projects.models import Organization


class CopyForm(forms.Form):
    """A copy of a project: what it is called and when it begins."""

    name = forms.CharField(label=_("名前"), max_length=200)
    code = forms.CharField(label=_("コード"), max_length=50, help_text=_("組織の中で一つだけの番号です。"))
    start = DayField(
        label=_("開始日"),
        help_text=_("タスクの日付は、開始日からの稼働日の数を保って、カレンダーの上で動きます。"),
    )
    leader = forms.ModelChoiceField(label=_("リーダー"), queryset=User.objects.none(), empty_label=None)
    copies_people = forms.BooleanField(label=_("担当者とメンバーも写す"), required=False, initial=True)

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leader = self.fields["leader"]
        assert isinstance(leader, forms.ModelChoiceField)  # for the type checker
        leader.queryset = people_of(organization)
