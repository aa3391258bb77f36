"""`manage.py migrate` as the owner of the schema, followed by what the roles of the site may do."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import OperationalError, connections

from projects.migrating import Patience, hurried, is_lock
from projects.rls.owner import need_owner
from projects.rls.roles import grant_roles


class Command(DjangoMigrate):
    """Migrate through the owner's connection unless told otherwise, without making people wait for locks."""

    def add_arguments(self, parser: Any) -> None:
        """The default of --database differs; the others are ours."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")
        parser.add_argument(
            "--lock-timeout", type=int, default=Patience.lock_timeout, metavar="MS",
            help="how long a statement may wait for a lock; people wait behind it as long (%(default)s)",
        )  # fmt: skip
        parser.add_argument(
            "--statement-timeout", type=int, default=Patience.statement_timeout, metavar="MS",
            help="how long a statement may take; 0 for ever (%(default)s)",
        )  # fmt: skip
        parser.add_argument(
            "--patience", type=float, default=Patience.seconds, metavar="S",
            help="how long it is tried again while another session holds a table (%(default)s)",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then grant: both can be run again without harm."""
        if options["database"] == "owner":
            need_owner()
        connection = connections[options["database"]]
        patience = Patience(
            options["lock_timeout"], options["statement_timeout"], options["patience"],
            say=self.stdout.write if options["verbosity"] else lambda _words: None,
        )  # fmt: skip
        with hurried(connection, patience):
            self._migrate(patience, *args, **options)
            if options["database"] == "owner" and not options["plan"] and not options["check_unapplied"]:
                grant_roles(connection)

    def _migrate(self, patience: Patience, /, *args: Any, **options: Any) -> None:
        """A migration in a transaction has been rolled back whole when it gave up, so it begins anew."""
        while True:
            try:
                super().handle(*args, **options)
            except OperationalError as error:
                if not is_lock(error):
                    raise
                patience.wait("Another session holds a table that a migration needs")
            else:
                return
