"""The clock of the jobs: entries come from the database, only one clock ticks at a time, and none fires twice."""

from __future__ import annotations

import datetime as dt
import logging
import time
from typing import Any, Final

import psycopg
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler

from config import env
from projects.jobs.outbox import enqueue_on_occasion, release_occasions
from projects.operations import marks

log = logging.getLogger(__name__)
#: Any number that nothing else in this database locks.
LOCK: Final = 20_260_401
#: How often it says that it ticks, and how often it looks for a database that is away, in seconds.
MARK_SECONDS: Final = 30.0
AWAY_SECONDS: Final = 2.0
#: By how much the time of day may differ from the seconds that passed, and one machine's clock from another's, before it was moved.
LEEWAY: Final = dt.timedelta(seconds=5)


class SingleScheduler(DatabaseScheduler):  # type: ignore[misc]  # the library has no types
    """Waits until no other beat holds the lock; asks for each job with the moment at which it was due.

    The lock belongs to a session of its own on a direct connection: when this process dies, however it dies, PostgreSQL ends the
    session and the next beat goes on. While PostgreSQL restarts two may tick for a moment; then the moment, which is
    unique in the database, keeps a job from being asked for twice.
    """

    _session: psycopg.Connection[Any] | None = None
    _marked_at = _asked_at = 0.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make it without the lock and without the database, so that it is there at once.

        Told to end, the library closes the scheduler, and makes one for that if it has none yet: one that waited for
        the lock here would make a second one that waits behind the first, and the process would never end.
        """
        self._unasked: dict[str, Any] = {}
        self._began = _began()
        super().__init__(*args, **{**kwargs, "lazy": True})

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """One step, while the lock is ours."""
        if self._session is None:
            self._hold()
            self.setup_schedule()
        elif not _lives(self._session):
            log.warning("the session of the lock is gone; waiting for the lock again")
            self._hold()
            # Another one may have ticked meanwhile: what ran when is read again.
            self._dirty.clear()
            self._read_again()
        if abs(moved := _began() - self._began) > LEEWAY:
            log.warning(
                "the time of day was moved by %d s; what ran when is read again", moved.total_seconds()
            )
            self._began += moved
            self._read_again()
        if time.monotonic() - self._marked_at > MARK_SECONDS:
            self._marked_at = self._mark("clock") or self._marked_at
        for occasion, entry in list(self._unasked.items()):
            self._ask(entry, occasion)
        wait: float = super().tick(*args, **kwargs)
        return min(wait, AWAY_SECONDS) if self._unasked else wait

    def _read_again(self) -> None:
        """Forget what is known of entries, and the order in which they come: both are moments of the clock as it was."""
        self._initial_read, self._heap = True, None

    def all_as_schedule(self) -> dict[str, Any]:
        """The entries; those that ran in the future wait for it no longer."""
        take_back(now=timezone.now())
        entries: dict[str, Any] = super().all_as_schedule()
        return entries

    def _get_crontab_exclude_query(self) -> Q:
        """None is left out. The library leaves out entries whose hour is not near: it would not find those that it is late for."""
        return Q(pk__in=[])

    def reserve(self, entry: Any) -> Any:
        """Keep the moment at which it was due, before the library replaces it by now."""
        self._due = due_at(entry)
        return super().reserve(entry)

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        """Ask for the job, once for this moment. With the database away the moment is kept, and asked for as soon as it is back."""
        if entry.task.startswith("celery."):
            super().apply_entry(entry, producer)  # the library's own
        else:
            self._ask(entry, occasion_of(entry.name, moment_of(self._due)))

    def _ask(self, entry: Any, occasion: str) -> None:
        try:
            close_old_connections()
            asked = enqueue_on_occasion(entry.task, dict(entry.kwargs or {}), occasion)
        except (DatabaseError, InterfaceError) as error:
            log.warning("%s is kept until the database is back: %s", occasion, type(error).__name__)
            self._unasked[occasion] = entry
            return
        except Exception:  # a name that is no job's, typed in the admin
            log.exception("%s cannot be asked for", occasion)
            asked = False
        self._unasked.pop(occasion, None)
        # Ticking is not enough: where nothing is asked for, an alert says so.
        if asked and time.monotonic() - self._asked_at > MARK_SECONDS:
            self._asked_at = self._mark("asked") or self._asked_at
        log.info("%s: %s", occasion, "asked" if asked else "not asked")

    def _mark(self, name: str) -> float:
        """When it was written down, on the clock `time.monotonic`; 0 when it could not be."""
        try:
            close_old_connections()
            marks.note(name)
        except (DatabaseError, InterfaceError) as error:
            log.warning("no mark of the clock: %s", type(error).__name__)
            return 0.0
        return time.monotonic()

    def _hold(self) -> None:
        """Return when the lock is ours, however long that takes."""
        server = connections[direct_alias()].settings_dict
        while True:
            try:
                self._session = psycopg.connect(
                    host=server["HOST"], port=server["PORT"] or None, user=server["USER"],
                    password=server["PASSWORD"], dbname=server["NAME"], autocommit=True, connect_timeout=5,
                    # A machine that is gone says nothing: both ends find out within seconds. The one that waits waits for
                    # days, which the role's own limits would not let it.
                    options="-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
                    " -c lock_timeout=0 -c statement_timeout=0",
                    keepalives_idle=5, keepalives_interval=2, keepalives_count=3,
                    # Of several hosts the one that is the primary now: a lock on a replica would keep no clock out.
                    target_session_attrs="read-write",
                )  # fmt: skip
                self._session.execute("SELECT pg_advisory_lock(%s)", [LOCK])
                return
            except psycopg.Error as error:
                log.warning("no lock yet: %s", type(error).__name__)
                time.sleep(AWAY_SECONDS)


def _began() -> dt.datetime:
    """When this machine began to count seconds, by the time of day: another moment each time that one is moved."""
    return dt.datetime.fromtimestamp(time.time() - time.monotonic(), dt.UTC)


def take_back(*, now: dt.datetime) -> None:
    """Let entries that ran in the future have run now, and be asked for once more when that time comes.

    The clock was ahead then and is right again, or is behind now. Which of the two it is cannot be told from here: in the second
    case some jobs are done twice, as each may be, and in the first one none is forgotten.
    """
    ran = PeriodicTask.objects.annotate(ran_at=Coalesce("last_run_at", "date_changed"))
    ahead = list(ran.filter(ran_at__gt=now + LEEWAY).order_by("pk"))
    for entry in ahead:
        release_occasions(occasion_of(entry.name, ""), after=occasion_of(entry.name, moment_of(now)))
    if ahead:
        PeriodicTask.objects.filter(pk__in=[entry.pk for entry in ahead]).update(last_run_at=now)


def occasion_of(name: str, moment: str) -> str:
    """What an entry is asked for at most once for."""
    return f"{name[:200]}@{moment}"


def moment_of(at: dt.datetime) -> str:
    """In UTC to the second, so that texts come in the order of moments."""
    return at.astimezone(dt.UTC).isoformat(timespec="seconds")


def direct_alias() -> str:
    """The database that a session of our own leads to; ImproperlyConfigured where it would be a pool's, which keeps no lock."""
    if "direct" in connections.settings:
        return "direct"
    if env.IS_DEPLOYED:
        raise ImproperlyConfigured(
            "DATABASE_DIRECT_URL is not set. The clock's lock needs a session with PostgreSQL itself: let it lead there and not to "
            "PgBouncer, as the role of DATABASE_URL."
        )
    return "default"


def _lives(session: psycopg.Connection[Any]) -> bool:
    """Whether PostgreSQL still knows it, and with it the lock."""
    try:
        session.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def due_at(entry: Any) -> dt.datetime:
    """The moment for which it fires now: the same for every clock, whenever within its interval each looks."""
    now = entry.default_now()
    if isinstance(entry.schedule, crontab):
        last, delta, _now = entry.schedule.remaining_delta(entry.last_run_at)
        moment: dt.datetime = (last + delta).replace(second=0, microsecond=0)
        return moment.astimezone(dt.UTC)
    every = getattr(entry.schedule, "run_every", None) or dt.timedelta(minutes=1)
    seconds = max(every.total_seconds(), 1.0)
    return dt.datetime.fromtimestamp(now.timestamp() // seconds * seconds, dt.UTC)
