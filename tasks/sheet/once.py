"""A change that is sent again, since its answer was lost on the way, is made once."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Final

from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse

if TYPE_CHECKING:
    from projects.requests import SignedInRequest

View = Callable[..., HttpResponse]
Again = Callable[["SignedInRequest", int, "int | None"], HttpResponse]

_KEY: Final = re.compile(r"[0-9a-f-]{36}")
#: Seconds that a change is remembered: longer than any page insists.
KEPT: Final = 900
#: Seconds after which a change that never ended may be made again.
GIVEN_UP: Final = 60
BUSY: Final = "busy"


def _place(request: SignedInRequest) -> str:
    key = request.POST.get("once", "")
    return f"once:{request.user.pk}:{key}" if _KEY.fullmatch(key) else ""


def keep(request: SignedInRequest, project_id: int, focus: int | None) -> None:
    """Remember that the change of this request was made, once it is in the database."""
    if place := _place(request):
        transaction.on_commit(lambda: cache.set(place, (project_id, focus), KEPT))


def once(again: Again) -> Callable[[View], View]:
    """A view that makes a change once; `again` answers what was made before: user, project, and the task of the focus."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(request: SignedInRequest, *args: int, **kwargs: int) -> HttpResponse:
            place = _place(request)
            if not place:
                return view(request, *args, **kwargs)
            # Without a cache nothing is known, and the change is made.
            held = None if cache.add(place, BUSY, GIVEN_UP) else cache.get(place)
            if held == BUSY:
                return HttpResponse(status=503, headers={"Retry-After": "1"})
            if held is not None:
                return again(request, *held)
            return _answer(view, place, request, *args, **kwargs)

        return answered

    return decorate


def _answer(view: View, place: str, request: SignedInRequest, *args: int, **kwargs: int) -> HttpResponse:
    """What was refused may be sent again, and is refused again."""
    try:
        response = view(request, *args, **kwargs)
    except Exception:
        cache.delete(place)
        raise
    if response.status_code >= 400:
        cache.delete(place)
    return response
