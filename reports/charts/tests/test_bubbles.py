"""Projects as bubbles: where they stand, how large they are, and which have their names beside them."""

from __future__ import annotations

from itertools import pairwise

from reports.charts.bubbles import Point, bubbles, scale_of


class TestBubbles:
    def test_stand_by_their_indices_and_are_as_large_as_their_budgets(self) -> None:
        points = [Point("小", 0.9, 1.1, 1), Point("大", 1.0, 1.0, 4)]
        scale = scale_of(points)
        large, small = bubbles(points, scale)
        assert (large.place, small.place, large.radius) == (1, 0, 2 * small.radius)
        assert (large.x, large.y) == (scale.x(1), scale.y(1))
        assert small.x < large.x
        assert small.y < large.y

    def test_look_as_closely_as_all_points_allow(self) -> None:
        assert [scale_of([Point("", spi, 1, 1)]).span for spi in (1, 1.2, 0.75, 3)] == [0.2, 0.2, 0.3, 0.5]
        assert scale_of([]).span == 0.2

    def test_that_lie_outside_stand_at_the_edge(self) -> None:
        points = [Point("遠い", 9, 0.0, 1)]
        (found,) = bubbles(points, scale_of(points))
        assert (found.x, found.y) == (692, 300)
        assert found.is_left

    def test_have_names_that_lie_neither_on_names_nor_on_bubbles(self) -> None:
        points = [Point("あ" * 30, 1 + step / 200, 1, 10 + step) for step in range(12)]
        found = bubbles(points, scale_of(points))
        named = [each for each in found if each.name]
        assert 0 < len(named) < len(points)
        assert all(each.name == "あ" * 11 + "…" for each in named)
        spans = [
            (each.name_x - 144, each.name_x) if each.is_left else (each.name_x, each.name_x + 144)
            for each in named
        ]
        spans.sort()
        assert all(one[1] <= two[0] for one, two in pairwise(spans))
