"""`bin/run`: the whole product on this machine."""

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import Final

from config.embedded import engines
from config.embedded.places import LauncherError
from config.launch import database, servers, services, serving
from config.launch.progress import complain, say, step
from config.launch.supervisor import GaveUpError

DEFAULT_PORT: Final = 8000
ENDING: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def main() -> int:
    """Start everything, watch over it, and end it on Ctrl-C or SIGTERM."""
    arguments = _arguments()
    for number in ENDING:
        # nohup asks for a hang-up to be ignored.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
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
    if arguments.reset:
        _reset()
    with servers.running() as found, serving.listening(arguments.port) as listener:
        # Here, and nowhere where the site is deployed, a demo person is chosen and keys are known ones.
        chosen = os.environ.get("ENVIRONMENT") or "development"
        variables = found.variables | {"PYTHONUNBUFFERED": "1", "ENVIRONMENT": chosen}
        with services.compiling(variables):
            _prepare(variables, found.state)
            serving.serve(variables, listener, reload=arguments.reload, embedded=bool(found.urls))


def _reset() -> None:
    if servers.are_configured():
        raise LauncherError("--reset deletes local data only, and DATABASE_URL names a server of your own.")
    with step("Deleting local data"):
        engines.reset()


def _prepare(variables: dict[str, str], state: Path | None) -> None:
    """Tables and demo data, each only when something has changed."""
    done = database.DatabaseProgress(state)
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
