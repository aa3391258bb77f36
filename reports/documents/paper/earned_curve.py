"""The curve of earned value for paper: the same geometry as on the page, with its colours in the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.charts.curve import BOTTOM
from reports.documents.paper.curve import framed
from reports.documents.paper.fonts import FAMILY

if TYPE_CHECKING:
    from reports.charts.earned import EarnedChart
    from reports.documents.contents import EarnedCurve

STYLE: Final = f"""
text{{font-family:{FAMILY};font-size:11px;fill:var(--ink-3)}}.strong{{fill:var(--ink);font-weight:700}}
.grid{{stroke:var(--line)}}.now{{stroke:var(--accent);stroke-dasharray:2 2}}.cone{{fill:var(--warn-soft)}}
.plan{{fill:none;stroke:var(--ink-3);stroke-width:1.5;stroke-dasharray:4 3}}
.spent{{fill:none;stroke:var(--warn-mid);stroke-width:2}}
.earned{{fill:none;stroke:var(--accent);stroke-width:2}}.dot{{fill:var(--accent)}}
"""


def draw_earned_curve(earned: EarnedCurve) -> bytes:
    """As SVG; the lines are named below the title."""
    chart = earned.chart
    cone = f'<polygon class="cone" points="{chart.cone}"/>' if chart.cone else ""
    lines = "".join(
        f'<polyline class="{name}" points="{points}"/>'
        for name, points in (("plan", chart.planned), ("spent", chart.actual), ("earned", chart.earned))
    )
    now = f'<path class="now" d="M{chart.now_x} 6V{BOTTOM}"/>'
    return framed(STYLE, chart.levels, chart.months, f"{cone}{now}{lines}{_ends(chart)}")


def _ends(chart: EarnedChart) -> str:
    """The letters of both lines beside their ends, the upper one above and the lower one below."""
    aside, anchor = (-8, "end") if chart.is_flipped else (8, "start")
    above, below = -6, 16
    earned, actual = (above, below) if chart.earned_above else (below, above)
    x = chart.now_x + aside
    return (
        f'<circle class="dot" cx="{chart.now_x}" cy="{chart.earned_y}" r="4"/>'
        f'<text class="strong" x="{x}" y="{chart.earned_y + earned}" text-anchor="{anchor}">EV</text>'
        f'<text x="{x}" y="{chart.actual_y + actual}" text-anchor="{anchor}">AC</text>'
    )
