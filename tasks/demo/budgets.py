"""What the demo's largest project pays and earns beside the hours of its people: one order that does not cover it yet."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from projects.permissions import System
from tasks.budget.services import TypedLine, save_lines
from tasks.models import BudgetLine
from tasks.staffing.months import month_number

if TYPE_CHECKING:
    from datetime import date

    from projects.models import Project

#: Kind, what it is, with whom, and planned amounts (in 10,000 yen) by months from three months ago on.
_LINES: Final = (
    ("outsourcing", "画面開発の委託（生産管理・会計連携・帳票の三つの領域）", "架空テクノロジーズ株式会社", (80, 120, 120, 160, 160, 120, 80)),
    ("outsourcing", "性能試験", "みほん検証サービス株式会社", (0, 0, 0, 0, 0, 90, 90)),
    ("expense", "検証環境の利用料", "", (12, 12, 12, 12, 12, 12, 12)),
    ("expense", "出張旅費", "", (5, 8, 5, 10, 5, 5, 5)),
    ("revenue", "要件定義の検収", "見本商事株式会社", (0, 900)),
    ("revenue", "基本設計の検収", "見本商事株式会社", (0, 0, 0, 0, 800)),
)  # fmt: skip
#: What came of the months that are over: so many percent of what was planned.
_CAME: Final = 108
_BACK: Final = 3


def write_budget(project: Project, *, today: date) -> None:
    """Planned amounts of all lines, and what came until last month; sales come as they were agreed on."""
    first, actor = month_number(today) - _BACK, System("demo")
    typed = [
        TypedLine(kind, name, partner, amounts=_amounts(amounts, first))
        for kind, name, partner, amounts in _LINES
    ]
    save_lines(project=project, actor=actor, layer="planned", typed=typed)
    lines = BudgetLine.objects.filter(project=project).order_by("pk")
    came = [
        TypedLine(
            kind, name, partner, pk=line.pk, version=line.version,
            amounts=_amounts(amounts[:_BACK], first, 100 if kind == "revenue" else _CAME),
        )
        for line, (kind, name, partner, amounts) in zip(lines, _LINES, strict=True)
    ]  # fmt: skip
    save_lines(project=project, actor=actor, layer="actual", typed=came)


def _amounts(amounts: tuple[int, ...], first: int, percent: int = 100) -> dict[int, Decimal | None]:
    return {first + place: Decimal(amount * 100 * percent) for place, amount in enumerate(amounts) if amount}
