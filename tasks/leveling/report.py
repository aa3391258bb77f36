"""What levelling found, as plain data for other programs and as lines for a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from config.web import formats
from projects.worktime.moments import day_of, ends_on
from tasks.leveling.words import Words, best_text, overlaps_of

if TYPE_CHECKING:
    from tasks.leveling.running import Figures, Leveling
    from tasks.scheduling.leveling.plan_bound import PlanBound

#: So many delays are said one by one on a terminal.
MOST_LINES: Final = 50


def plain_of(found: Leveling) -> dict[str, Any]:
    """All of it as JSON has it: moments as ISO texts on the clock of the plan, lengths in minutes of the clock."""
    return {
        "revision": found.revision,
        "input": found.digest,
        "within_slack": found.within_slack,
        "now": _figures(found.now),
        "levelled": _figures(found.then),
        "bound": None if found.bound is None else _bound(found.bound, found.days_sooner),
        "moved": [
            {
                "task": one.task_id,
                "from": [_moment(one.start_before), _moment(one.finish_before)],
                "to": [_moment(one.start), _moment(one.finish)],
            }
            for one in found.moved
        ],
        "delays": [
            {
                "task": one.task_id, "minutes": one.minutes, "wanted": _moment(one.wanted_start), "start": _moment(one.start),
                "person": one.person_id, "blocking_task": one.blocking_task_id, "why": one.why,
            }
            for one in found.delays
        ],
        "changes": found.changes,
        "too_many_units": [
            {"task": one.task_id, "person": one.person_id, "units": one.units / 10_000, "there": one.capacity / 10_000}
            for one in found.too_many_units
        ],
        "clashes": [
            {
                "cause": one.cause, "person": one.person_id, "tasks": list(one.task_ids),
                "from": _moment(one.begin), "to": _moment(one.end),
            }
            for one in found.clashes
        ],
    }  # fmt: skip


def lines_of(found: Leveling) -> list[str]:
    """What a user at a terminal reads."""
    now, then = found.now, found.then
    lines = [
        _("終了: %(now)s → %(then)s") % {"now": formats.day_plain(ends_on(now.finish)), "then": formats.day_plain(ends_on(then.finish))},
        _("動くタスク: %(count)s件") % {"count": formats.number(len(found.moved))},
        _("期限に遅れるタスク: %(now)s件 → %(then)s件")
        % {"now": formats.number(len(now.missed_deadlines)), "then": formats.number(len(then.missed_deadlines))},
        _("負荷が超過する人日: %(now)s → %(then)s")
        % {"now": formats.number(len(now.too_full)), "then": formats.number(len(then.too_full))},
    ]  # fmt: skip
    delays = found.delays[:MOST_LINES]
    overlaps = overlaps_of(found.clashes)
    words = Words(delays, found.too_many_units, overlaps, found.bound)
    if found.bound is not None and found.days_sooner is not None and then.finish is not None:
        lines += [best_text(found.days_sooner), f"  {words.because(found.bound)}"]
    lines += [f"  {words.task(one.task_id)}: {words.reason(one)}" for one in delays]
    lines += [f"  {words.too_many(one)} {words.enough(one)}" for one in found.too_many_units]
    return lines + [f"  {words.overlap(one)} {words.way_out(one)}" for one in overlaps]


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "finish": None if figures.finish is None else _moment(figures.finish),
        "missed_deadlines": list(figures.missed_deadlines),
        "overallocated_days": [[person, day_of(day).isoformat()] for person, day in figures.too_full],
    }


def _bound(bound: PlanBound, days_sooner: int | None) -> dict[str, Any]:
    """No plan ends before `finish`. Hours of the person are minutes × units / 60: what is left of them, and what is to be done."""
    stretch = bound.stretch
    return {
        "finish": _moment(bound.finish),
        "days_sooner": days_sooner,
        "tasks": list(bound.task_ids),
        "stretch": None if stretch is None else {
            "person": stretch.person_id, "from": _moment(stretch.begin), "to": _moment(stretch.end),
            "hours_there": stretch.room / 600_000, "hours_needed": stretch.work / 600_000,
        },
    }  # fmt: skip


def _moment(minute: int) -> str:
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%M")
