"""Who must have come before whom, and circles of that."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

from tests.drills.kit.histories.model import Anomaly, Transaction, writers_of

Edge = Literal["ww", "wr", "rw"]


def edges_of(
    history: Sequence[Transaction], orders: Mapping[str, tuple[int, ...]]
) -> dict[int, dict[int, set[Edge]]]:
    """Who came before whom: `edges[before][after]`, by what is known of it."""
    writers = writers_of(history)
    edges: dict[int, dict[int, set[Edge]]] = defaultdict(lambda: defaultdict(set))

    def add(before: Transaction | None, after: Transaction | None, kind: Edge) -> None:
        if before and after and before is not after:
            edges[before.number][after.number].add(kind)

    for key, order in orders.items():
        known = [writers.get((key, element)) for element in order]
        for before, after in itertools.pairwise(known):
            add(before, after, "ww")
    for each in history:
        for read in each.reads():
            order = orders.get(read.key, ())
            if order[: len(read.seen)] != read.seen:
                continue
            if read.seen:
                add(writers.get((read.key, read.seen[-1])), each, "wr")
            # The next that another one has put there; one's own follows from one's own read.
            following = (writers.get((read.key, element)) for element in order[len(read.seen) :])
            add(each, next((writer for writer in following if writer is not each), None), "rw")
    return edges


#: What a circle is called, by the edges that it may use and how many of them are `rw`.
_KINDS: Final[tuple[tuple[str, frozenset[Edge], int], ...]] = (
    ("G0", frozenset({"ww"}), 0),
    ("G1c", frozenset({"ww", "wr"}), 0),
    ("G-single", frozenset({"ww", "wr"}), 1),
    ("G2", frozenset({"ww", "wr", "rw"}), 2),
)


def circles(edges: Mapping[int, Mapping[int, set[Edge]]]) -> Iterator[Anomaly]:
    """Of each strongly connected part the plainest circle: one without `rw`, else with one, else with more."""
    for part in _parts(edges):
        for kind, usable, count in _KINDS:
            circle = _circle(edges, part, usable, count)
            if circle:
                steps = [f"{a} -{'/'.join(sorted(edges[a][b]))}-> {b}" for a, b in itertools.pairwise(circle)]
                yield Anomaly(kind, tuple(circle[:-1]), ", ".join(steps))
                break


def _circle(
    edges: Mapping[int, Mapping[int, set[Edge]]], part: frozenset[int], usable: frozenset[Edge], count: int
) -> list[int]:
    """A shortest circle in a part; with `count` 1 exactly one `rw` edge and for the rest usable ones."""
    for start in sorted(part):
        for after, kinds in sorted(edges.get(start, {}).items()):
            begins = "rw" in kinds if count == 1 else bool(kinds & usable)
            if after in part and begins and (way := _way(edges, part, usable, after, start)):
                return [start, *way]
    return []


def _way(
    edges: Mapping[int, Mapping[int, set[Edge]]],
    part: frozenset[int],
    usable: frozenset[Edge],
    source: int,
    target: int,
) -> list[int]:
    came: dict[int, int] = {source: source}
    rows = [source]
    for here in rows:
        if here == target:
            way = [here]
            while way[-1] != source:
                way.append(came[way[-1]])
            return way[::-1]
        for after, kinds in sorted(edges.get(here, {}).items()):
            if after in part and after not in came and kinds & usable:
                came[after] = here
                rows.append(after)
    return []


def _parts(edges: Mapping[int, Mapping[int, set[Edge]]]) -> Iterator[frozenset[int]]:
    """Strongly connected parts of more than one (Tarjan, without recursion: histories are long)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    for root in sorted(edges):
        if root in index:
            continue
        work = [(root, iter(sorted(edges.get(root, {}))))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            here, following = work[-1]
            after = next(following, None)
            if after is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[here])
                if low[here] == index[here]:
                    cut = stack.index(here)
                    part, stack[cut:] = frozenset(stack[cut:]), []
                    on_stack -= part
                    if len(part) > 1:
                        yield part
            elif after not in index:
                index[after] = low[after] = len(index)
                stack.append(after)
                on_stack.add(after)
                work.append((after, iter(sorted(edges.get(after, {})))))
            elif after in on_stack:
                low[here] = min(low[here], index[after])
