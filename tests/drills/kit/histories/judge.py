"""Judges a history of transactions on lists: whether one order of all of them explains what each was told.

After Elle (Kingsbury and Alvaro, 2020): every element is appended once, so that a list that was read tells its whole past. From reads
follow the order of appends (`ww`), who read whom (`wr`) and who read before whom (`rw`); a circle of those is something that no
order explains. Beside it what our own promises are: what was acknowledged stays, people see what they have written, and no
page is older than the limit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tests.drills.kit.histories.circles import circles, edges_of
from tests.drills.kit.histories.model import Anomaly, Outcome, Read, Transaction, writers_of


def check(history: Sequence[Transaction], *, most_lag: Mapping[str, float] | None = None) -> list[Anomaly]:
    """All anomalies; the kinds of circles are told once each for every strongly connected part.

    `most_lag`: by its way, a read may lack what was acknowledged this many seconds before it began, and no longer. The last
    reads of a history should see all lists as the primary has them: what is acknowledged and not in them is lost.
    """
    found = [*_doubled(history), *_foreign(history)]
    orders, torn = _orders(history)
    found += torn
    found += [*_lost(history, orders), *_halves(history), *_stale_own(history)]
    found += _stale(history, orders, most_lag or {})
    return [*found, *circles(edges_of(history, orders))]


# -- lists alone ------------------------------------------------------------------------------------------------------------


def _doubled(history: Iterable[Transaction]) -> Iterator[Anomaly]:
    """An element that stands twice in a list: a change that was made again."""
    for each in history:
        for read in each.reads():
            if len(set(read.seen)) < len(read.seen):
                twice = sorted({element for element in read.seen if read.seen.count(element) > 1})
                yield Anomaly("doubled", (each.number,), f"{read.key} holds {twice} more than once")


def _foreign(history: Sequence[Transaction]) -> Iterator[Anomaly]:
    """What was refused, or never asked for, and is seen (G1a)."""
    writers = writers_of(history)
    for each in history:
        for read in each.reads():
            for element in read.seen:
                writer = writers.get((read.key, element))
                if writer is None:
                    yield Anomaly("never written", (each.number,), f"{element} in {read.key}")
                elif writer.outcome is Outcome.REFUSED:
                    yield Anomaly(
                        "aborted read (G1a)",
                        (writer.number, each.number),
                        f"{element} in {read.key} was refused",
                    )


def _orders(history: Iterable[Transaction]) -> tuple[dict[str, tuple[int, ...]], list[Anomaly]]:
    """Each list at its longest; two reads of which neither begins with the other have no common past."""
    longest: dict[str, tuple[tuple[int, ...], int]] = {}
    torn = []
    for each in history:
        for read in each.reads():
            known, by = longest.get(read.key, ((), each.number))
            short, long = sorted((known, read.seen), key=len)
            if long[: len(short)] != short:
                torn.append(
                    Anomaly("incompatible order", (by, each.number), f"{read.key}: {known} and {read.seen}")
                )
            elif len(read.seen) > len(known) or read.key not in longest:
                longest[read.key] = read.seen, each.number
    return {key: seen for key, (seen, _by) in longest.items()}, torn


def _lost(history: Sequence[Transaction], orders: Mapping[str, tuple[int, ...]]) -> Iterator[Anomaly]:
    """Acknowledged, and not in a read that began after that and is the last of its list."""
    last: dict[str, tuple[Transaction, Read]] = {}
    for each in history:
        for read in each.reads():
            if read.key not in last or each.began >= last[read.key][0].began:
                last[read.key] = each, read
    for each in history:
        for step in each.appends() if each.outcome is Outcome.KEPT else ():
            reader, read = last.get(step.key, (None, None))
            if reader is None or read is None or reader is each or reader.began < each.ended:
                continue
            if step.element not in read.seen:
                # It may have been there for a while: then it was taken back, which is worse and the same.
                words = f"{step.element} in {step.key}" + (
                    ", seen before" if step.element in orders.get(step.key, ()) else ""
                )
                yield Anomaly("lost update", (each.number, reader.number), words)


def _halves(history: Sequence[Transaction]) -> Iterator[Anomaly]:
    """Some of what one transaction appended to a list, and not all (G1b)."""
    writers = writers_of(history)
    appended: dict[tuple[int, str], list[int]] = defaultdict(list)
    for each in history:
        for step in each.appends():
            appended[each.number, step.key].append(step.element)
    for each in history:
        for read in each.reads():
            writer = writers.get((read.key, read.seen[-1])) if read.seen else None
            if writer and writer is not each and appended[writer.number, read.key][-1] != read.seen[-1]:
                yield Anomaly(
                    "intermediate read (G1b)",
                    (writer.number, each.number),
                    f"{read.key} up to {read.seen[-1]}",
                )


# -- what we promise ----------------------------------------------------------------------------------------------------------


def _stale_own(history: Iterable[Transaction]) -> Iterator[Anomaly]:
    """A person does not see what was acknowledged to them before they asked."""
    written: dict[tuple[str, str], list[tuple[float, int, int]]] = defaultdict(list)
    ordered = sorted(history, key=lambda each: each.ended)
    for each in ordered:
        for step in each.appends() if each.outcome is Outcome.KEPT else ():
            written[each.person, step.key].append((each.ended, step.element, each.number))
    for each in ordered:
        for read in each.reads():
            seen = set(read.seen)
            for ended, element, number in written[each.person, read.key]:
                if ended <= each.began and number != each.number and element not in seen:
                    yield Anomaly(
                        "stale own read",
                        (number, each.number),
                        f"{each.person} misses {element} in {read.key} by {each.way}",
                    )


def _stale(
    history: Sequence[Transaction], orders: Mapping[str, tuple[int, ...]], most_lag: Mapping[str, float]
) -> Iterator[Anomaly]:
    """A read that lacks what had been acknowledged for longer than the limit."""
    writers = writers_of(history)
    for each in history:
        for read in each.reads() if each.way in most_lag else ():
            for element in orders.get(read.key, ())[len(read.seen) :]:
                writer = writers.get((read.key, element))
                if (
                    writer
                    and writer.outcome is Outcome.KEPT
                    and (late := each.began - writer.ended) > most_lag[each.way]
                ):
                    yield Anomaly(
                        "stale beyond the limit",
                        (writer.number, each.number),
                        f"{element} in {read.key}, {late:.1f} s late by {each.way}",
                    )
                    break
