"""The progress curve for paper: the same geometry as on the page, with its colours in the picture."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from config.web.formats import month_name
from config.web.inks import inked
from reports.charts.curve import BOTTOM, HEIGHT, LEFT, RIGHT, WIDTH
from reports.documents.paper.fonts import FAMILY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reports.charts.curve import Curve, Tick

STYLE: Final = f"""
text{{font-family:{FAMILY};font-size:11px;fill:var(--ink-3)}}.strong{{fill:var(--ink);font-weight:700}}
.grid{{stroke:var(--line)}}.area{{fill:var(--accent-soft)}}.now{{stroke:var(--accent);stroke-dasharray:2 2}}
.plan{{fill:none;stroke:var(--ink-3);stroke-width:1.5;stroke-dasharray:4 3}}
.actual{{fill:none;stroke:var(--accent);stroke-width:2}}.dot{{fill:var(--accent)}}
.forecast{{fill:none;stroke:var(--late);stroke-width:1.5;stroke-dasharray:2 3}}
"""


def draw_curve(curve: Curve) -> bytes:
    """As SVG, with the names of its lines in the corner."""
    area = f'<polygon class="area" points="{curve.area}"/>' if curve.area else ""
    content = (
        f'{area}<path class="now" d="M{curve.now_x} 6V{BOTTOM}"/><polyline class="plan" points="{curve.plan}"/>'
        f"{_line('forecast', curve.forecast)}{_line('actual', curve.actual)}{_words(curve)}"
    )
    return framed(STYLE, [(f"{level}%", at) for level, at in curve.levels], curve.months, content)


def framed(style: str, levels: Iterable[tuple[str, float]], months: Iterable[Tick], content: str) -> bytes:
    """A curve with its axes, as SVG: levels with what they are called and where they are, and the names of months."""
    grid = "".join(
        f'<path class="grid" d="M{LEFT} {at}H{RIGHT}"/><text x="{LEFT - 6}" y="{at + 4}" text-anchor="end">{escape(level)}</text>'
        for level, at in levels
    )
    names = "".join(
        f'<text x="{tick.at}" y="{HEIGHT - 5}">{escape(month_name(tick.day))}</text>' for tick in months
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"<style>{inked(style)}</style>{grid}{names}{content}</svg>"
    ).encode()


def _line(name: str, points: str) -> str:
    return f'<polyline class="{name}" points="{points}"/>' if points else ""


def _words(curve: Curve) -> str:
    """The two figures of today, beside their lines."""
    aside, anchor = (-8, "end") if curve.is_flipped else (8, "start")
    actual = (
        f'<circle class="dot" cx="{curve.now_x}" cy="{curve.now_y}" r="4"/>'
        f'<text class="strong" x="{curve.now_x + aside}" y="{curve.now_y + 16}" text-anchor="{anchor}">'
        f"{escape(_('実績'))} {curve.actual_percentage}%</text>"
        if curve.actual
        else ""
    )
    return (
        f'{actual}<text x="{curve.now_x - 8}" y="{curve.plan_y - 8}" text-anchor="end">'
        f"{escape(_('計画'))} {curve.plan_percentage}%</text>"
    )
