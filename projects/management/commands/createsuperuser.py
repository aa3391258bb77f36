"""`manage.py createsuperuser`: Django's, with a line in the records."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management.commands.createsuperuser import Command as DjangoCreateSuperuser
from django.db.models import Max

from projects.models import User
from projects.people.operators import note_account
from projects.permissions import System


class Command(DjangoCreateSuperuser):
    """That there is one more who may do everything is told to every organization; the password is not."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the operator; its questions are asked outside of any transaction."""
        newest = User.objects.aggregate(pk=Max("pk"))["pk"] or 0
        super().handle(*args, **options)
        for user in User.objects.filter(pk__gt=newest, is_superuser=True):
            after = {"username": user.username, "is_staff": True, "is_superuser": True}
            note_account(user, "user.added", by=System("manage"), after=after)
