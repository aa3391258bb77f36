"""What a simulation found, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from config.web import formats
from projects.worktime.moments import ends_on
from tasks.models import ProjectIssue, Task

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tasks.risk.running import RiskFound
    from tasks.scheduling.risk.outlook import Chance, Percentile


def in_time_text(day: date, chance: Chance) -> str:
    """期限 2027/03/31 に間に合う確率 62%."""
    return _("期限 %(day)s に間に合う確率 %(chance)s") % {
        "day": formats.day_plain(day),
        "chance": chance_text(chance.probability),
    }


def chance_text(share: float) -> str:
    """In whole percent; never 0 % or 100 % for what is only rare or nearly sure."""
    if 0 < share < 0.01:
        return _("1%未満")
    if 0.99 < share < 1:
        return _("99%超")
    return formats.percent(round(share * 100))


def error_text(chance: Chance) -> str:
    """標準誤差 ±1.5 points."""
    return _("標準誤差 ±%(points)sポイント") % {"points": formats.number(round(chance.error * 100, 1), 1)}


def between_text(one: Percentile) -> str:
    """The days between which a percentile lies with one standard error; nothing where it is one day."""
    low, high = ends_on(one.low), ends_on(one.high)
    return "" if low == high else _("標準誤差の幅 %(days)s") % {"days": formats.day_range(low, high)}


def titles_of(ids: Iterable[int]) -> dict[int, str]:
    """「1.2 設計」 by id; one query."""
    rows = Task.objects.filter(pk__in=list(ids)).values_list("pk", "wbs_code", "name")
    return {pk: f"{code} {name}".strip() for pk, code, name in rows}


def names_of(risks: Iterable[RiskFound]) -> list[str]:
    """What risks are called; those of the list of the project as it has them now. One query, where there are any of these."""
    some = list(risks)
    ids = [one.issue for one in some if one.issue]
    names = dict(ProjectIssue.objects.filter(pk__in=ids).values_list("pk", "title"))
    return [names.get(one.issue, formats.NONE) if one.issue else one.name for one in some]
