"""How a job is declared: under its own name, tried again when the database is away for a while."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import OperationalError


def job(name: str, *, feature: str = "") -> Callable[[Callable[..., None]], Any]:
    """A function as a job: `@job("ensure_holidays")`. It takes ids by keyword and can run twice without harm.

    A job of a feature that is switched off does nothing.
    """

    def decorate(function: Callable[..., None]) -> Any:
        @wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> None:
            if not feature or settings.FEATURES[feature]:
                function(*args, **kwargs)

        return shared_task(name=name, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)(
            guarded
        )

    return decorate
