"""`manage.py migrate` as the owner of the schema, followed by what the app role may do."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections

from projects.database_roles import grant_app


class Command(DjangoMigrate):
    """Migrate through the owner's connection unless told otherwise."""

    def add_arguments(self, parser: Any) -> None:
        """Only the default of --database differs."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then grant: both can be run again without harm."""
        super().handle(*args, **options)
        if options["database"] == "owner" and not options.get("plan") and not options.get("check_unapplied"):
            grant_app(connections["owner"])
