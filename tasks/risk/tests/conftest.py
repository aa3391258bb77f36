"""The time at which plans are simulated: the morning on which the project of the tests begins."""

from collections.abc import Iterator

import pytest
import time_machine

MORNING = "2026-04-06 07:00:00+09:00"


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(MORNING):
        yield
