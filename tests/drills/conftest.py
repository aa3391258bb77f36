"""Every drill has a room, and says what it found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.drills.kit.figures import Figures
from tests.drills.kit.keycloak_place import Place
from tests.drills.kit.programs import Room


@pytest.fixture
def room() -> Iterator[Room]:
    """Folders and programs of this drill."""
    made = Room()
    yield made
    made.close()


@pytest.fixture(scope="module")
def common_room() -> Iterator[Room]:
    """The same for all tests of a drill that start from the same programs."""
    made = Room()
    yield made
    made.close()


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    """Figures of this drill; those that do not hold fail it at the end."""
    made = Figures()
    yield made
    made.save(Path(request.node.path).stem.removeprefix("test_"), request.node.name)
    missed = made.missed()
    assert not missed, "\n".join(f"{line.name}: {line.value} (aim {line.aim})" for line in missed)


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """Keycloak with the site before it, for the drills of it: Java starts once. Other drills say `place` of their own."""
    room = Room()
    try:
        yield Place(room)
    finally:
        room.close()


@pytest.fixture(scope="module")
def browser(place: Place) -> Iterator[Browser]:
    """Chromium before that place."""
    with place.browser() as opened:
        yield opened
