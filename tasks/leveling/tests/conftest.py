"""The time at which plans are levelled: what is over is not levelled any more."""

from collections.abc import Iterator

import pytest
import time_machine

#: The morning on which the project of the tests begins.
MORNING = "2026-04-06 07:00:00+09:00"


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(MORNING):
        yield
