"""Who works on a task, and what gives way when people, work or duration change.

As in Microsoft Project, by the type of the task: see `tasks/scheduling/effort.py`. What is done stays done; only what
remains is shared anew, and the percentage of a task that becomes longer or shorter so is what its done part is of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.utils.translation import gettext as _

from config.web import formats
from projects.errors import RuleBrokenError
from projects.worktime.moments import MINUTES_PER_DAY
from resources.models import ResourceKind
from tasks.plan.actions.team import (
    FIGURES,
    KINDS,
    NEEDED,
    AssignmentDraft,
    Seats,
    Team,
    TeamOutcome,
    drafts_of,
    outcome_of,
    plain,
    put_figures,
    put_rows,
    team_of,
    weighs,
)
from tasks.scheduling.effort import (
    shared_anew,
    with_duration,
    with_duration_and_work,
    with_team,
    with_whole_work,
)
from tasks.scheduling.reference.shares import Share, portions, whole_part

if TYPE_CHECKING:
    from resources.models import Resource
    from tasks.models import Task
    from tasks.plan.unit import PlanUnit

#: A person on a task this much or more at once is refused; more than 100 is only a warning.
MOST_UNITS: Final = 200
LONGEST_TASK_MINUTES: Final = 3653 * MINUTES_PER_DAY
#: Fields of a task that others may have to give way to.
WEIGHED: Final = frozenset({"duration_minutes", "work_minutes", *KINDS})


class Followed(NamedTuple):
    """Fields that are others now than before, for the record; those of the task are set, and not saved yet."""

    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def columns(self) -> list[str]:
        """Those that the task has to save."""
        return [name for name in FIGURES if name in self.after]


def set_people(plan: PlanUnit, task: Task, asked: Mapping[int, Decimal | int | None]) -> None:
    """Replace who works on a task: {resource id: percent}; None where no share was said. Raises RuleBrokenError."""
    record = plan.record
    plan.rows.refresh(task, NEEDED)
    known = plan.rows.resources(list(asked))
    if set(asked) - set(known):
        raise RuleBrokenError(_("この担当者は選べません。一覧から選び直してください。"), field="assignees")
    team = team_of(task, plan.rows.assignments(task))
    there = team.seats
    seats: Seats = {
        pk: there.get(pk, AssignmentDraft(Decimal(100)))._replace(
            percent=Decimal(100 if each is None else each)
        )
        for pk, each in asked.items()
    }
    _check_typed(team, seats, known)
    plan.rows.bring_in([known[pk] for pk in seats if pk not in there])
    outcome = None
    if team.weighs:
        units = {
            pk: round(float(seat.percent) / 100, 4)
            for pk, seat in seats.items()
            if known[pk].kind != ResourceKind.MATERIAL
        }
        outcome = _regrouped(team, units, is_open=all(asked[pk] is None for pk in units))
    followed = _settle(plan, task, team, seats, outcome, known)
    record("assignment.changed", target=task, before=_percents(there), after=_percents(seats))
    if followed.after:
        plan.rows.save(task, followed.columns)
        record("task.edited", target=task, before=followed.before, after=followed.after)
    plan.touch(task)


def rebalance(
    plan: PlanUnit, task: Task, team: Team, *, keeps_units: bool = False, is_whole: bool = False
) -> Followed:
    """Let give way what has to after fields of a task were set, which the caller saves; `team` was read before.

    `keeps_units`: units were said, too, so that they stay as long as the work fits into the duration. `is_whole`: duration
    and work were both said, so that both stay, also where one of them is what it was.
    """
    if all(getattr(task, name) == team.fields[name] for name in WEIGHED):
        return Followed({}, {})
    seats = dict(team.seats)
    if team.weighs and weighs(task):
        outcome = _revised(task, team, keeps_units=keeps_units, is_whole=is_whole)
    else:
        outcome = _of_another_kind(task, team)
        if task.is_milestone:
            seats = {pk: AssignmentDraft(seat.percent) for pk, seat in seats.items()}
    known = {pk: row.resource for pk, row in team.rows.items()}
    there = team.seats
    followed = _settle(plan, task, team, seats, outcome, known)
    if _percents(seats) != _percents(there):
        plan.record("assignment.changed", target=task, before=_percents(there), after=_percents(seats))
    return followed


def _percents(seats: Seats) -> dict[str, int | float]:
    return {str(pk): plain(seat.percent) for pk, seat in seats.items()}


def _check_typed(team: Team, seats: Seats, known: Mapping[int, Resource]) -> None:
    """What a person typed; shares that came with a file may be anything as long as they stay."""
    for pk, seat in seats.items():
        if pk in team.rows and team.rows[pk].units_percentage == seat.percent:
            continue
        if not 1 <= seat.percent < MOST_UNITS:
            raise RuleBrokenError(
                _("%(name)sさんの割当は1%%から199%%の間で入力してください。") % {"name": known[pk].name},
                field="assignees",
            )


def _regrouped(team: Team, units: Mapping[int, float], *, is_open: bool) -> TeamOutcome:
    """Other people on the same task."""
    whole = team.whole
    if team.is_done and whole.work_minutes:
        return outcome_of(team, shared_anew(whole, units, whole.work_minutes), {})
    ahead = with_team(team.ahead, units, is_open=is_open)
    return outcome_of(team, ahead, _done_by(team, units) if team.has_begun else {})


def _done_by(team: Team, units: Mapping[int, float]) -> dict[int, int]:
    """Whose the done part is now. Where the work stays with the task, those who go leave theirs, too."""
    if not units:
        return {0: team.done_work}
    if not team.workers:
        if not team.whole.unassigned_minutes:
            return {pk: whole_part(team.done_minutes, each) for pk, each in units.items()}
        return dict(zip(units, portions(team.done_work, list(units.values())), strict=True))
    done = {pk: team.done.get(pk, 0) for pk in units}
    left = team.done_work - sum(done.values())
    come = [pk for pk in units if pk not in team.workers]
    if len(come) == 1 == len(team.workers - units.keys()):
        done[come[0]] += left
    elif team.whole.keeps_work:
        for pk, part in zip(units, portions(left, list(units.values())), strict=True):
            done[pk] += part
    return done


def _revised(task: Task, team: Team, *, keeps_units: bool, is_whole: bool) -> TeamOutcome:
    """Another duration, other work, or both."""
    duration, work, whole = task.duration_minutes, task.work_minutes, team.whole
    if work == team.fields["work_minutes"] and not is_whole:
        return outcome_of(team, with_duration(whole, duration), {}, is_scaled=True)
    if team.workers and not work and duration:
        raise RuleBrokenError(
            _("担当者がいるタスクの工数は0にできません。担当を外すか、工数を入力してください。"), field="work"
        )
    if is_whole or duration != team.fields["duration_minutes"]:
        both = with_duration_and_work(whole, duration, work, keeps_units=keeps_units)
        return outcome_of(team, both, {}, is_scaled=True)
    if team.is_done:
        units = {share.resource_id: share.units for share in whole.shares}
        return outcome_of(team, shared_anew(whole, units, work), {})
    if team.has_begun and team.workers and work <= team.done_work:
        raise RuleBrokenError(
            _(
                "工数は、進捗から見て済んだ分の%(done)sより大きくしてください。終わったタスクは進捗を100%%にしてください。"
            )
            % {"done": formats.hours(team.done_work) if team.done_work else "0h"},
            field="work",
        )
    ahead = with_whole_work(team.ahead, work - team.done_work)
    return outcome_of(team, ahead, team.done)


def _of_another_kind(task: Task, team: Team) -> TeamOutcome:
    """To or from a milestone or time on the clock: who is on it is there from beginning to end."""
    shares: tuple[Share, ...] = ()
    work = task.work_minutes
    if team.workers and weighs(task):
        duration = task.duration_minutes
        shares = tuple(replace(share, work_minutes=share.whole(duration)) for share in team.whole.shares)
        work = sum(share.work_minutes for share in shares)
    elif team.workers and task.is_milestone:
        work = 0
    return TeamOutcome(task.duration_minutes, work, shares, is_scaled=True)


def _settle(
    plan: PlanUnit, task: Task, team: Team, seats: Seats, outcome: TeamOutcome | None,
    known: Mapping[int, Resource],
) -> Followed:  # fmt: skip
    """Write who sits where, and set what the task has become."""
    works = {pk: seat[1:] for pk, seat in team.seats.items()}
    if outcome is not None:
        seats |= drafts_of(outcome)
        _check_outcome(team, seats, outcome, known)
        put_figures(task, team, outcome, lambda: plan.rows.clock_of(task))
    put_rows(plan.rows, task, team, seats)
    changed = [name for name in FIGURES if getattr(task, name) != team.fields[name]]
    before = {name: team.fields[name] for name in changed}
    after = {name: getattr(task, name) for name in changed}
    now = {pk: seat[1:] for pk, seat in seats.items()}
    if any(works.get(pk, (None, 0)) != now.get(pk, (None, 0)) for pk in works.keys() | now.keys()):
        before["person_work"] = {str(pk): list(own) for pk, own in works.items()}
        after["person_work"] = {str(pk): list(own) for pk, own in now.items()}
    return Followed(before, after)


def _check_outcome(team: Team, seats: Seats, outcome: TeamOutcome, known: Mapping[int, Resource]) -> None:
    if outcome.duration_minutes > LONGEST_TASK_MINUTES:
        raise RuleBrokenError(
            _("この変更では期間が10年を超えます。割当を増やすか、工数を減らしてください。"), field="duration"
        )
    for share in outcome.shares:
        pk = share.resource_id
        percent = seats[pk].percent
        is_kept = pk in team.rows and team.rows[pk].units_percentage == percent
        if not is_kept and not 0 < percent < MOST_UNITS:
            raise RuleBrokenError(
                _(
                    "この変更では「%(name)s」の割当が%(percent)s%%になります。割当は200%%未満です。期間、工数、担当のどれかを見直してください。"
                )
                % {"name": known[pk].name, "percent": f"{plain(percent):g}"},
                field="assignees",
            )
