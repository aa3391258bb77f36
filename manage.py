#!/usr/bin/env python
"""The maintainer's command line: `python manage.py help`."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: Commands that are run while the site is stopped, and with it the servers that `bin/run` starts.
ALONE = frozenset({"backup", "restore", "after_restore"})

#: With one of these a command belongs to an installation, whose environment must be said.
NAMES = ("ENVIRONMENT", "DATABASE_URL", "SECRET_KEY")


def main() -> None:
    """Run one command."""
    if not any(os.environ.get(name) or os.environ.get(f"{name}_FILE") for name in NAMES):
        # What it can reach is this clone's own database (config/embedded), or none.
        os.environ["ENVIRONMENT"] = "development"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with servers(sys.argv[1] if len(sys.argv) > 1 else ""):
        from django.core.management import execute_from_command_line

        import config.celery  # noqa: F401  # a command may send jobs too

        execute_from_command_line(sys.argv)


@contextmanager
def servers(command: str) -> Iterator[None]:
    """Where no server is configured and none runs: those of `bin/run`, for as long as such a command works."""
    from config import env

    if command not in ALONE or env.engine_urls().get("DATABASE_URL"):
        yield
        return
    from config.embedded import engines
    from config.embedded.places import LauncherError

    try:
        with engines.running():
            yield
    except LauncherError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
