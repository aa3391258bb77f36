"""Form fields for what Japanese offices type: days as 2026/11/24, amounts with commas, words with 、."""

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_DAY = re.compile(r"(?:(?P<year>\d{4})[-/.年]?)?(?P<month>\d{1,2})[-/.月]?(?P<day>\d{1,2})日?(?:\(.\))?")
EARLIEST, LATEST = dt.date(1970, 1, 1), dt.date(2149, 12, 31)


class DayInput(forms.DateInput):
    """A text field, to which a script adds a calendar: what a date field shows by itself hangs on the browser's language."""

    def __init__(self) -> None:
        super().__init__(
            format="%Y/%m/%d",
            attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 20, "data-day": True},
        )


class DayField(forms.DateField):
    """A day: 2026/11/24, 2026-11-24, 20261124, 2026年11月24日, or 11/24 of this year."""

    widget = DayInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error_messages["invalid"] = _("日付は 2026/11/24 のように入力してください。")
        self.error_messages["range"] = _("1970年から2149年までの日にしてください。")

    def to_python(self, value: Any) -> dt.date | None:
        """Read what was typed."""
        if not isinstance(value, str):
            return super().to_python(value)
        text = unicodedata.normalize("NFKC", value).replace(" ", "")
        if not text:
            return None
        match = _DAY.fullmatch(text)
        if not match:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            year = int(match["year"] or timezone.localdate().year)
            day = dt.date(year, int(match["month"]), int(match["day"]))
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
        if not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(self.error_messages["range"], code="range")
        return day


class YenField(forms.DecimalField):
    """An amount in yen, as it is typed: with commas, a ¥ sign, or full-width figures."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_digits": 15, "decimal_places": 0} | kwargs)
        self.error_messages["invalid"] = _("金額は 12,000,000 のように数字で入力してください。")

    def to_python(self, value: Any) -> Any:
        """Take commas and signs off before reading the number."""
        text = unicodedata.normalize("NFKC", str("" if value is None else value))
        return super().to_python(re.sub(r"[,¥\\円\s]", "", text))

    def prepare_value(self, value: Any) -> Any:
        """Show stored amounts with commas, and sen where there are some; typed text as it was typed."""
        if not isinstance(value, Decimal | int):
            return value
        return f"{value:,.{0 if value == int(value) else 2}f}"


class TagsField(forms.CharField):
    """Tags, separated by commas or 、."""

    def to_python(self, value: Any) -> Any:
        """A list without doubles, in the order typed."""
        text = super().to_python(value) or ""
        tags = (tag.strip()[:40] for tag in re.split("[,、，]", text))
        return list(dict.fromkeys(tag for tag in tags if tag))

    def prepare_value(self, value: Any) -> Any:
        """A stored list as text."""
        return _("、").join(value) if isinstance(value, list) else value
