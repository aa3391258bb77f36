"""Keys of what services encrypt themselves; rates are in resources/tests/test_encrypted_rates.py."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from config.crypto import decrypt, encrypt
from projects.models import Identity, ProviderSession, UserSession
from projects.operations.key_rotation import encrypted_fields, rotate_keys

OLD, NEW = "old-key-" + "o" * 40, "new-key-" + "n" * 40


@pytest.fixture
def signed_in(cast: Any, settings: Any) -> ProviderSession:
    """A session with tokens of the provider, of which one never came; its key is a text."""
    settings.ENCRYPTION_KEYS = [OLD]
    later = timezone.now() + timedelta(hours=1)
    session = UserSession.objects.create(
        session_key="k" * 32, session_data="", expire_date=later, user=cast.leader
    )
    identity = Identity.objects.create(user=cast.leader, issuer="https://id.example.jp", subject="1")
    return ProviderSession.objects.create(
        session=session,
        identity=identity,
        refresh_secret=encrypt("a token"),
        id_secret="",
        refresh_due_at=later,
    )


class TestRotateKeys:
    def test_knows_the_tokens_of_sessions(self) -> None:
        assert {(ProviderSession, "refresh_secret"), (ProviderSession, "id_secret")} <= set(
            encrypted_fields()
        )

    def test_turns_them(self, signed_in: ProviderSession, settings: Any) -> None:
        settings.ENCRYPTION_KEYS = [NEW, OLD]
        counts = {(count.table, count.column): count[2:] for count in rotate_keys()}
        assert counts["provider_sessions", "refresh_secret"] == (1, 0, 0)
        assert counts["provider_sessions", "id_secret"] == (0, 1, 0)
        settings.ENCRYPTION_KEYS = [NEW]
        signed_in.refresh_from_db()
        assert decrypt(signed_in.refresh_secret) == "a token"
        assert signed_in.id_secret == ""
