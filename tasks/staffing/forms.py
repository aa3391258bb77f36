"""The table of roles as it is typed: a row of fields for each role, a field for each month that is shown."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tasks.staffing.months import first_of
from tasks.staffing.services import TypedRole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict

    from projects.person_time import PersonTime
    from tasks.models import RoleDemand

#: Rows for roles that are not there yet.
EMPTY_ROWS: Final = 2
#: So many 人月 of one role in one month at most.
MOST: Final = Decimal("999.99")
_CENT: Final = Decimal("0.01")
_ROW: Final = re.compile(r"r([0-9]{1,18})-version")


class PersonMonthsField(forms.DecimalField):
    """人月 with two places, in whatever width they are typed."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 8})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=0, max_value=MOST, max_digits=5, decimal_places=2, required=False, **kwargs
        )
        self.error_messages["invalid"] = gettext_lazy("人月は 0.5 のように数字で入力してください。")

    def to_python(self, value: Any) -> Any:
        """Read what was typed."""
        text = unicodedata.normalize("NFKC", str("" if value is None else value)).replace("人月", "")
        return super().to_python(text.strip())


def person_months_of(minutes: int, unit: PersonTime) -> Decimal:
    """Minutes as 人月 with two places at most."""
    exact = (Decimal(minutes) / unit.minutes_per_month).quantize(_CENT, ROUND_HALF_UP)
    return exact.normalize() if exact != exact.to_integral() else exact.quantize(Decimal(1))


class RoleForm(forms.Form):
    """One role; the months that are shown are its last fields."""

    name = forms.CharField(label=gettext_lazy("役割"), max_length=80, required=False)
    skill = forms.TypedChoiceField(label=gettext_lazy("スキル"), coerce=int, empty_value=None, required=False)
    department = forms.CharField(
        label=gettext_lazy("部署"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"list": "departments"}),
    )
    is_gone = forms.BooleanField(label=gettext_lazy("外す"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(
        self, *args: Any, role: RoleDemand | None, months: Sequence[int], skills: Sequence[tuple[int, str]],
        unit: PersonTime, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.role, self.months, self.unit = role, months, unit
        self.fields["skill"].choices = [("", "–"), *skills]  # type: ignore[attr-defined]
        for month in months:
            day = first_of(month)
            label = _("%(year)d年%(month)d月の人月") % {"year": day.year, "month": day.month}
            self.fields[f"m{month}"] = PersonMonthsField(label=label)
        who = role.name if role else _("新しい役割")
        for field in self.fields.values():
            # The heads of the table name a field to the eye alone.
            field.widget.attrs["aria-label"] = _("%(role)s: %(what)s") % {"role": who, "what": field.label}

    @property
    def cells(self) -> list[forms.BoundField]:
        """The fields of the months."""
        return [self[f"m{month}"] for month in self.months]

    def clean(self) -> dict[str, Any]:
        """A role that something is said of has a name."""
        data = super().clean() or {}
        has_something = self.role is not None or any(name != "version" for name in self.changed_data)
        if has_something and not data.get("name") and not data.get("is_gone") and "name" not in self.errors:
            self.add_error("name", _("役割の名前を入力してください。"))
        return data

    @property
    def typed(self) -> TypedRole:
        """What the services take: of the months only those that were changed, since what is shown is rounded."""
        data, changed = self.cleaned_data, set(self.changed_data)
        minutes = {
            month: int((data[f"m{month}"] or 0) * self.unit.minutes_per_month)
            for month in self.months
            if f"m{month}" in changed
        }
        return TypedRole(
            name=data["name"], skill_id=data["skill"], department=data["department"], minutes=minutes,
            pk=self.role.pk if self.role else None, version=data["version"] or 0, is_gone=data["is_gone"],
        )  # fmt: skip


def forms_of(
    roles: Sequence[RoleDemand], *, data: QueryDict | None, months: Sequence[int],
    skills: Sequence[tuple[int, str]], unit: PersonTime,
) -> list[RoleForm]:  # fmt: skip
    """A form for each role, and some for new ones; of what is sent, for those roles that the page had."""
    shared: dict[str, Any] = {"months": months, "skills": skills, "unit": unit}
    if data is not None:
        roles = [role for role in roles if f"r{role.pk}-version" in data]
    found = [
        RoleForm(data, role=role, prefix=f"r{role.pk}", initial=_initial(role, months, unit), **shared)
        for role in roles
    ]
    found += [RoleForm(data, role=None, prefix=f"n{place}", **shared) for place in range(EMPTY_ROWS)]
    return found


def gone_rows(data: QueryDict, there: set[int]) -> list[TypedRole]:
    """Rows that the page had and that are there no more: another user has taken them out."""
    sent = (_ROW.fullmatch(name) for name in data)
    gone = sorted({int(found[1]) for found in sent if found} - there)
    return [TypedRole(data.get(f"r{pk}-name", "")[:80], None, "", pk=pk) for pk in gone[:1]]


def _initial(role: RoleDemand, months: Sequence[int], unit: PersonTime) -> dict[str, Any]:
    minutes = role.by_month
    shown = {f"m{month}": person_months_of(minutes[month], unit) for month in months if minutes.get(month)}
    return {
        "name": role.name, "skill": role.skill_id, "department": role.department, "version": role.version, **shown
    }  # fmt: skip
