"""The table of 外注, 経費 and 売上 as it is typed: one layer of it at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.fields import YenField
from tasks.budget.services import TypedLine
from tasks.models import BudgetLine
from tasks.staffing.months import first_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from django.http import QueryDict

#: Rows for lines that are not there yet.
EMPTY_ROWS: Final = 2


class LineForm(forms.Form):
    """One line; the months that are shown are its last fields."""

    kind = forms.ChoiceField(label=gettext_lazy("種類"), choices=BudgetLine.Kind.choices)
    name = forms.CharField(label=gettext_lazy("件名"), max_length=120, required=False)
    partner = forms.CharField(label=gettext_lazy("取引先"), max_length=120, required=False)
    tax = forms.ChoiceField(label=gettext_lazy("税"), choices=BudgetLine.Tax.choices)
    is_gone = forms.BooleanField(label=gettext_lazy("外す"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, line: BudgetLine | None, months: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line, self.months = line, months
        for month in months:
            day = first_of(month)
            label = _("%(year)d年%(month)d月の金額（円）") % {"year": day.year, "month": day.month}
            # Below nothing it takes back what was written before.
            self.fields[f"m{month}"] = YenField(label=label, required=False, min_value=None)
        who = line.name if line else _("新しい明細")
        for field in self.fields.values():
            # The heads of the table name a field to the eye alone.
            field.widget.attrs["aria-label"] = _("%(role)s: %(what)s") % {"role": who, "what": field.label}

    @property
    def cells(self) -> list[forms.BoundField]:
        """The fields of the months."""
        return [self[f"m{month}"] for month in self.months]

    def clean(self) -> dict[str, Any]:
        """A line that something is said of has a name."""
        data = super().clean() or {}
        said = set(self.changed_data) - {"version", "kind", "tax"}
        has_something = self.line is not None or bool(said)
        if has_something and not data.get("name") and not data.get("is_gone") and "name" not in self.errors:
            self.add_error("name", _("明細の件名を入力してください。"))
        return data

    @property
    def typed(self) -> TypedLine:
        """What the services take: of the months only those that were changed."""
        data, changed = self.cleaned_data, set(self.changed_data)
        amounts: dict[int, Decimal | None] = {
            month: data[f"m{month}"] for month in self.months if f"m{month}" in changed
        }
        return TypedLine(
            kind=data["kind"], name=data["name"], partner=data["partner"], tax=data["tax"], amounts=amounts,
            pk=self.line.pk if self.line else None, version=data["version"] or 0, is_gone=data["is_gone"],
        )  # fmt: skip


def forms_of(
    lines: Sequence[BudgetLine], amounts: Mapping[int, Mapping[int, Decimal]], *, data: QueryDict | None,
    months: Sequence[int],
) -> list[LineForm]:  # fmt: skip
    """A form for each line with what one layer says of it, and some for new ones; of what is sent, for lines that the page had."""
    found = []
    for line in lines:
        if data is not None and f"r{line.pk}-version" not in data:
            continue
        own = amounts.get(line.pk, {})
        initial = {f"m{month}": own[month] for month in months if month in own}
        facts = {
            "kind": line.kind, "name": line.name, "partner": line.partner, "tax": line.tax, "version": line.version
        }  # fmt: skip
        found.append(LineForm(data, line=line, months=months, prefix=f"r{line.pk}", initial=facts | initial))
    new = {"kind": BudgetLine.Kind.OUTSOURCING, "tax": BudgetLine.Tax.WITHOUT}
    found += [
        LineForm(data, line=None, months=months, prefix=f"n{place}", initial=new)
        for place in range(EMPTY_ROWS)
        if data is None or f"n{place}-name" in data
    ]
    return found
