"""`manage.py changepassword`: Django's, with a line in the records."""

from __future__ import annotations

import getpass
from typing import Any

from django.contrib.auth.management.commands.changepassword import Command as DjangoChangePassword

from projects.models import User
from projects.people.operators import note_account
from projects.permissions import System


class Command(DjangoChangePassword):
    """Only operators use a password, so every organization is told that one has a new one."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Change it; its questions are asked outside of any transaction."""
        said: str | None = super().handle(*args, **options)
        user = User.objects.get(username=options["username"] or getpass.getuser())
        note_account(user, "user.password_changed", by=System("manage"))
        return said
