"""`python -m config.embedded start|stop|status|env|reset`."""

import argparse
import os
import shlex
import sys

from config.embedded import EnginesNotRunningError, engines, environment
from config.embedded.places import STATE, LauncherError

COMMANDS = {
    "start": "start both engines and leave them running",
    "stop": "stop both engines",
    "status": "say whether they run and where their state is",
    "env": "print the variables that the settings read",
    "reset": "stop both and delete everything they held",
}


def main() -> int:
    """Do one command; the exit code tells."""
    parser = argparse.ArgumentParser(prog="python -m config.embedded", description=__doc__)
    parser.add_argument(
        "command", choices=COMMANDS, help="; ".join(f"{name}: {text}" for name, text in COMMANDS.items())
    )
    try:
        _do(parser.parse_args().command)
    except (LauncherError, EnginesNotRunningError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _do(command: str) -> None:
    if command == "start":
        engines.start(keep=True)
        print(f"PostgreSQL and Valkey are running; their state is in {STATE.resolve()}.")
    elif command == "stop":
        engines.stop()
        print("PostgreSQL and Valkey are stopped.")
    elif command == "reset":
        engines.reset()
        print("PostgreSQL and Valkey are stopped, and their data is deleted.")
    elif command == "status":
        environment()
        print(f"PostgreSQL and Valkey are running; their state is in {STATE.resolve()}.")
    else:
        # These engines are a developer's; without the word the settings take them for production's.
        variables = {"ENVIRONMENT": os.environ.get("ENVIRONMENT") or "development"} | environment()
        for name, value in variables.items():
            print(f"export {name}={shlex.quote(value)}")


if __name__ == "__main__":
    sys.exit(main())
