"""Parts of the product that an installation can switch off."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def feature(name: str) -> Callable[[View[P]], View[P]]:
    """Let a view answer 404 where its feature is off, as if it had never been written."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not settings.FEATURES[name]:
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate
