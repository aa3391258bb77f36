"""Parameters that an address does not know: a misspelt `filter` would otherwise be answered with everything."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from projects.tokens.asking import pass_of
from reports.api.refusals import UnknownParameterError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import MethodType

    from django.http import HttpRequest, HttpResponseBase
    from ninja.operation import Operation

#: So many of them are named, and so much of each.
MOST_NAMED: Final = 10
LONGEST_NAMED: Final = 40


def refuse_unknown(run: MethodType) -> Callable[..., HttpResponseBase]:
    """A decorator of every operation, which the library puts around the method that runs it."""
    operation: Operation = run.__self__  # type: ignore[assignment]
    known = known_to(operation)

    @wraps(run)
    def checked(request: HttpRequest, **path: Any) -> HttpResponseBase:
        # Who has no token hears of that first.
        unknown = [name for name in request.GET if name not in known] if pass_of(request) else []
        if not unknown:
            return run(request, **path)  # type: ignore[no-any-return]
        return operation.api.on_exception(request, _refusal(unknown, known))

    return checked


def known_to(operation: Operation) -> tuple[str, ...]:
    """The names of the parameters that stand in the query of an operation, as in the document."""
    return tuple(
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in getattr(model, "__ninja_flatten_map__", {})
    )


def _refusal(unknown: list[str], known: tuple[str, ...]) -> UnknownParameterError:
    named = [name[:LONGEST_NAMED] for name in unknown[:MOST_NAMED]]
    words = {"unknown": ", ".join(named), "known": ", ".join(known)}
    if known:
        message = _(
            "「%(unknown)s」というパラメーターは、このアドレスにはありません。使えるのは %(known)s です。綴りを確かめてください。"
        )
    else:
        message = _(
            "「%(unknown)s」というパラメーターは、このアドレスにはありません。このアドレスはパラメーターを取りません。外して送ってください。"
        )
    return UnknownParameterError(message % words, unknown=named, known=known)
