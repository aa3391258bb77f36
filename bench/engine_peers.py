"""The critical path as others find it: no calendars, no summaries, finish-to-start links without lag.

Each builds what it needs from durations and pairs (``build``), and finds early and late finishes of every task
(``solve``); tasks are numbered from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from tasks.scheduling.network import Network

Ends = tuple[list[int], list[int]]
"""Early finish and late finish of every task."""


class Peer(NamedTuple):
    """Another way to the critical path; what ``build`` makes goes into ``solve``."""

    build: Callable[[list[int], list[tuple[int, int]]], Any]
    solve: Callable[[Any], Ends]


def _plain_lists(
    durations: list[int], pairs: list[tuple[int, int]]
) -> tuple[list[int], list[list[int]], list[int]]:
    after: list[list[int]] = [[] for _ in durations]
    waits = [0] * len(durations)
    for first, last in pairs:
        after[first].append(last)
        waits[last] += 1
    return durations, after, waits


def _plain_loop(graph: tuple[list[int], list[list[int]], list[int]]) -> Ends:
    """As short as it can be."""
    durations, after, waits = graph[0], graph[1], graph[2][:]
    count = len(durations)
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


def _networkx_graph(durations: list[int], pairs: list[tuple[int, int]]) -> Any:
    import networkx

    graph = networkx.DiGraph()
    graph.add_nodes_from(range(len(durations)))
    graph.add_edges_from(pairs)
    return durations, graph


def _networkx(built: Any) -> Ends:
    import networkx

    durations, graph = built
    order = list(networkx.topological_sort(graph))
    return _both_ways(order, durations, graph.predecessors, graph.successors)


def _rustworkx_graph(durations: list[int], pairs: list[tuple[int, int]]) -> Any:
    import rustworkx

    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(durations)
    graph.add_edges_from_no_data(pairs)
    return durations, graph


def _rustworkx(built: Any) -> Ends:
    import rustworkx

    durations, graph = built
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


PEERS: dict[str, Peer] = {
    "plain loop": Peer(_plain_lists, _plain_loop),
    "rustworkx": Peer(_rustworkx_graph, _rustworkx),
    "networkx": Peer(_networkx_graph, _networkx),
}


def task_of(network: Network) -> tuple[list[int], list[tuple[int, int]]]:
    """Durations and pairs, for plans whose ids count from 0."""
    durations = [task.duration_minutes for task in network.tasks]
    return durations, [(link.predecessor_id, link.successor_id) for link in network.links]
