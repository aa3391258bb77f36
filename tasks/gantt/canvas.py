"""What stays the same over one chart: scale, words in the reader's language, days off, what is switched on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from django.core.exceptions import ValidationError
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.web.fields import DayField
from projects.caching import generation, per_revision
from projects.calendars.services import rules_of
from projects.worktime.calendars import Calendars
from projects.worktime.errors import WorktimeError
from projects.worktime.moments import day_number, day_of, first_day_of, last_day_of
from tasks.gantt.geometry.rows import Canvas, ShadedDays, Shown
from tasks.gantt.geometry.scale import DEFAULT_ZOOM, ZOOMS, Scale
from tasks.gantt.geometry.words import ChartWords, weekday_of
from tasks.gantt.window import plan_days, with_agreed
from tasks.plan.agreed import agreed_span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from projects.models import Project
    from projects.worktime.rules import CalendarRules

#: What the toolbar switches; `show=` in the address lists those that are on.
SWITCHES: Final = ("critical", "line", "slack", "baseline")
DEFAULT_SHOWN: Final = "critical line baseline"
#: A progress line of before stands among the switches by its day: "line@2026-11-01". So many are drawn at most.
_PAST: Final = "line@"
MOST_PAST: Final = 3


@dataclass(frozen=True, slots=True)
class View:
    """How a user looks at a chart, as the address says it; nonsense falls back to the ordinary."""

    zoom: str
    shown: frozenset[str]
    day: int | None
    #: Days of which the progress line of then is drawn, too, the latest first.
    past: tuple[int, ...] = ()

    @classmethod
    def read(cls, query: Mapping[str, str]) -> View:
        zoom = query.get("zoom", DEFAULT_ZOOM)
        asked = query.get("show", DEFAULT_SHOWN).split()
        days = [_day(word.removeprefix(_PAST)) for word in asked if word.startswith(_PAST)]
        # One more may be typed beside them.
        past = {day for day in [_typed_day(query.get("past", "")), *days] if day is not None}
        return cls(
            zoom=zoom if zoom in ZOOMS else DEFAULT_ZOOM,
            shown=frozenset(asked) & set(SWITCHES),
            day=_day(query.get("date")),
            past=tuple(sorted(past, reverse=True)[:MOST_PAST]),
        )

    def with_switch(self, name: str) -> str:
        """The value of `show=` with one switch turned over."""
        return self._spelled([each for each in SWITCHES if (each in self.shown) != (each == name)], self.past)

    def without_past(self, day: int) -> str:
        """The value of `show=` without one of the lines of before."""
        return self._spelled(self._on, [each for each in self.past if each != day])

    @property
    def show(self) -> str:
        return self._spelled(self._on, self.past)

    @property
    def _on(self) -> list[str]:
        return [switch for switch in SWITCHES if switch in self.shown]

    @staticmethod
    def _spelled(switches: Sequence[str], past: Sequence[int]) -> str:
        return " ".join([*switches, *(f"{_PAST}{day_of(day)}" for day in past)])


def _day(text: str | None) -> int | None:
    try:
        return day_number(date.fromisoformat(text)) if text else None
    except ValueError:
        return None


def _typed_day(text: str) -> int | None:
    """As people type a day; what is none is passed over."""
    try:
        found = DayField(required=False).clean(text[:20])
    except ValidationError:
        return None
    return day_number(found) if found else None


def make_canvas(project: Project, view: View) -> Canvas:
    """The sheet of a project. Where the axis is drawn too, it needs `with_days_off`."""
    # Whether it is shown or not: pieces of one chart have to lie on one scale.
    agreed = agreed_span(project.pk)
    scale = Scale.around(ZOOMS[view.zoom], *with_agreed(plan_days(project), agreed))
    today = day_number(timezone.localdate())
    # Without a status date progress is judged by last night, as lateness is.
    status_day = day_number(project.status_on) if project.status_on else today - 1
    before, _zero, behind = reverse("tasks:task_detail", args=[0]).rpartition("0")
    return Canvas(
        scale=scale,
        words=chart_words(),
        today=today,
        task_url=(before, behind),
        icons=static("img/icons.svg"),
        status_day=status_day,
        # What is to come has no progress of then.
        past_days=tuple(day for day in view.past if day < status_day) if "line" in view.shown else (),
        shown=Shown(
            critical="critical" in view.shown,
            progress_line="line" in view.shown,
            slack="slack" in view.shown,
            baseline="baseline" in view.shown and agreed is not None,
        ),
    )


def with_days_off(sheet: Canvas, project: Project, tiles: Sequence[int]) -> Canvas:
    """The same sheet, which knows the days off under some pieces of its axis."""
    scale = sheet.scale
    if not tiles or scale.zoom.shading == "none":
        return sheet
    # Stretches of holidays are found across the edges of a tile.
    first = scale.tile_days(min(tiles)).start - 21
    last = scale.tile_days(max(tiles)).stop + 21
    # Its calendar, and those it comes from, change with the organization.
    changes = generation(project.organization_id)
    found = per_revision(
        project, f"gantt:{first}..{last}:days-off:g{changes}",
        lambda: days_off(project.calendar_id, first, last),
    )  # fmt: skip
    return replace(sheet, days_off=found)


def days_off(calendar_id: int, first: int, last: int) -> ShadedDays:
    """The days without work in a calendar: weekly ones, and what differs from the week."""
    rules = rules_of([calendar_id])
    weekly = frozenset(weekday for weekday in range(7) if not _works_on(rules, calendar_id, weekday))
    try:
        shifts = Calendars(rules).calendar(calendar_id).shifts_of(first, last)
    except WorktimeError:
        return ShadedDays(weekdays=weekly)
    # A night shift, or a calendar without nights, works on more days than the one it begins on.
    worked = {day for start, end in shifts for day in range(first_day_of(start), last_day_of(end) + 1)}
    days = range(first, last)
    return ShadedDays(
        weekdays=weekly,
        holidays={day: "" for day in days if day not in worked and weekday_of(day) not in weekly},
        worked=frozenset(day for day in days if day in worked and weekday_of(day) in weekly),
    )


def _works_on(rules: Iterable[CalendarRules], calendar_id: int, weekday: int) -> bool:
    """Whether the ordinary week has work on a weekday, here or in the calendar it comes from."""
    by_id = {one.id: one for one in rules}
    found = by_id.get(calendar_id)
    while found is not None:
        shifts = found.week[weekday]
        if shifts is not None:
            return bool(shifts)
        found = by_id.get(found.base_id) if found.base_id is not None else None
    return weekday < 5


def chart_words() -> ChartWords:
    """The chart's words and date patterns in the language of the request."""
    return ChartWords(
        weekdays=(
            pgettext("weekday", "月"), pgettext("weekday", "火"), pgettext("weekday", "水"),
            pgettext("weekday", "木"), pgettext("weekday", "金"), pgettext("weekday", "土"),
            pgettext("weekday", "日"),
        ),
        month_names=(
            _("1月"), _("2月"), _("3月"), _("4月"), _("5月"), _("6月"),
            _("7月"), _("8月"), _("9月"), _("10月"), _("11月"), _("12月"),
        ),
        long_day=_("{year}/{month:02}/{day:02}（{weekday}）"),
        short_day=_("{month}/{day}"),
        year_month=_("{year}年{month}月"),
        month=_("{month}月"),
        year=_("{year}年"),
        months=_("{first}–{last}月"),
        from_to=_("{start}から{finish}"),
        progress=_("進捗 {percent}%"),
        critical=_("クリティカルパス"),
        late=_("{days}日遅れ"),
        assigned=_("担当 {names}"),
        deadline=_("期限 {date}"),
        baseline=_("ベースライン {days}"),
        status=_("基準日 {date}"),
        today=_("今日"),
        milestone=_("マイルストーン"),
        separator=_("、"),
    )  # fmt: skip
