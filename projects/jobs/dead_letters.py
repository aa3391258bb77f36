"""Jobs that are given up: a row for operators, with what they need and nothing of what people have written."""

from __future__ import annotations

import logging
import re
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from celery.exceptions import NotRegistered
from django.conf import settings
from django.db import IntegrityError, transaction

from config.web.logs import current_request_id
from projects.jobs.outbox import key_of
from projects.jobs.sending import declared
from projects.models import AskedJob, DeadJob

if TYPE_CHECKING:
    from datetime import datetime
    from types import TracebackType

log = logging.getLogger(__name__)
MOST_PLACES: Final = 8
#: What may be a value: quoted, an address, a long key, or not of the alphabet that the program's own words are written in.
_VALUES: Final = re.compile(
    r"""'[^']*' | "[^"]*" | «[^»]*» | \([^()]*\) | \S+@\S+ | \S+://\S+ | \b[\w+/=-]{24,} | [^\x00-\x7f]+""",
    re.VERBOSE,
)


def add_dead_letter(
    name: str, arguments: dict[str, Any], *, queue: str, reason: DeadJob.Reason, now: datetime, job_id: str = "",
    error: BaseException | None = None, frames: TracebackType | None = None,
) -> None:  # fmt: skip
    """Write down that a job is given up; the same one counts up a row that is not resolved yet."""
    what = {
        "queue": queue, "reason": reason, "last_failed_at": now, "request_id": _request_id(job_id),
        "error": type(error).__name__[:100] if error else "", "message": words_of(error) if error else "",
        "place": place_of(frames or (error.__traceback__ if error else None)),
    }  # fmt: skip
    key = key_of(name, arguments)
    with transaction.atomic():
        if not _count_up(key, what):
            try:
                with transaction.atomic():
                    DeadJob.objects.create(
                        name=name, arguments=arguments, key=key, first_failed_at=now, **what
                    )
            except IntegrityError:
                _count_up(key, what)  # another worker, at this very moment
        if job_id:
            rows = AskedJob.objects.filter(pk=job_id, ended_at__isnull=True)
            if rows.update(ended_at=now, outcome=AskedJob.Outcome.DEAD):
                _tell(name, job_id, reason)


def _tell(name: str, job_id: str, reason: DeadJob.Reason) -> None:
    """Whom the job's declaration names; what goes wrong there must not keep the letter from being written."""
    try:
        on_dead = declared(name).on_dead
        if on_dead is not None:
            with transaction.atomic():
                on_dead(job_id, reason)
    except NotRegistered:
        return
    except Exception:
        log.exception("%s %s: what follows its end could not be done", name, job_id)


def _request_id(job_id: str) -> str:
    known = AskedJob.objects.filter(pk=job_id).values_list("request_id", flat=True).first()
    return known or current_request_id()[:64]


def _count_up(key: str, what: dict[str, Any]) -> bool:
    row = DeadJob.objects.select_for_update().unresolved().filter(key=key).first()
    if row is None:
        return False
    for field, value in what.items():
        setattr(row, field, value)
    row.times += 1
    row.save(update_fields=["times", *what])
    return True


def words_of(error: BaseException) -> str:
    """What the error says, without values. Of the database's errors: the code, and the rule that was broken."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None and diagnosis.sqlstate:
        rule = diagnosis.constraint_name or diagnosis.message_primary or ""
        return _without_values(f"{diagnosis.sqlstate} {rule}")
    lines = str(error).splitlines()
    return _without_values(lines[0] if lines else "")


def _without_values(text: str) -> str:
    return _VALUES.sub("…", text)[:400]


def place_of(frames: TracebackType | None) -> str:
    """Lines of the program that led there, innermost first; those of libraries are left out."""
    lines = []
    for frame in reversed(traceback.extract_tb(frames)):
        path = Path(frame.filename)
        if path.is_relative_to(settings.BASE_DIR) and ".venv" not in path.parts:
            lines.append(f"{path.relative_to(settings.BASE_DIR)}:{frame.lineno} {frame.name}")
    return "\n".join(lines[:MOST_PLACES])
