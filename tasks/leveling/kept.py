"""A levelled plan as it is kept between its job and its page: ids and figures, no names, as JSON."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from tasks.leveling.running import Figures, Leveling, Moved
from tasks.scheduling.leveling.diagnose import Clash, TooManyUnits
from tasks.scheduling.leveling.leveled import Delay
from tasks.scheduling.leveling.plan_bound import PlanBound, Stretch

if TYPE_CHECKING:
    from collections.abc import Mapping


def to_json(found: Leveling) -> dict[str, Any]:
    """All of it as lists: a plan of 10,000 tasks that all move takes about a megabyte."""
    return {
        "revision": found.revision,
        "digest": found.digest,
        "within_slack": found.within_slack,
        "now": _figures(found.now),
        "then": _figures(found.then),
        "moved": [astuple(one) for one in found.moved],
        "delays": [astuple(one) for one in found.delays],
        "too_many_units": [astuple(one)[:4] for one in found.too_many_units],
        "clashes": [astuple(one) for one in found.clashes],
        "changes": list(found.changes.items()),
        "bound": None if found.bound is None else astuple(found.bound),
        "days_sooner": found.days_sooner,
    }


def from_json(kept: Mapping[str, Any]) -> Leveling:
    """The same again."""
    return Leveling(
        revision=kept["revision"],
        digest=kept["digest"],
        within_slack=kept["within_slack"],
        now=_read_figures(kept["now"]),
        then=_read_figures(kept["then"]),
        moved=tuple(Moved(*one) for one in kept["moved"]),
        delays=tuple(Delay(*one) for one in kept["delays"]),
        too_many_units=tuple(TooManyUnits(*one) for one in kept["too_many_units"]),
        clashes=tuple(
            Clash(cause, person, tuple(task_ids), begin, end)
            for cause, person, task_ids, begin, end in kept["clashes"]
        ),
        changes=dict(kept["changes"]),
        bound=_read_bound(kept.get("bound")),  # what was kept before there were bounds has none
        days_sooner=kept.get("days_sooner"),
    )


def _read_bound(kept: list[Any] | None) -> PlanBound | None:
    if kept is None:
        return None
    finish, task_ids, stretch = kept
    return PlanBound(finish, tuple(task_ids), None if stretch is None else Stretch(*stretch))


def _figures(figures: Figures) -> list[Any]:
    return [figures.finish, figures.missed_deadlines, figures.too_full]


def _read_figures(kept: list[Any]) -> Figures:
    finish, missed, too_full = kept
    return Figures(finish, tuple(missed), tuple((person, day) for person, day in too_full))
