"""Icons of rows, drawn as one path."""

from __future__ import annotations

import pytest

from config.web.elements import STATES
from config.web.outlines import outline


class TestOutline:
    def test_draws_all_pieces_of_a_symbol(self) -> None:
        assert outline("circle-check") == "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M0 0m16 9-5.5 5.5L8 12"

    def test_draws_lines(self) -> None:
        assert outline("circle-slash").endswith("M9 15L15 9")

    @pytest.mark.parametrize("name", sorted({icon for icon, _tone in STATES.values()} - {"route"}))
    def test_knows_the_icon_of_each_state_of_a_task(self, name: str) -> None:
        assert outline(name).startswith("M")

    def test_refuses_what_the_sprite_does_not_have(self) -> None:
        with pytest.raises(KeyError):
            outline("unheard-of")
