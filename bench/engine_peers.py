"""The critical path as others find it: no calendars, no summaries, finish-to-start links without lag.

Each builds what it needs from ids, durations and pairs, and finds early and late dates of every task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tasks.scheduling.network import Network

Ends = tuple[list[int], list[int]]
"""Early finish and late finish of every task."""


def plain(durations: list[int], pairs: list[tuple[int, int]]) -> Ends:
    """A loop over lists, as short as it can be."""
    count = len(durations)
    after: list[list[int]] = [[] for _ in range(count)]
    waits = [0] * count
    for first, last in pairs:
        after[first].append(last)
        waits[last] += 1
    order = [number for number in range(count) if not waits[number]]
    early = [0] * count
    for number in order:
        early[number] += durations[number]
        finish = early[number]
        for last in after[number]:
            if finish > early[last]:
                early[last] = finish
            waits[last] -= 1
            if not waits[last]:
                order.append(last)
    late = [max(early)] * count
    for number in reversed(order):
        for last in after[number]:
            start = late[last] - durations[last]
            if start < late[number]:
                late[number] = start
    return early, late


def networkx(durations: list[int], pairs: list[tuple[int, int]]) -> Ends:
    import networkx

    graph = networkx.DiGraph()
    graph.add_nodes_from(range(len(durations)))
    graph.add_edges_from(pairs)
    order = list(networkx.topological_sort(graph))
    return _both_ways(order, durations, graph.predecessors, graph.successors)


def rustworkx(durations: list[int], pairs: list[tuple[int, int]]) -> Ends:
    import rustworkx

    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(durations)
    graph.add_edges_from_no_data(pairs)
    order = list(rustworkx.topological_sort(graph))
    return _both_ways(order, durations, graph.predecessor_indices, graph.successor_indices)


def _both_ways(
    order: list[int],
    durations: list[int],
    before: Callable[[int], Iterable[int]],
    after: Callable[[int], Iterable[int]],
) -> Ends:
    early = [0] * len(durations)
    for number in order:
        early[number] = max([early[first] for first in before(number)], default=0) + durations[number]
    late = [max(early)] * len(durations)
    for number in reversed(order):
        starts = [late[last] - durations[last] for last in after(number)]
        if starts:
            late[number] = min(starts)
    return early, late


PEERS: dict[str, Callable[[list[int], list[tuple[int, int]]], Ends]] = {
    "plain loop": plain,
    "rustworkx": rustworkx,
    "networkx": networkx,
}


def task_of(network: Network) -> tuple[list[int], list[tuple[int, int]]]:
    """Durations and pairs, for plans whose ids count from 0."""
    durations = [task.duration_minutes for task in network.tasks]
    return durations, [(link.predecessor_id, link.successor_id) for link in network.links]
