"""The small pieces that repeat hundreds of times on a page, built as escaped strings.

A template include per row costs more than the row itself; these are the pieces that rows are made of.
Larger pieces are templates in `templates/components/`.
"""

from functools import cache, lru_cache
from typing import Final

from django.templatetags.static import static
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from config.web.formats import NONE, Number

# State → (icon, modifier). A state is always an icon and a word; the hue comes last.
STATES: Final = {
    "planning": ("circle-dashed", ""),
    "active": ("circle-dot", "active"),
    "completed": ("circle-check", "done"),
    "suspended": ("circle-pause", "hold"),
    "cancelled": ("circle-slash", ""),
    "not_started": ("circle", ""),
    "in_progress": ("circle-dot", "active"),
    "on_hold": ("circle-pause", "hold"),
    "late": ("triangle-alert", "late"),
    "critical": ("route", ""),
}
_BADGE_TONES: Final = {"active": "active", "done": "good", "hold": "warn", "late": "late", "": ""}
# Percentage points behind the plan from which a bar turns red.
BEHIND_POINTS: Final = 10


@cache
def _sprite() -> str:
    return static("img/icons.svg")


@lru_cache(maxsize=2048)
def icon(name: str, modifier: str = "") -> SafeString:
    """One symbol of the sprite; `modifier` is s, l or xl."""
    size = f" icon--{modifier}" if modifier else ""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>', size, _sprite(), name
    )


def state_icon(state: str) -> SafeString:
    """The icon of a state."""
    return icon(STATES.get(state, ("circle", ""))[0])


@lru_cache(maxsize=2048)
def status(state: str, label: str) -> SafeString:
    """Icon and word, for tables."""
    name, tone = STATES.get(state, ("circle", ""))
    css = f" status--{tone}" if tone else ""
    return format_html('<span class="status{}">{}{}</span>', css, icon(name), label)


@lru_cache(maxsize=2048)
def badge(label: str, tone: str = "", name: str = "") -> SafeString:
    """Icon and word, for headers and lists; `tone` is active, good, warn, late or empty."""
    css = f" badge--{tone}" if tone else ""
    return format_html('<span class="badge{}">{}{}</span>', css, icon(name) if name else "", label)


@lru_cache(maxsize=2048)
def status_badge(state: str, label: str) -> SafeString:
    """The badge of a state."""
    name, tone = STATES.get(state, ("circle", ""))
    return badge(label, _BADGE_TONES[tone], name)


@lru_cache(maxsize=2048)
def avatar(name: str, key: int, modifier: str = "") -> SafeString:
    """First letter of a name on one of five tones, the same for a person everywhere."""
    size = f" avatar--{modifier}" if modifier else ""
    return format_html(
        '<span class="avatar avatar--{}{}" aria-hidden="true">{}</span>', key % 5 + 1, size, name[:1].upper()
    )


@lru_cache(maxsize=2048)
def person(name: str | None, key: int | None) -> SafeString:
    """Avatar and full name; a dash where no one is named."""
    if not name:
        return SafeString(NONE)
    return format_html('<span class="person">{}<span>{}</span></span>', avatar(name, key or 0), name)


def meter(percentage: Number | None, plan: Number | None = None) -> SafeString:
    """Progress bar with its figure: the fill is actual, the tick is the plan for today."""
    if percentage is None:
        return SafeString(f'<span class="faint">{NONE}</span>')
    actual = min(max(round(percentage), 0), 100)
    planned = None if plan is None else min(max(round(plan), 0), 100)
    tone, tick = "", ""
    if actual >= 100:
        tone = " progress--done"
    elif planned is not None and planned - actual >= BEHIND_POINTS:
        tone = " progress--late"
    label = _("進捗 %(actual)s%%") % {"actual": actual}
    if planned is not None and actual < 100:
        label = _("進捗 %(actual)s%%、計画 %(plan)s%%") % {"actual": actual, "plan": planned}
        tick = f'<line class="progress__plan" x1="{planned}" x2="{planned}" y1="0" y2="12"/>'
    # Whole numbers and an escaped label: nothing a person typed comes in here unescaped.
    return mark_safe(  # nosec B308 B703
        f'<span class="meter"><svg class="progress{tone}" viewBox="0 0 100 12" preserveAspectRatio="none" role="img"'
        f' aria-label="{escape(label)}"><rect class="progress__track" y="3" width="100" height="6"/>'
        f'<rect class="progress__fill" y="3" width="{actual}" height="6"/>{tick}</svg><span>{actual}%</span></span>'
    )


def count(value: int | None) -> SafeString:
    """A number of late things: red when there are some, faint when there are none."""
    if value is None:
        return SafeString(f'<span class="faint">{NONE}</span>')
    return format_html('<span class="{}">{}</span>', "is-late" if value else "faint", f"{value:,}")


def attributes(**values: str | int | bool | None) -> SafeString:
    """HTML attributes from keywords: `aria_label` → aria-label; True → bare, None and False → left out."""
    parts = []
    for key, value in values.items():
        if value is None or value is False:
            continue
        name = key.rstrip("_").replace("_", "-")
        parts.append(name if value is True else f'{name}="{conditional_escape(str(value))}"')
    # Every value went through conditional_escape; the names are our own keywords.
    return mark_safe(" ".join(parts))  # nosec B308 B703
