"""What people type about a copy of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from config.web.fields import DayField
from projects.lifecycle.forms import people_of
from projects.models import Project, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from projects.models import Organization


#: So many projects are offered while one types a code; any other can be typed in full.
MOST_OFFERED: Final = 200


class SourceField(forms.CharField):
    """A project by its code; the page offers some of them while one types (`source_list.html`)."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"list": "source-projects", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(max_length=50, widget=forms.TextInput(attrs=attrs), **kwargs)


class TakesSource(forms.Form):
    """A form with a field `source`: a project of one organization that this user sees."""

    sources: QuerySet[Project]

    @property
    def offered(self) -> list[tuple[str, str]]:
        """Codes and names of the projects that changed last."""
        return list(self.sources.order_by("-updated_at", "-pk").values_list("code", "name")[:MOST_OFFERED])

    def clean_source(self) -> Project | None:
        """The project with this code; None where nothing was typed."""
        code = self.cleaned_data["source"].strip()
        if not code:
            return None
        found: Project | None = self.sources.filter(code=code).first()
        if found is None:
            raise forms.ValidationError(
                _("コード「%(code)s」のプロジェクトはありません。一覧で確かめてください。"),
                params={"code": code},
            )
        return found


class FillForm(TakesSource):
    """Whose tasks an empty project begins with."""

    source = SourceField(label=_("写すプロジェクト"), help_text=_("コードで選びます。"))

    def __init__(self, *args: Any, project: Project, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = Project.objects.visible_to(user).filter(organization=project.organization_id)
        self.sources = there.exclude(pk=project.pk)


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
