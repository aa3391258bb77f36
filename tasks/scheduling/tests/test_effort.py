"""Three types of tasks, effort-driven or not, and who changes what."""

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.scheduling.effort import (
    Effort,
    shared_anew,
    with_duration,
    with_duration_and_work,
    with_team,
    with_whole_work,
)
from tasks.scheduling.reference.shares import Share, portions, whole_part
from tasks.scheduling.tests.plan_text import CASES, amount

DAY = 480
IDS = {"Ann": 1, "Bob": 2}
TEAMS = tomllib.loads((CASES / "effort" / "teams.toml").read_text(encoding="utf-8"))
TABLE = tomllib.loads((CASES / "effort" / "changes.toml").read_text(encoding="utf-8"))


def units(text: str) -> float:
    return int(text.removesuffix("%")) / 100


def with_units(effort: Effort, resource_id: int, part: float) -> Effort:
    """A person comes, or works with other units."""
    now = {share.resource_id: share.units for share in effort.shares}
    return with_team(effort, now | {resource_id: part})


def without(effort: Effort, resource_id: int) -> Effort:
    """A person goes."""
    return with_team(
        effort,
        {share.resource_id: share.units for share in effort.shares if share.resource_id != resource_id},
    )


def changed(effort: Effort, change: str) -> Effort:
    word, *rest = change.split()
    match word:
        case "add":
            return with_units(effort, IDS[rest[0]], units(rest[1]))
        case "remove":
            return without(effort, IDS[rest[0]])
        case "units":
            return with_units(effort, IDS["Ann"], units(rest[0]))
        case "work":
            return with_whole_work(effort, amount(rest[0])[0])
        case _:
            return with_duration(effort, amount(rest[0])[0])


class TestEffort:
    @pytest.mark.parametrize("row", TABLE["rows"], ids=lambda row: "-".join(row[:4]).replace(" ", "_"))
    def test_gives_way_as_the_table_says(self, row):
        task_type, drives, people, change, duration, *wanted = row
        shares = tuple(Share(IDS[name], 1.0, 4 * DAY) for name in people.split())
        got = changed(Effort(9, 4 * DAY, task_type, drives == "yes", shares), change)
        assert got.duration_minutes == amount(duration)[0]
        assert {share.resource_id: (share.units, share.work_minutes) for share in got.shares} == {
            pk: (units(text.split()[0]), amount(text.split()[1])[0])
            for pk, text in zip(IDS.values(), wanted, strict=True)
            if text
        }

    def test_comes_back_to_where_it_was_when_a_person_comes_and_goes(self):
        alone = Effort(9, 4 * DAY, "fixed_units", True, (Share(1, 1.0, 4 * DAY),))
        assert without(with_units(alone, 2, 0.75), 2) == alone

    def test_keeps_its_duration_where_no_one_has_units(self):
        idle = Effort(9, DAY, shares=(Share(1, 1.0, DAY),))
        assert with_units(idle, 1, 0.0).duration_minutes == DAY
        assert without(replace(idle, is_effort_driven=True, shares=(Share(1, 0.0, 60), Share(2, 1.0, 60))), 2) == Effort(
            9, DAY, "fixed_units", True, (Share(1, 0.0, 120),)
        )  # fmt: skip

    def test_leaves_no_one_alone_with_a_person_who_is_away(self):
        """Three of whom one has no units: that one has no work, and no say in the duration."""
        shares = (Share(1, 1.0, 480), Share(2, 0.0, 0))
        got = with_units(Effort(9, 480, "fixed_units", True, shares), 3, 1.0)
        assert [(share.units, share.work_minutes) for share in got.shares] == [
            (1.0, 240),
            (0.0, 0),
            (1.0, 240),
        ]
        idle = replace(got, task_type="fixed_duration", shares=(Share(2, 0.0, 0),))
        assert with_units(idle, 2, 0.5).work_minutes == 120

    def test_lets_a_person_begin_later(self):
        """From the second day on: there for the last three of four, and never for more."""
        late = Effort(9, 4 * DAY, "fixed_units", False, (Share(1, 1.0, 3 * DAY, delay_minutes=DAY),))
        assert with_units(late, 1, 0.5).duration_minutes == 7 * DAY
        assert with_duration(late, 6 * DAY).work_minutes == 5 * DAY
        assert with_duration(late, DAY // 2).work_minutes == 0
        fixed = replace(late, task_type="fixed_duration")
        assert with_whole_work(fixed, DAY).shares[0].units == 0.3333
        assert with_units(fixed, 1, 0.5).work_minutes == 720

    def test_keeps_the_part_of_who_is_there_for_a_part(self):
        """An hour a day of looking over is twice as much in twice the time, not eight hours a day."""
        shares = (Share(1, 1.0, 4 * DAY), Share(2, 1.0, DAY))
        both = Effort(9, 4 * DAY, "fixed_units", False, shares)
        assert [share.work_minutes for share in with_duration(both, 8 * DAY).shares] == [8 * DAY, 2 * DAY]
        fixed = replace(both, task_type="fixed_work")
        assert [share.units for share in with_duration(fixed, 8 * DAY).shares] == [0.5, 0.5]
        lasting = replace(both, task_type="fixed_duration")
        assert with_units(lasting, 2, 0.5).shares[1].work_minutes == DAY // 2
        assert [share.units for share in with_whole_work(lasting, 5 * DAY // 2).shares] == [0.5, 0.5]

    def test_parts_other_work_by_the_parts_that_were_there(self):
        shares = (Share(1, 1.0, 3 * DAY), Share(2, 1.0, DAY))
        effort = Effort(9, 3 * DAY, "fixed_units", False, shares)
        got = with_whole_work(effort, 2 * DAY)
        assert [share.work_minutes for share in got.shares] == [3 * DAY // 2, DAY // 2]
        assert got.duration_minutes == 3 * DAY // 2
        none_yet = replace(effort, shares=(Share(1, 1.0, 0), Share(2, 0.5, 0)), task_type="fixed_duration")
        assert [share.work_minutes for share in with_whole_work(none_yet, 3 * DAY).shares] == [2 * DAY, DAY]
        assert with_whole_work(Effort(9, DAY), 77) == Effort(9, DAY, unassigned_minutes=77)

    def test_lets_units_give_way_to_both(self):
        alone = Effort(9, 4 * DAY, shares=(Share(1, 1.0, 4 * DAY),))
        assert with_duration_and_work(alone, 8 * DAY, 2 * DAY).shares == (Share(1, 0.25, 2 * DAY),)
        assert with_duration_and_work(alone, 8 * DAY, 2 * DAY, keeps_units=True).shares == (
            Share(1, 1.0, 2 * DAY),
        )
        assert with_duration_and_work(alone, DAY, 2 * DAY, keeps_units=True).shares == (
            Share(1, 2.0, 2 * DAY),
        )
        assert with_duration_and_work(alone, 0, DAY).shares == (Share(1, 1.0, DAY),)
        empty = with_duration_and_work(Effort(9, DAY), 2 * DAY, 60)
        assert (empty.duration_minutes, empty.work_minutes) == (2 * DAY, 60)

    def test_parts_done_work_among_those_who_did_it(self):
        done = Effort(9, 4 * DAY, shares=(Share(1, 1.0, 4 * DAY),))
        got = shared_anew(done, {1: 1.0, 2: 1.0}, 4 * DAY)
        assert (got.duration_minutes, [share.work_minutes for share in got.shares]) == (4 * DAY, [960, 960])
        assert shared_anew(done, {}, 7).unassigned_minutes == 7

    @pytest.mark.parametrize("row", TEAMS["rows"], ids=lambda row: "-".join(row[:5]).replace(" ", "_"))
    def test_puts_teams_as_the_table_says(self, row):
        task_type, drives, planned, people, then, duration, work, *wanted = row
        words = people.split()
        shares = tuple(
            Share(IDS[name], units(percent), amount(minutes)[0])
            for name, percent, minutes in zip(words[::3], words[1::3], words[2::3], strict=True)
        )
        minutes = amount(planned)[0] if planned else 0
        effort = Effort(9, 4 * DAY, task_type, drives == "yes", shares, minutes)
        words = then.split()
        is_open = "?" in words
        team = {
            IDS[name]: 1.0 if percent == "?" else units(percent)
            for name, percent in zip(words[::2], words[1::2], strict=True)
        }
        got = with_team(effort, team, is_open=is_open)
        assert (got.duration_minutes, got.work_minutes) == (amount(duration)[0], amount(work)[0])
        assert {share.resource_id: (share.units, share.work_minutes) for share in got.shares} == {
            pk: (units(text.split()[0]), amount(text.split()[1])[0])
            for pk, text in zip(IDS.values(), wanted, strict=True)
            if text
        }


UNITS = st.integers(1, 20_000).map(lambda each: each / 10_000)


@st.composite
def efforts(draw, *, least=0):
    """Tasks of any kind with people who are there always, for a part, or later."""
    duration = draw(st.integers(0, 20_000))
    ids = draw(st.lists(st.integers(1, 6), unique=True, min_size=least, max_size=4))
    shares = []
    for pk in ids:
        delay = draw(st.sampled_from([0, 0, duration // 3]))
        share = Share(pk, draw(UNITS), 0, delay)
        part = draw(st.sampled_from([1, 1, 2, 5]))
        shares.append(replace(share, work_minutes=share.whole(duration) // part))
    kind = draw(st.sampled_from(["fixed_units", "fixed_duration", "fixed_work"]))
    return Effort(9, duration, kind, draw(st.booleans()), tuple(shares), draw(st.integers(0, 9_999)))


class TestNothingIsLost:
    """Whatever changes: whole minutes, no drift, and what is fixed stays to the minute."""

    @given(efforts(), st.dictionaries(st.integers(1, 6), UNITS, max_size=4), st.booleans())
    def test_when_people_come_and_go(self, effort, team, is_open):
        got = with_team(effort, team, is_open=is_open)
        assert {share.resource_id for share in got.shares} == set(team)
        if effort.keeps_duration or not team:
            assert got.duration_minutes == effort.duration_minutes
        if (
            effort.shares
            and (effort.keeps_work or not team)
            and {s.resource_id for s in effort.shares} != set(team)
        ):
            assert got.work_minutes == effort.work_minutes
        if not effort.keeps_duration and not is_open:
            assert {share.resource_id: share.units for share in got.shares} == team
        assert (
            with_team(effort, dict(reversed(team.items())), is_open=is_open).work_minutes == got.work_minutes
        )
        assert all(share.work_minutes >= 0 for share in got.shares)

    @given(efforts(least=1), st.integers(1, 100_000))
    def test_when_the_work_is_said(self, effort, work):
        got = with_whole_work(effort, work)
        assert got.work_minutes == work
        if effort.keeps_duration:
            assert got.duration_minutes == effort.duration_minutes
        else:
            assert [share.units for share in got.shares] == [share.units for share in effort.shares]
        assert with_whole_work(got, work).shares == got.shares

    @given(efforts(), st.integers(0, 100_000))
    def test_when_the_duration_is_said(self, effort, duration):
        got = with_duration(effort, duration)
        assert got.duration_minutes == duration
        if effort.task_type == "fixed_work" and effort.work_minutes:
            assert got.work_minutes == effort.work_minutes
        else:
            assert [share.units for share in got.shares] == [share.units for share in effort.shares]

    @given(efforts(least=1), UNITS, st.integers(1, 20_000))
    def test_when_a_person_is_there_all_the_time(self, effort, each, duration):
        """To another duration and back: who fills the time fills it again, however units are rounded."""
        alone = Effort(9, duration, effort.task_type, True, (Share(1, each, whole_part(duration, each)),))
        assert with_duration(with_duration(alone, 2 * duration), duration).duration_minutes == duration
        if effort.task_type != "fixed_work":
            assert with_duration(with_duration(alone, 2 * duration), duration) == alone
        assert with_units(without(with_units(alone, 2, each), 2), 1, each).work_minutes == alone.work_minutes

    @given(efforts(least=1), st.integers(0, 50_000), st.integers(0, 50_000), st.booleans())
    def test_when_both_are_said(self, effort, duration, work, keeps_units):
        got = with_duration_and_work(effort, duration, work, keeps_units=keeps_units)
        assert (got.duration_minutes, got.work_minutes) == (duration, work)


class TestPortions:
    @given(st.integers(0, 10**6), st.lists(st.floats(0, 10), min_size=1, max_size=9))
    def test_add_up_and_are_fair(self, whole, weights):
        parts = portions(whole, weights)
        assert sum(parts) == whole
        total = sum(weights)
        if total > 0:
            pairs = zip(parts, weights, strict=True)
            assert all(abs(part - whole * weight / total) < 1.001 for part, weight in pairs)

    def test_give_the_odd_minute_to_the_first(self):
        assert portions(100, [1, 1, 1]) == [34, 33, 33]
