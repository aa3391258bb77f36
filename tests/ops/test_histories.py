"""The judge of histories finds what is known to be wrong, names it, and finds nothing in what one order explains."""

from __future__ import annotations

import random

import pytest

from tests.drills.kit.histories.judge import check
from tests.drills.kit.histories.model import Append, Outcome, Read, Transaction


def step(words: str) -> Append | Read:
    """`x+3` appends 3 to x; `x=1,2` reads x and sees 1 and 2; `x=` sees nothing."""
    if "+" in words:
        key, element = words.split("+")
        return Append(key, int(element))
    key, seen = words.split("=")
    return Read(key, tuple(int(part) for part in seen.split(",") if part))


def history(*lines: str, at_once: bool = False) -> list[Transaction]:
    """A line each: `person: step step` with `!` for refused and `?` for unknown; one after the other, or all at the same time."""
    made = []
    for number, line in enumerate(lines):
        person, _, rest = line.partition(":")
        outcome = {"!": Outcome.REFUSED, "?": Outcome.UNKNOWN}.get(person[-1], Outcome.KEPT)
        began, ended = (0.0, 1.0) if at_once else (2.0 * number, 2.0 * number + 1)
        steps = tuple(map(step, rest.split()))
        made.append(Transaction(number, person.rstrip("!?"), began, ended, steps, outcome))
    return made


def kinds(*lines: str, at_once: bool = False) -> set[str]:
    return {anomaly.kind for anomaly in check(history(*lines, at_once=at_once))}


class TestWhatIsWrong:
    def test_an_acknowledged_element_that_is_gone(self) -> None:
        assert kinds("a: x+1", "b: x+2", "c: x=2") == {"lost update"}

    def test_one_that_was_overwritten_after_it_was_seen(self) -> None:
        found = kinds("a: x+1", "c: x=1", "b: x+2", "c: x=2")
        assert found == {"lost update", "incompatible order"}

    def test_two_that_saw_the_same_and_both_appended(self) -> None:
        """The lost update in its own form: one of both must have come first, and the other one did not see it."""
        found = kinds("a: x= x+1", "b: x= x+2", "c: x=1,2", at_once=True)
        assert found == {"G-single"}

    def test_a_person_who_does_not_see_what_they_wrote(self) -> None:
        assert kinds("a: x+1", "a: x=", "b: x=1") == {"stale own read"}

    def test_a_stale_page_of_another_person_is_none_within_the_limit(self) -> None:
        lines = history("a: x+1", "b: x=", "b: x=1")
        assert check(lines) == []
        assert check(lines, most_lag={"": 1.5}) == []
        assert {anomaly.kind for anomaly in check(lines, most_lag={"": 0.5})} == {"stale beyond the limit"}

    def test_a_circle_of_information(self) -> None:
        """G1c: each of two saw what the other one had appended."""
        assert kinds("a: x+1 y=1", "b: y+1 x=1", at_once=True) == {"G1c"}

    def test_a_circle_of_writes(self) -> None:
        """G0: in one list the one came first, in the other list the other one."""
        assert kinds("a: x+1 y+1", "b: x+2 y+2", "c: x=1,2 y=2,1", at_once=True) == {"G0"}

    def test_a_torn_look(self) -> None:
        """G-single: a reader saw the second list with, and the first without, what one transaction appended to both."""
        assert kinds("a: x+1 y+1", "b: x= y=1", "c: x=1 y=1", at_once=True) == {"G-single"}

    def test_a_write_skew(self) -> None:
        assert kinds("a: y= x+1", "b: x= y+1", "c: x=1 y=1", at_once=True) == {"G2"}

    def test_a_long_fork(self) -> None:
        """Two readers saw two independent writes in different orders."""
        found = kinds("a: x+1", "b: y+1", "c: x=1 y=", "d: x= y=1", "e: x=1 y=1", at_once=True)
        assert found == {"G2"}

    def test_what_was_refused_and_is_seen(self) -> None:
        assert kinds("a!: x+1", "b: x=1") == {"aborted read (G1a)"}

    def test_half_of_a_transaction(self) -> None:
        assert "intermediate read (G1b)" in kinds("a: x+1 x+2", "b: x=1", "c: x=1,2", at_once=True)

    def test_a_change_that_was_made_twice(self) -> None:
        assert "doubled" in kinds("a: x+1", "b: x=1,1")

    def test_what_no_one_wrote(self) -> None:
        assert kinds("b: x=7") == {"never written"}

    def test_names_who_takes_part(self) -> None:
        (anomaly,) = check(history("a: x+1 y=1", "b: y+1 x=1", at_once=True))
        assert set(anomaly.transactions) == {0, 1}
        assert "-wr->" in anomaly.words


class TestWhatIsRight:
    def test_reads_and_writes_one_after_the_other(self) -> None:
        assert kinds("a: x+1", "b: x=1 x+2", "a: x=1,2", "b: y+1", "c: x=1,2 y=1") == set()

    def test_what_had_no_answer_may_be_there_or_not(self) -> None:
        assert kinds("a?: x+1", "b: x=1") == set()
        assert kinds("a?: x+1", "b: x=") == set()

    def test_a_refused_change_that_is_nowhere(self) -> None:
        assert kinds("a!: x+1", "b: x=") == set()

    @pytest.mark.parametrize("seed", range(10))
    def test_any_that_was_made_in_some_order(self, seed: int) -> None:
        """Transactions that really ran one after the other, told as if they had overlapped."""
        chance = random.Random(seed)
        lists: dict[str, list[int]] = {key: [] for key in "xyz"}
        made = []
        for number in range(300):
            steps: list[Append | Read] = []
            for key in chance.sample("xyz", 2):
                if chance.random() < 0.5:
                    lists[key].append(number)
                    steps.append(Append(key, number))
                else:
                    steps.append(Read(key, tuple(lists[key])))
            made.append(
                Transaction(number, f"p{number % 3}", number - chance.random(), number + 0.5, tuple(steps))
            )
        assert check(made) == []

    @pytest.mark.parametrize("seed", range(10))
    def test_but_not_when_one_element_is_taken_out(self, seed: int) -> None:
        chance = random.Random(seed)
        lines = history(*[f"p{number}: x+{number}" for number in range(40)])
        gone = chance.randrange(40)
        seen = tuple(number for number in range(40) if number != gone)
        last = Transaction(40, "judge", 100.0, 101.0, (Read("x", seen),))
        assert [anomaly.kind for anomaly in check([*lines, last])] == ["lost update"]
