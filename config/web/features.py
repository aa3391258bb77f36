"""Parts of the product that an installation can switch off."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def feature(name: str) -> Callable[[View], View]:
    """Let a view answer 404 where its feature is off, as if it had never been written."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not settings.FEATURES[name]:
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate
