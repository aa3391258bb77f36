"""What waits for a late task, and whether its delay reaches the end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reports.late.pushes import Followers
from tasks.notifications.late import waiting_for

NUMBERS = st.integers(1, 12)


@st.composite
def plans(draw: st.DrawFn) -> tuple[dict[int, int | None], list[tuple[int, int]]]:
    """A tree whose parents come before their children, and links that lead forwards, summaries among them."""
    parents: dict[int, int | None] = {}
    for number in range(1, 13):
        parents[number] = draw(st.none() | st.integers(1, number - 1)) if number > 1 else None
    links = draw(st.lists(st.tuples(NUMBERS, NUMBERS).filter(lambda pair: pair[0] < pair[1]), max_size=15))
    return parents, links


class TestFollowers:
    @given(plan=plans(), late=NUMBERS)
    def test_are_those_of_the_daily_message(
        self, plan: tuple[dict[int, int | None], list[tuple[int, int]]], late: int
    ) -> None:
        assert Followers(*plan).of(late) == waiting_for({late}, *plan)

    def test_go_through_summaries(self) -> None:
        followers = Followers({1: None, 2: None, 3: 2, 4: 2, 5: None}, [(1, 2), (3, 5)])
        assert followers.of(1) == {2, 3, 4, 5}
        assert followers.of(4) == set()

    def test_pass_over_links_to_tasks_that_are_gone(self) -> None:
        assert Followers({1: None, 2: None}, [(1, 9), (9, 2)]).of(1) == set()
