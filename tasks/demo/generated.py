"""Plans of any size, by chance but repeatable: what the limits of the product are tried with. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

from tasks.demo.sketch import Sketch

#: Links for each task, as in large plans of practice.
LINKS_PER_TASK = 1.3
GROUP = 11
#: Groups of one wave run side by side; each wave waits for the one before.
GROUPS_IN_WAVE, MOST_WAVES = 3, 24
PHASE = 6
TYPES = ("FS",) * 16 + ("SS", "SS", "FF", "SF")
LAGS = ("",) * 12 + ("+1d", "+2d", "-1d", "+50%")
WORDS = ("要件", "設計", "実装", "検証", "移行", "手配", "据付", "教育", "評価", "文書")
THINGS = ("受注", "在庫", "出荷", "会計", "購買", "生産", "品質", "人事", "設備", "物流", "契約", "帳票")


def random_plan(count: int, people: Sequence[str], chance: Random) -> list[Sketch]:
    """`count` rows: phases, groups under them, and tasks with people and links under those."""
    rows: list[Sketch] = []
    groups: list[list[int]] = []  # row numbers of the tasks of each group
    while len(rows) < count:
        if len(groups) % PHASE == 0:
            rows.append(Sketch(1, f"工程 {len(groups) // PHASE + 1}", 0.0))
        thing = chance.choice(THINGS)
        rows.append(Sketch(2, f"{thing} {len(groups) + 1}", 0.0))
        size = chance.randint(GROUP - 4, GROUP + 4)
        numbers = list(range(len(rows) + 1, len(rows) + size + 1))
        groups.append(numbers)
        rows += [_task(thing, number == numbers[-1], people, chance) for number in numbers]
    del rows[count:]
    kept = [[number for number in numbers if number <= count] for numbers in groups]
    return _linked(_without_empty_ends(rows), [numbers for numbers in kept if numbers], chance)


def _task(thing: str, is_last: bool, people: Sequence[str], chance: Random) -> Sketch:
    if is_last and chance.random() < 0.4:
        return Sketch(3, f"{thing}の完了", 0.0, is_milestone=True)
    percent = chance.choice((100, 100, 50, 30))
    team = tuple(
        (name, percent) for name in chance.sample(people, min(len(people), chance.choice((1, 1, 1, 2))))
    )
    return Sketch(3, f"{thing}の{chance.choice(WORDS)}", float(chance.randint(1, 6)), people=team)


def _without_empty_ends(rows: list[Sketch]) -> list[Sketch]:
    """A heading that lost its tasks to the count becomes a task itself."""
    end = len(rows)
    while end and rows[end - 1].level < 3:
        end -= 1
    return [*rows[:end], *(replace(row, days=1.0) for row in rows[end:])]


def _linked(rows: list[Sketch], groups: Sequence[Sequence[int]], chance: Random) -> list[Sketch]:
    """Links that only point down the rows: within a group, or from a group of the wave before."""
    waves = max(1, min(MOST_WAVES, len(groups) // GROUPS_IN_WAVE))
    size = -(-len(groups) // waves)
    earlier = [groups[max(0, (at // size - 1) * size) : at // size * size] for at in range(len(groups))]
    froms: dict[int, set[int]] = {number: set() for numbers in groups for number in numbers}
    for numbers, wave in zip(groups, earlier, strict=True):
        for before, number in pairwise(numbers):
            froms[number].add(before)
        if wave:
            froms[numbers[0]].add(chance.choice(chance.choice(wave)))
    missing = round(len(rows) * LINKS_PER_TASK) - sum(map(len, froms.values()))
    for _ in range(4 * missing if groups else 0):
        if missing <= 0:
            break
        at = chance.randrange(len(groups))
        number = chance.choice(groups[at])
        predecessor = chance.choice(chance.choice([*earlier[at], groups[at]]))
        if predecessor < number and predecessor not in froms[number]:
            froms[number].add(predecessor)
            missing -= 1
    result = list(rows)
    for number, predecessors in froms.items():
        after = ", ".join(_link(row, chance) for row in sorted(predecessors))
        result[number - 1] = replace(rows[number - 1], after=after)
    return result


def _link(row: int, chance: Random) -> str:
    link_type, lag = chance.choice(TYPES), chance.choice(LAGS)
    return f"{row}{link_type if lag or link_type != 'FS' else ''}{lag}"
