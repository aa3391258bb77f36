#!/usr/bin/env python
"""The maintainer's command line: `python manage.py help`."""

import os
import sys


def main() -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    import config.celery  # noqa: F401  # a command may send jobs too

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
