"""Plans by chance, levelled: kept by the engine, by a walk from minute to minute, and by the checker of loads."""

import os
from dataclasses import replace
from random import Random

import pytest

from projects.worktime.errors import WorktimeError
from tasks.scheduling.columns import columns_of, network_of
from tasks.scheduling.leveling import construct
from tasks.scheduling.leveling.diagnose import LevelingRefused
from tasks.scheduling.leveling.level import level
from tasks.scheduling.leveling.leveled import Leveled
from tasks.scheduling.leveling.people import Elsewhere
from tasks.scheduling.leveling.shorten import Search
from tasks.scheduling.leveling.verify import verify
from tasks.scheduling.network import Assignment, Link, Network, Task
from tasks.scheduling.schedule import schedule
from tasks.scheduling.tests.minute_hours import NotWalked
from tasks.scheduling.tests.minute_walk import MinuteWalk
from tasks.scheduling.tests.random_plans import random_network

PLANS = int(os.environ.get("LEVELING_PLANS", "150"))
"""How many plans are levelled; `LEVELING_PLANS=5000` for the whole."""

pytestmark = pytest.mark.many


def drawn(seed: int, rows: int = 30, *, in_whole_minutes: bool = False) -> Network:
    """A plan with fewer links than usual, so that people matter, all of it on three people of several capacities, with all priorities."""
    chance = Random(f"people {seed}")
    network = random_network(Random(seed), rows=rows, rare=False)
    busy = [replace(one, resource_id=1 + one.resource_id % 3) for one in network.assignments]
    idle = {one.id for one in network.tasks} - {one.task_id for one in busy}
    busy += [Assignment(pk, chance.randint(1, 3), chance.choice((1.0, 0.5))) for pk in sorted(idle)]
    rooms = (1.0, 1.0, 0.5, 1.5, 2.0, 0.3333)
    return replace(
        network,
        tasks=tuple(
            replace(one, priority=chance.choice((500, 500, 300, 900, 1000))) for one in network.tasks
        ),
        links=tuple(map(_whole, network.links[::2]) if in_whole_minutes else network.links[::2]),
        assignments=tuple(busy),
        resources=tuple(replace(one, max_units=chance.choice(rooms)) for one in network.resources),
    )


def _whole(link: Link) -> Link:
    return replace(link, lag_percent=50.0) if link.lag_percent == 33.3 else link


def levelled(network: Network) -> Leveled | None:
    """Levelled; None where the plan has no dates at all, with or without levelling."""
    columns = columns_of(network)
    try:
        schedule(columns)
    except WorktimeError:
        return None
    return level(columns)


def test_hold_every_promise_and_stay_when_levelled_again():
    count = moved = 0
    for seed in range(PLANS):
        found = levelled(drawn(seed))
        if found is None:
            continue
        verify(found)
        again = level(found.columns)
        assert (again.start, again.finish, again.delays) == (found.start, found.finish, found.delays), seed
        count, moved = count + 1, moved + len(found.delays)
    assert count > PLANS * 9 // 10
    assert moved > PLANS // 3


def test_hold_every_promise_around_other_work_and_within_slack():
    moved = stuck = 0
    for seed in range(PLANS // 2):
        network = drawn(seed)
        columns = columns_of(network)
        if levelled(network) is None:
            continue
        busy = elsewhere_of(Random(f"elsewhere {seed}"), network)
        found = level(columns, busy, within_slack=True)
        verify(found)
        cleared = columns_of(network_of(found.columns))
        cleared.tasks.leveling_delay_minutes[
            [cleared.tasks.id.tolist().index(one.task_id) for one in found.delays]
        ] = 0
        assert found.finish_after <= schedule(cleared).project_finish, seed
        again = level(found.columns, busy, within_slack=True)
        assert (again.start, again.delays) == (found.start, found.delays), seed
        verify(level(columns, busy))
        moved, stuck = moved + len(found.delays), stuck + sum(one.cause == "slack" for one in found.clashes)
    assert moved > PLANS // 6
    assert stuck > PLANS // 6


def test_hold_every_promise_with_rows_as_late_as_possible():
    count = refused = moved = 0
    for seed in range(PLANS // 2):
        chance, network = Random(f"late {seed}"), drawn(seed)
        tasks = tuple(_late(one) if chance.random() < 0.15 else one for one in network.tasks)
        columns = columns_of(replace(network, tasks=tasks))
        try:
            schedule(columns)
            found = level(columns)
        except (WorktimeError, LevelingRefused) as error:
            refused += isinstance(error, LevelingRefused)
            continue
        verify(found)
        again = level(found.columns)
        assert (again.start, again.finish, again.delays) == (found.start, found.finish, found.delays), seed
        count, moved = count + 1, moved + len(found.delays)
    assert count > 20 * refused
    assert moved > count // 4


def test_hold_every_promise_in_the_order_that_a_search_has_found():
    others = 0
    for seed in range(PLANS // 5):
        network = drawn(seed)
        first = levelled(network)
        if first is None:
            continue
        columns = columns_of(network)
        found = level(columns, search=Search(6, seed + 1))
        verify(found)
        assert found.finish_after <= first.finish_after, seed
        again = level(found.columns, search=Search(6, seed + 1))
        assert (again.start, again.delays) == (found.start, found.delays), seed
        others += found.start != first.start
    assert others


def _late(task: Task) -> Task:
    return replace(task, constraint_type="ALAP", constraint_minute=None)


def elsewhere_of(chance: Random, network: Network) -> Elsewhere:
    """Some hours of other work of each person in the first weeks."""
    days = [sorted(chance.sample(range(40), 8)) for _ in network.resources]
    first = network.project.start_minute // 1440
    return {
        one.id: [
            ((first + day) * 1440 + 540, (first + day) * 1440 + 900, chance.choice((2_500, 10_000)))
            for day in own
        ]
        for one, own in zip(network.resources, days, strict=True)
    }


def test_clash_only_where_something_may_not_move():
    for seed in range(PLANS):
        network = drawn(seed)
        found = levelled(network)
        tasks = {one.id: one for one in network.tasks}
        for clash in found.clashes if found else ():
            assert any(_is_held(network, tasks[pk]) for pk in clash.task_ids), seed


def _is_held(network: Network, task: Task) -> bool:
    dated = network.project.honors_constraints and task.constraint_type in ("MSO", "MFO", "SNLT", "FNLT")
    given = task.is_pinned or task.mode == "manual" or task.actual_start_minute is not None
    return dated or given or task.priority == 1000 or bool(task.splits)


def test_lie_where_a_walk_from_minute_to_minute_finds_them():
    walked = 0
    for seed in range(PLANS // 3):
        found = levelled(drawn(seed, rows=9, in_whole_minutes=True))
        if found is None or not found.delays:
            continue
        network = network_of(found.columns)
        walk = MinuteWalk(network)
        try:
            dates = [walk.early(task.id) for task in network.tasks]
        except (NotWalked, WorktimeError):
            continue
        assert dates == list(zip(found.start, found.finish, strict=True)), seed
        walked += 1
    assert walked > PLANS // 30


def test_begin_at_the_first_moment_of_all(monkeypatch: pytest.MonkeyPatch):
    """With every minute tried one after the other nothing changes: no start is passed over."""
    tried = 0
    for seed in range(PLANS // 3):
        network = drawn(seed, rows=8)
        found = levelled(network)
        if found is None or not found.delays or sum(one.minutes for one in found.delays) > 10_000:
            continue
        with monkeypatch.context() as patch:
            patch.setattr(construct, "next_start", lambda _part, start, _free_from: start + 1)
            slow = level(columns_of(network))
        assert (slow.start, slow.finish) == (found.start, found.finish), seed
        tried += 1
    assert tried > PLANS // 30
