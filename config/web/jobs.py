"""How a job is declared: under its own name, tried again when the database is away for a while."""

from collections.abc import Callable
from typing import Any

from celery import shared_task
from django.db import OperationalError


def job(name: str) -> Callable[[Callable[..., None]], Any]:
    """A function as a job: `@job("ensure_holidays")`. It takes ids by keyword and can run twice without harm."""
    return shared_task(name=name, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
