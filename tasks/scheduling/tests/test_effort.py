"""Three types of tasks, effort-driven or not, and who changes what."""

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.scheduling.effort import (
    Effort,
    Share,
    portions,
    with_duration,
    with_person,
    with_units,
    with_work,
    without_person,
)
from tasks.scheduling.errors import UnknownResource
from tasks.scheduling.tests.plan_text import CASES, amount

DAY = 480
IDS = {"Ann": 1, "Bob": 2}
TABLE = tomllib.loads((CASES / "effort" / "changes.toml").read_text(encoding="utf-8"))


def units(text: str) -> float:
    return int(text.removesuffix("%")) / 100


def changed(effort: Effort, change: str) -> Effort:
    word, *rest = change.split()
    match word:
        case "add":
            return with_person(effort, IDS[rest[0]], units(rest[1]))
        case "remove":
            return without_person(effort, IDS[rest[0]])
        case "units":
            return with_units(effort, IDS["Ann"], units(rest[0]))
        case "work":
            return with_work(effort, IDS["Ann"], amount(rest[0])[0])
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

    def test_comes_back_to_where_it_was_when_somebody_comes_and_goes(self):
        alone = Effort(9, 4 * DAY, "fixed_units", True, (Share(1, 1.0, 4 * DAY),))
        assert without_person(with_person(alone, 2, 0.75), 2) == alone

    def test_knows_who_is_on_it(self):
        nobody = Effort(9, DAY)
        for change in (without_person, lambda effort, pk: with_units(effort, pk, 1.0)):
            with pytest.raises(UnknownResource) as caught:
                change(nobody, 7)
            assert caught.value.task_ids == (9,)

    def test_keeps_its_duration_where_nobody_has_units(self):
        idle = Effort(9, DAY, shares=(Share(1, 1.0, DAY),))
        assert with_units(idle, 1, 0.0).duration_minutes == DAY
        assert without_person(replace(idle, is_effort_driven=True, shares=(Share(1, 0.0, 60), Share(2, 1.0, 60))), 2) == Effort(
            9, DAY, "fixed_units", True, (Share(1, 0.0, 120),)
        )  # fmt: skip


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
