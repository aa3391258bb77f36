"""What a user chooses when asking for a report."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config.web.fields import DayField, TagsField
from projects.models import Project
from reports.documents.kinds import WRITTEN
from reports.documents.options import (
    LONGEST_SEAL,
    MOST_SEALS,
    MOST_WEEKS,
    PARTS,
    USUAL_WEEKS,
    Options,
    Written,
)
from reports.documents.paper.typesetter import NoTypesetterError, can_typeset
from reports.documents.services import sees_money
from reports.models import ReportFormat

if TYPE_CHECKING:
    from projects.models import Organization, User
    from reports.documents.kinds import ReportKind

#: Format and paper in one choice, as people think of it.
FORMATS: Final = (
    ("pdf-a4", _("PDF（A4）")),
    ("pdf-a3", _("PDF（A3 横）")),
    ("xlsx", "Excel"),
    ("csv", _("CSV（UTF-8、BOM 付き）")),
)
PART_LABELS: Final = (
    ("trend", _("進捗と推移")),
    ("milestones", pgettext_lazy("plural", "マイルストーン")),
    ("late", _("遅延タスクと対策")),
    ("load", _("メンバーの負荷")),
)
#: Fields that only some kinds have.
OPTIONAL: Final = frozenset({"parts", "first", "last"}) | WRITTEN
#: Letters of one text of a report.
LONGEST_TEXT: Final = 2_000
#: Projects in the list to choose from; others are reached from their own page.
MOST_CHOICES: Final = 500


def _text(label: Any, hint: Any, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST_TEXT, required=False, help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


class ReportForm(forms.Form):
    """One kind of report; only the fields that it has."""

    project = forms.ModelChoiceField(
        label=_("プロジェクト"), queryset=Project.objects.none(), empty_label=None
    )
    first = DayField(label=_("期間の開始"), help_text=_("その日を含む週から集計します。"))
    last = DayField(label=_("期間の終了"))
    parts = forms.MultipleChoiceField(
        label=_("含める内容"), choices=PART_LABELS, widget=forms.CheckboxSelectMultiple, required=False
    )
    addressee = forms.CharField(label=pgettext_lazy("report", "宛先"), max_length=60, required=False)
    author = forms.CharField(label=_("作成者"), max_length=60, required=False)
    seals = TagsField(
        label=_("承認欄"),
        max_length=60,
        required=False,
        help_text=_("「、」で区切ります。空にすると欄を付けません。"),
    )
    summary = _text(
        _("総括"), _("全体の状況と結論を書きます。**太字** や「- 」の箇条書きも使えます。"), rows=4
    )
    issues = _text(_("課題"), _("遅れているタスクと課題・リスクの一覧は自動で付きます。"))
    measures = _text(_("対策"), _("誰が、いつまでに、何をするかを書きます。"))
    format = forms.ChoiceField(label=_("形式"), choices=FORMATS, widget=forms.RadioSelect)

    def __init__(
        self,
        *args: Any,
        kind: ReportKind,
        user: User,
        organization: Organization,
        on: dt.date,
        chosen: Project | None = None,
        before: Options | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.user, self.organization, self.on = kind, user, organization, on
        if kind.is_of_project:
            self._offer_projects(chosen)
        else:
            del self.fields["project"]
        for name in OPTIONAL - kind.fields:
            del self.fields[name]
        self.fields["format"].initial = "pdf-a4" if can_typeset() else "xlsx"
        for name, initial in self._initial(before).items():
            if name in self.fields:
                self.fields[name].initial = initial

    def _initial(self, before: Options | None) -> dict[str, Any]:
        """What is filled in; `before` is what was chosen and written for a report that is made anew."""
        begin = before or Options(
            on=self.on, first=self.on, last=self.on + dt.timedelta(weeks=USUAL_WEEKS, days=-1)
        )
        written = begin.written or Written()
        return {
            "first": begin.first, "last": begin.last, "parts": list(begin.parts),
            **{name: getattr(written, name) for name in WRITTEN}, "seals": list(written.seals),
        }  # fmt: skip

    def _offer_projects(self, chosen: Project | None) -> None:
        """Any project that the user sees may be asked for; the list shows the ones that they work with."""
        field = self.fields["project"]
        assert isinstance(field, forms.ModelChoiceField)
        seen = Project.objects.visible_to(self.user).filter(organization=self.organization)
        field.queryset = seen
        offered = list(seen.order_by("-updated_at", "-pk").only("pk", "code", "name")[:MOST_CHOICES])
        if chosen is not None and chosen not in offered:
            offered.append(chosen)
        offered.sort(key=lambda project: (project.code, project.pk))
        label = gettext("%(name)s（%(code)s）")
        field.widget.choices = [
            (project.pk, label % {"name": project.name, "code": project.code}) for project in offered
        ]
        field.initial = chosen.pk if chosen else None

    def clean_format(self) -> str:
        """A PDF only where one can be made."""
        choice: str = self.cleaned_data["format"]
        if choice.startswith(ReportFormat.PDF) and not can_typeset():
            raise forms.ValidationError(str(NoTypesetterError()))
        return choice

    def clean_seals(self) -> tuple[str, ...]:
        """As many as fit beside a title."""
        seals: list[str] = self.cleaned_data["seals"]
        if len(seals) > MOST_SEALS or any(len(word) > LONGEST_SEAL for word in seals):
            raise forms.ValidationError(
                gettext("承認欄は%(most)s個まで、それぞれ%(letters)s文字以内にしてください。")
                % {"most": MOST_SEALS, "letters": LONGEST_SEAL}
            )
        return tuple(seals)

    def clean(self) -> dict[str, Any]:
        """A period that ends after it begins and fits on a sheet."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("期間の開始より後の日にしてください。"))
        elif first and last and (last - first).days >= MOST_WEEKS * 7:
            self.add_error("last", _("期間は %(weeks)s週間以内にしてください。") % {"weeks": MOST_WEEKS})
        return cleaned

    @property
    def question(self) -> dict[str, Any]:
        """What the service is asked for."""
        choice, _dash, paper = self.cleaned_data["format"].partition("-")
        project: Project | None = self.cleaned_data.get("project")
        return {
            "kind": self.kind.name,
            "project": project,
            "file_format": choice,
            "options": Options(
                on=self.on,
                language=self.user.language,
                money=sees_money(self.user, self.organization, project),
                paper=paper or "a4",
                parts=tuple(part for part in PARTS if part in self.cleaned_data.get("parts", PARTS)),
                first=self.cleaned_data.get("first"),
                last=self.cleaned_data.get("last"),
                written=self._written,
            ),
        }

    @property
    def _written(self) -> Written | None:
        if not self.kind.is_written:
            return None
        return Written(**{name: self.cleaned_data[name] for name in WRITTEN})
