"""What an edit has filled too much, said with its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.web.htmx import toast
from tasks.allocation.overallocation import warning

if TYPE_CHECKING:
    from projects.requests import SignedInRequest


def tell_overloads(request: SignedInRequest) -> None:
    """Say who has more than the whole of a day by the change that was just made."""
    text = warning()
    if text:
        toast(request, text, late=True)
