"""What is sent to a week: one cell, or all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.person_time import PersonTime
from tasks.models.timesheets import LONGEST_COMMENT
from tasks.sheet.parsing import UnreadableError, read_work
from tasks.timesheets.entering import RowKey, Typed
from tasks.timesheets.weeks import DAYS, Week

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projects.models import Organization

#: More text than this is no amount of hours.
LONGEST_TEXT: Final = 40
MOST_ROWS_SENT: Final = 200


def read_hours(text: str, organization: Organization) -> int:
    """Minutes of a cell: "1.5", "1:30", "90分"; nothing typed is 0. Raises ValidationError with an example."""
    sizes = PersonTime(organization.minutes_per_day, organization.days_per_month)
    try:
        return read_work(text[: LONGEST_TEXT + 1], sizes)
    except UnreadableError as error:
        raise forms.ValidationError(
            _("「%(text)s」は読めません。1.5、1:30、90分 のように入力してください。"),
            params={"text": text[:LONGEST_TEXT]},
        ) from error


class RowField(forms.CharField):
    """A row by its key."""

    def clean(self, value: Any) -> RowKey:
        """t12 or k3."""
        found = RowKey.read(str(super().clean(value)))
        if found is None:
            raise forms.ValidationError(_("この行は、この週の工数表にありません。"))
        return found


class CellForm(forms.Form):
    """One cell: its hours, its comment, or both."""

    row = RowField(max_length=20)
    day = forms.IntegerField(min_value=0, max_value=DAYS - 1)
    hours = forms.CharField(required=False)
    comment = forms.CharField(label=gettext_lazy("コメント"), required=False, max_length=LONGEST_COMMENT)
    #: Minutes that were shown before.
    seen = forms.IntegerField(required=False)

    def __init__(self, data: Mapping[str, Any], *, organization: Organization) -> None:
        super().__init__(data)
        self.organization = organization

    def clean_hours(self) -> int | None:
        """None where only a comment was sent."""
        return read_hours(self.cleaned_data["hours"], self.organization) if "hours" in self.data else None

    def typed(self, week: Week) -> Typed:
        """What `enter_hours` takes."""
        data = self.cleaned_data
        comment = data["comment"] if "comment" in self.data else None
        return Typed(data["row"], week.days[data["day"]], data["hours"], comment, data["seen"])


@dataclass
class WeekForm:
    """All cells of a week, as a browser without scripts sends them: `t12-0` to `t12-6`, and `was-t12` what was shown."""

    typed: list[Typed] = field(default_factory=list)
    #: By name of the field what was typed, and what is wrong with it.
    texts: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, data: Mapping[str, str], week: Week, organization: Organization) -> WeekForm:
        """What was sent; cells that are no hours are errors."""
        found = cls()
        rows = [name.removeprefix("was-") for name in data if name.startswith("was-")][:MOST_ROWS_SENT]
        for row, key in ((row, RowKey.read(row)) for row in rows):
            if key is None:
                continue
            was = data[f"was-{row}"].split(",")
            for place, day in enumerate(week.days):
                name = f"{row}-{place}"
                if name in data and len(was) == DAYS and was[place].isascii() and was[place].isdigit():
                    found._add(name, Typed(key, day, seen=int(was[place][:9])), data[name], organization)
        return found

    def _add(self, name: str, cell: Typed, text: str, organization: Organization) -> None:
        self.texts[name] = text[:LONGEST_TEXT]
        try:
            minutes = read_hours(text, organization)
        except forms.ValidationError as error:
            self.errors[name] = error.messages[0]
            return
        if minutes != cell.seen:
            self.typed.append(Typed(cell.row, cell.day, minutes, seen=cell.seen))


class WordsForm(forms.Form):
    """Why a week is sent back."""

    words = forms.CharField(
        label=gettext_lazy("差し戻しの理由"), max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("差し戻す理由を入力してください。")},
    )  # fmt: skip


class CorrectionForm(forms.Form):
    """What a cell of a closed month should have held, and why."""

    row = RowField(max_length=20)
    day = forms.IntegerField(min_value=0, max_value=DAYS - 1)
    hours = forms.CharField(label=gettext_lazy("正しい工数"))
    reason = forms.CharField(label=gettext_lazy("訂正の理由"), max_length=LONGEST_COMMENT)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, organization: Organization | None = None
    ) -> None:
        super().__init__(data)
        self.organization = organization

    def clean_hours(self) -> int:
        """Minutes."""
        if self.organization is None:
            raise TypeError("an amount is read as its organization counts days")
        return read_hours(self.cleaned_data["hours"], self.organization)


class MonthForm(forms.Form):
    """A month by its first day."""

    month = forms.DateField(input_formats=["%Y-%m-%d"])


class KindForm(forms.Form):
    """The name of a kind of indirect work."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
