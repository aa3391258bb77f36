"""Operators made and passwords changed by commands: in the record of the installation, and of every organization."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from projects.models import AuditEntry, InstallationEntry, User

PASSWORD = "a very long pass phrase"  # pragma: allowlist secret  # of these tests


def lines(action: str) -> list[tuple[str, str, int | None]]:
    """Whose record has it, what did it, and to whom: the installation's line first."""
    of_all = InstallationEntry.objects.filter(action=action).order_by("sequence")
    of_each = AuditEntry.objects.filter(action=action).order_by("organization__code")
    return [
        *(("", entry.system_name, entry.target_id) for entry in of_all),
        *((entry.organization.code, entry.system_name, entry.target_id) for entry in of_each),
    ]


def make(username: str) -> User:
    call_command("createsuperuser", interactive=False, username=username, display_name="運用", verbosity=0)
    return User.objects.get(username=username)


class TestCreateSuperuser:
    @pytest.fixture(autouse=True)
    def _password(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)

    def test_is_told_to_all(self, cast: Any) -> None:
        made = make("root")
        assert lines("user.added") == [
            ("", "manage", made.pk),
            ("kaku", "manage", made.pk),
            ("yoso", "manage", made.pk),
        ]

    def test_is_told_where_there_is_no_organization_yet(self, db: None) -> None:
        made = make("root")
        assert lines("user.added") == [("", "manage", made.pk)]
        assert PASSWORD not in str(InstallationEntry.objects.values_list("before", "after"))


class TestChangePassword:
    def test_is_told_to_all(self, cast: Any, operator: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("getpass.getpass", lambda prompt="": PASSWORD)
        call_command("changepassword", operator.username, verbosity=0)
        operator.refresh_from_db()
        assert operator.check_password(PASSWORD)
        told = [("", "manage", operator.pk), ("kaku", "manage", operator.pk), ("yoso", "manage", operator.pk)]
        assert lines("user.password_changed") == told
