"""What is typed about an issue or a risk."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.fields import DayField
from projects.models import User
from tasks.models import ProjectIssue, Task
from tasks.models.issues import LONGEST_TEXT, Level

if TYPE_CHECKING:
    from projects.models import Project

MOST_TASKS: Final = 20
_BETWEEN: Final = re.compile(r"[\s,、，;]+")


class IssueForm(forms.Form):
    """All of one; `project` says who and which tasks it can be about."""

    kind = forms.ChoiceField(label=gettext_lazy("種類"), choices=ProjectIssue.Kind.choices)
    title = forms.CharField(label=gettext_lazy("件名"), max_length=200)
    detail = forms.CharField(
        label=gettext_lazy("内容"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    probability = forms.TypedChoiceField(
        label=gettext_lazy("発生確率"), coerce=int, empty_value=None, required=False,
        choices=[("", gettext_lazy("なし（課題）")), *Level.choices], help_text=gettext_lazy("リスクのときに選びます。"),
    )  # fmt: skip
    impact = forms.TypedChoiceField(
        label=gettext_lazy("影響"), coerce=int, choices=Level.choices, initial=Level.MIDDLE
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("対応者"), queryset=User.objects.none(), required=False,
        empty_label=gettext_lazy("未定"),
    )  # fmt: skip
    due_on = DayField(label=gettext_lazy("期限"), required=False)
    measure = forms.CharField(
        label=gettext_lazy("対策"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    state = forms.ChoiceField(label=gettext_lazy("状態"), choices=ProjectIssue.State.choices)
    tasks = forms.CharField(
        label=gettext_lazy("関連タスク"), max_length=400, required=False,
        help_text=gettext_lazy("WBS 番号を、1.2, 3.1 のように入力します。"),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, project: Project, owner_id: int | None = None, **kwargs: Any) -> None:
        """`owner_id` stays choosable where that user is no member any more."""
        super().__init__(*args, **kwargs)
        self.project = project
        people = User.objects.filter(Q(project_memberships__project=project) | Q(pk=owner_id))
        self.fields["owner"].queryset = people.distinct().order_by("kana", "pk")  # type: ignore[attr-defined]

    def clean_tasks(self) -> list[int]:
        """Ids of the tasks whose WBS numbers were typed, in the plan's order."""
        text = unicodedata.normalize("NFKC", self.cleaned_data["tasks"])
        codes = [code for code in _BETWEEN.split(text) if code]
        if len(codes) > MOST_TASKS:
            raise forms.ValidationError(_("関連タスクは %(most)d件までです。") % {"most": MOST_TASKS})
        rows = Task.objects.filter(project=self.project, deleted_at__isnull=True, wbs_code__in=codes)
        found = dict(rows.order_by("row_number").values_list("wbs_code", "pk"))
        unknown = [code for code in codes if code not in found]
        if unknown:
            raise forms.ValidationError(
                _("WBS 番号 %(codes)s のタスクは、この計画にありません。") % {"codes": "、".join(unknown)}
            )
        return list(found.values())

    def clean(self) -> dict[str, Any]:
        """A risk has a probability, an issue none."""
        data = super().clean() or {}
        if data.get("kind") == ProjectIssue.Kind.RISK and data.get("probability") is None:
            self.add_error("probability", _("リスクの発生確率を選んでください。"))
        if data.get("kind") == ProjectIssue.Kind.ISSUE:
            data["probability"] = None
        return data

    @property
    def values(self) -> dict[str, Any]:
        """What the services take."""
        data = dict(self.cleaned_data)
        data["task_ids"] = data.pop("tasks")
        data.pop("version")
        return data
