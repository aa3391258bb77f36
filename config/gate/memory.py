"""Keeps Python from looking through what the tests load for garbage: that stays, and is most of what there is.

A third of what collecting costs, and a tenth of what the tests do.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

#: So many new objects before the young ones are looked through: 700 fits a program of a few modules.
YOUNG = 20_000


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Nothing is looked through while tests are imported, and what they imported never again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(YOUNG, 20, 20)
        gc.enable()
