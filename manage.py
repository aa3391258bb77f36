#!/usr/bin/env python
"""The maintainer's command line: `python manage.py help`."""

import os
import sys

#: With one of these a command belongs to an installation, whose environment must be said.
NAMES = ("ENVIRONMENT", "DATABASE_URL", "SECRET_KEY")


def main() -> None:
    """Run one command."""
    if not any(os.environ.get(name) or os.environ.get(f"{name}_FILE") for name in NAMES):
        # What it can reach is this clone's own database (config/embedded), or none.
        os.environ["ENVIRONMENT"] = "development"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    import config.celery  # noqa: F401  # a command may send jobs too

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
