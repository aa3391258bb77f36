"""`bin/run`: the whole product on this machine."""

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from config.embedded import engines
from config.embedded.places import STATE, LauncherError
from config.launch import database, serving
from config.launch.progress import complain, say, step
from config.launch.supervisor import GaveUpError

DEFAULT_PORT: Final = 8000
ENDING: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def main() -> int:
    """Start everything, watch over it, and end it on Ctrl-C or SIGTERM."""
    arguments = _arguments()
    for number in ENDING:
        signal.signal(number, _interrupt)
    try:
        _run(arguments)
    except KeyboardInterrupt:
        say("  Everything is ended.")
        return 0
    except (LauncherError, database.CommandFailedError, GaveUpError, serving.CannotListenError) as error:
        complain(f"\n{error}")
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/run",
        description="Start the whole product on this machine: databases, site, worker and clock. Ctrl-C ends it.",
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="port of 127.0.0.1 (%(default)s)")
    parser.add_argument(
        "--reset", action="store_true", help="delete all local data first and load the demo anew"
    )
    parser.add_argument(
        "--reload", action="store_true", help="start the site's workers anew when code changes"
    )
    return parser.parse_args()


def _interrupt(*_: object) -> None:
    # A second signal must not break off the orderly end that the first one began.
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _run(arguments: argparse.Namespace) -> None:
    with _servers(reset=arguments.reset) as (urls, state), serving.listening(arguments.port) as listener:
        variables = os.environ | urls | {"PYTHONUNBUFFERED": "1"}
        _prepare(variables, state)
        serving.serve(variables, listener, reload=arguments.reload, embedded=bool(urls))


@contextlib.contextmanager
def _servers(*, reset: bool) -> Iterator[tuple[dict[str, str], Path | None]]:
    """Addresses of embedded servers and the folder of their state; neither when servers are configured."""
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        if reset:
            raise LauncherError(
                "--reset deletes local data only, and DATABASE_URL names a server of your own."
            )
        yield {}, None
        return
    if reset:
        with step("Deleting local data"):
            engines.reset()
    with contextlib.ExitStack() as stack:
        with step("PostgreSQL and Valkey") as note:
            urls = stack.enter_context(engines.running())
            if engines.is_fallback():
                note(f"(state in {STATE.resolve()})")
        yield {name: os.environ.get(name) or url for name, url in urls.items()}, STATE.resolve()


def _prepare(variables: dict[str, str], state: Path | None) -> None:
    """Tables and demo data, each only when something has changed."""
    done = database.Progress(state)
    schema = database.schema_digest()
    if not done.has("schema", schema):
        with step("Tables"):
            database.manage("migrate", "--no-input", environment=variables)
        done.note("schema", schema)
    if not done.has("demo", "loaded"):
        with step("Demo data"):
            database.manage("seed_demo", "--once", environment=variables)
        done.note("demo", "loaded")


if __name__ == "__main__":
    sys.exit(main())
