"""The table of a load, and what it cost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from bench.load.asking import Outcome, Sample
from bench.load.machine import Reading

#: 409 and 422 are answers that a person reads; they are counted apart.
FINE = frozenset({200, 204, 302, 303, 304, 409, 422})
HEAD = ("", "asked", "a second", "p50 ms", "p95 ms", "p99 ms", "most ms", "not new", "errors")


def rows(samples: Sequence[Sample], seconds: float) -> Iterator[tuple[str, ...]]:
    """A line for each kind of request, and one for all."""
    kinds: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        kinds[sample.kind].append(sample)
    for kind in sorted(kinds):
        yield _row(kind, kinds[kind], seconds)
    yield _row("All", samples, seconds)


def _row(name: str, samples: Sequence[Sample], seconds: float) -> tuple[str, ...]:
    taken = sorted(sample.taken for sample in samples)
    places = [taken[min(int(len(taken) * part), len(taken) - 1)] for part in (0.5, 0.95, 0.99)]
    known = sum(sample.status == 304 for sample in samples)
    return (
        name, f"{len(samples):,}", f"{len(samples) / seconds:.1f}", *(f"{place:,.0f}" for place in places),
        f"{taken[-1]:,.0f}", f"{known:,}", f"{errors(samples):,}",
    )  # fmt: skip


def errors(samples: Sequence[Sample]) -> int:
    """Answers that no user should get, and answers that did not come."""
    return sum(sample.status not in FINE for sample in samples)


def cost(before: Reading, after: Reading, asked: int, changes: int, seconds: float) -> Iterator[str]:
    """Processor time by part, and what was written; for each request and for each change."""
    worked = {name: after.worked[name] - before.worked[name] for name in after.worked}
    other = worked.pop("machine") - sum(worked.values())
    parts = {**worked, "anything else": max(other, 0.0)}
    yield "cores at work: " + ", ".join(f"{name} {spent / seconds:.2f}" for name, spent in parts.items())
    served = sum(parts[name] for name in ("site", "database", "redis"))
    each = {name: parts[name] / asked * 1000 for name in ("site", "database", "redis")}
    yield (
        f"processor time of a request: {served / asked * 1000:.1f} ms ("
        + ", ".join(f"{name} {spent:.1f}" for name, spent in each.items())
        + f"); a core serves {asked / served:.0f} a second"
    )
    yield (
        f"Redis: {(after.commands - before.commands) / asked:.1f} commands a request; holds {after.held / 2**20:.1f} MiB"
        f" ({(after.held - before.held) / 2**20:+.1f})"
    )
    yield f"database: {(after.transactions - before.transactions) / asked:.1f} transactions a request"
    if changes:
        yield (
            f"a change: {(after.log - before.log) / changes / 1000:.1f} kB of log,"
            f" {(after.rows - before.rows) / changes:.1f} rows written (with all else that was written meanwhile)"
        )


def edits(outcome: Outcome, lost: Sequence[str]) -> Iterator[str]:
    """What became of the changes."""
    yield (
        f"changes acknowledged {len(outcome.kept):,}, of these lost {len(lost)} {' '.join(lost[:3])};"
        f" there already {outcome.there_already},"
        f" conflicts {outcome.conflicts:,} (typed again; given up {outcome.given_up}), refused with a reason {len(outcome.refusals)}"
    )
    for reason, times in Counter(outcome.refusals).most_common(3):
        yield f"    {times} x {reason}"


def line(values: Sequence[str]) -> str:
    """A row of the table as text."""
    return "    " + values[0].ljust(22) + "".join(value.rjust(9) for value in values[1:])
