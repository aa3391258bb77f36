"""What is asked before a plan file becomes a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.web.fields import DayField
from projects.models import Organization, OrganizationRole, Project, ProjectRole
from projects.permissions import Right, rights_in_organization

if TYPE_CHECKING:
    from projects.models import User
    from projects.models.projects import ProjectQuerySet

NEW, EXISTING = "new", "existing"
RECOMPUTED, RECORDED = "recomputed", "recorded"
KEEP, SHIFT = "keep", "shift"
MOST_UPLOADED_BYTES: Final = 100 * 2**20
MISSING: Final = {"name": _("プロジェクト名を入力してください。"), "code": _("コードを入力してください。")}


class UploadForm(forms.Form):
    """A file, whose kind is told from its content and not from its name."""

    file = forms.FileField(
        label=_("計画のファイル"),
        allow_empty_file=True,
        max_length=255,
        help_text=_(
            "Excel のブック（.xlsx、.xlsm）、CSV、TSV、Microsoft Project の XML（.xml、gzip した .xml.gz も可）。20 MB まで、展開後 100 MB までです。"
        ),
        error_messages={"required": _("取り込むファイルを選んでください。")},
        widget=forms.FileInput(
            attrs={"accept": ".xlsx,.xlsm,.csv,.tsv,.txt,.xml,.gz,.xml.gz,application/xml,application/gzip"}
        ),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before a byte of it is read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_UPLOADED_BYTES:
            raise forms.ValidationError(
                _("ファイルが大きすぎます（100 MB まで）。計画をいくつかのファイルに分けてください。")
            )
        return file


class ImportForm(forms.Form):
    """Where the plan goes, and whose dates it has."""

    target = forms.ChoiceField(
        label=_("取り込み先"),
        choices=[(NEW, _("新しいプロジェクトを作る")), (EXISTING, _("タスクのないプロジェクトに入れる"))],
        widget=forms.RadioSelect,
        initial=NEW,
    )
    name = forms.CharField(label=_("名前"), max_length=200, required=False)
    code = forms.CharField(
        label=_("コード"), max_length=50, required=False, help_text=_("組織の中で一つだけの番号です。")
    )
    project = forms.ModelChoiceField(
        label=_("プロジェクト"),
        queryset=Project.objects.none(),
        required=False,
        empty_label=_("選んでください"),
    )
    dates = forms.ChoiceField(
        label=pgettext_lazy("plural", "日付"),
        choices=[
            (
                RECOMPUTED,
                _("計算し直す。日付は依存関係とカレンダーから決まり、タスクを動かすと後続も動きます。"),
            ),
            (
                RECORDED,
                _("ファイルの日付のまま固定する。全タスクが手動になり、ほかのタスクを動かしても動きません。"),
            ),
        ],
        widget=forms.RadioSelect,
        initial=RECOMPUTED,
        required=False,
    )

    begin = forms.ChoiceField(
        label=_("過去に始まる計画の扱い"),
        choices=[
            (KEEP, _("ファイルの日付のままにする。")),
            (
                SHIFT,
                _(
                    "次の日に始まるように、計画全体をずらす。期間と依存関係は変わらず、制約と期限の日付も同じだけずれます。実績は取り込みません。"
                ),
            ),
        ],
        widget=forms.RadioSelect,
        initial=KEEP,
        required=False,
    )
    starts_on = DayField(label=_("新しい開始日"), required=False)

    def __init__(
        self, *args: Any, user: User, organization: Organization, fixed: Project | None = None,
        is_past: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        if not is_past:
            del self.fields["begin"], self.fields["starts_on"]
        if fixed is not None:
            for name in ("target", "name", "code", "project"):
                del self.fields[name]
            return
        offered = empty_projects(user, organization)
        self.fields["project"].queryset = offered  # type: ignore[attr-defined]  # a ModelChoiceField
        self.has_projects = offered.exists()
        if not self.has_projects:
            del self.fields["target"], self.fields["project"]
            for name, text in MISSING.items():
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = text

    def clean(self) -> dict[str, Any]:
        """What the chosen target needs has to be there."""
        values = super().clean() or {}
        if values.get("begin") == SHIFT and not values.get("starts_on") and "starts_on" not in self.errors:
            self.add_error("starts_on", _("計画を始める日を入力してください。"))
        if "name" not in self.fields:
            return values
        if values.get("target") == EXISTING:
            if not values.get("project") and "project" not in self.errors:
                self.add_error("project", _("取り込み先のプロジェクトを選んでください。"))
            return values
        for name, text in MISSING.items():
            if not values.get(name) and name not in self.errors:
                self.add_error(name, text)
        return values

    @property
    def chosen(self) -> dict[str, Any]:
        """The form as the import service wants it."""
        values = self.cleaned_data
        is_existing = values.get("target") == EXISTING
        return {
            "project": values["project"] if is_existing else None,
            "fields": {"name": values.get("name", ""), "code": values.get("code", "")},
            "as_recorded": values.get("dates") == RECORDED,
            "starts_on": values["starts_on"] if values.get("begin") == SHIFT else None,
        }


def empty_projects(user: User, organization: Organization) -> ProjectQuerySet:
    """Projects without tasks whose plan this person may edit."""
    empty = Project.objects.visible_to(user).filter(organization=organization, task_count=0)
    if Right.EDIT_PLAN not in rights_in_organization(user, organization):
        member = {"members__user": user, "members__role__in": [ProjectRole.LEADER, ProjectRole.PLANNER]}
        guest = user.memberships.filter(organization=organization, role=OrganizationRole.GUEST)
        empty = empty.none() if guest.exists() else empty.filter(**member)
    return empty.order_by("-updated_at", "pk")
