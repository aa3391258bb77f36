"""Projects put together: by their category, or by when they are expected to end. Sums first, indices from the sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reports.earned.formulas import EarnedValue
from reports.figures.finish import finish_of
from reports.performance.across.selectors import Across, expected

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from projects.models import Organization
    from reports.portfolio.selectors import Seen

BY: Final = ("category", "year", "quarter", "month")
#: Lines of the table; what comes after them is one line.
MOST_GROUPS: Final = 40
MONTHS: Final = {"year": 12, "quarter": 3, "month": 1}


@dataclass(frozen=True, slots=True)
class Group:
    """Projects of one category or period; `key` is nothing where they have none, or are the rest."""

    key: str
    #: The first month of a period: the year, and the month from 0.
    begins: tuple[int, int] | None
    count: int
    value: EarnedValue
    eac: int
    margin: int | None
    is_rest: bool = False


def key_of(project: Seen, by: str, organization: Organization) -> str:
    """Which group a project belongs to: its category, or the first month of the office's period in which it is expected to end."""
    if by == "category":
        return project.category.strip()
    day = finish_of(project).expected_on
    return "" if day is None else _first_month(day, MONTHS[by], organization.fiscal_year_start_month)


def _first_month(day: dt.date, length: int, first_month: int) -> str:
    """The first month of the period of so many months, periods beginning with the office's year, 1 to 12."""
    months = day.year * 12 + day.month - first_month
    year, month = divmod(months - months % length + first_month - 1, 12)
    return f"{year:04}-{month + 1:02}"


def grouped(
    rows: Iterable[Across], by: str, organization: Organization, tree: Mapping[int, Seen]
) -> list[Group]:
    """Categories by their budget, the largest first; periods in their order; those without one last."""
    parts: dict[str, list[Across]] = {}
    for row in rows:
        parts.setdefault(key_of(row.project, by, organization), []).append(row)
    found = [_group(key, members, by, tree) for key, members in parts.items()]
    order = (
        (lambda each: (not each.key, -each.value.bac))
        if by == "category"
        else (lambda each: (not each.key, each.key))
    )
    found.sort(key=order)
    if len(found) <= MOST_GROUPS:
        return found
    rest = [row for each in found[MOST_GROUPS - 1 :] for row in parts[each.key]]
    return [*found[: MOST_GROUPS - 1], _group("", rest, by, tree, is_rest=True)]


def total_of(rows: Iterable[Across], tree: Mapping[int, Seen]) -> Group:
    """All of them together."""
    return _group("", list(rows), "category", tree)


def _group(
    key: str, rows: list[Across], by: str, tree: Mapping[int, Seen], *, is_rest: bool = False
) -> Group:
    value = EarnedValue(
        sum(row.value.bac for row in rows), sum(row.value.pv for row in rows),
        sum(row.value.ev for row in rows), sum(row.value.ac for row in rows),
    )  # fmt: skip
    begins = None if by == "category" or not key else (int(key[:4]), int(key[5:]) - 1)
    eac = sum(expected(row.value) for row in rows)
    return Group(key, begins, len(rows), value, eac, _margin(rows, tree), is_rest)


def _margin(rows: list[Across], tree: Mapping[int, Seen]) -> int | None:
    """Of all contracts; one that stands below another one is counted within it."""
    members = {row.project.id for row in rows if row.margin is not None}
    found = [
        row.margin for row in rows if row.margin is not None and not _is_within(row.project, members, tree)
    ]
    return sum(found) if found else None


def _is_within(project: Seen, members: set[int], tree: Mapping[int, Seen]) -> bool:
    above = tree.get(project.parent_id or 0)
    while above is not None:
        if above.id in members:
            return True
        above = tree.get(above.parent_id or 0)
    return False
