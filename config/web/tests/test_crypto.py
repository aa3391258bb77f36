"""Encryption of fields, and the change of keys."""

from __future__ import annotations

from typing import Any

import pytest

from config import crypto

OLD, NEW = "old-key-" + "o" * 40, "new-key-" + "n" * 40


class TestCrypto:
    @pytest.fixture(autouse=True)
    def _key(self, settings: Any) -> None:
        settings.ENCRYPTION_KEYS = [OLD]

    @pytest.mark.parametrize("text", ["", "単価 8,500円", "x" * 10_000])
    def test_gives_back_what_it_took(self, text: str) -> None:
        assert crypto.decrypt(crypto.encrypt(text)) == text

    def test_shows_nothing_of_the_text_nor_that_two_are_the_same(self) -> None:
        first, second = crypto.encrypt("8500"), crypto.encrypt("8500")
        assert "8500" not in first
        assert first != second

    def test_reads_what_an_older_key_wrote(self, settings: Any) -> None:
        secret = crypto.encrypt("8500")
        settings.ENCRYPTION_KEYS = [NEW, OLD]
        assert crypto.decrypt(secret) == "8500"

    def test_lets_the_older_key_go_once_everything_was_turned(self, settings: Any) -> None:
        secret = crypto.encrypt("8500")
        settings.ENCRYPTION_KEYS = [NEW, OLD]
        turned = crypto.rotate(secret)
        settings.ENCRYPTION_KEYS = [NEW]
        assert crypto.decrypt(turned) == "8500"
        with pytest.raises(crypto.UndecryptableError):
            crypto.decrypt(secret)

    @pytest.mark.parametrize("secret", ["", "x", "日本", "gAAAAA" + "A" * 80])
    def test_refuses_what_it_did_not_write(self, secret: str) -> None:
        with pytest.raises(crypto.UndecryptableError):
            crypto.decrypt(secret)
        with pytest.raises(crypto.UndecryptableError):
            crypto.rotate(secret)

    def test_knows_what_there_is_to_turn(self, settings: Any) -> None:
        secret = crypto.encrypt("8500")
        assert crypto.is_current(secret)
        settings.ENCRYPTION_KEYS = [NEW, OLD]
        assert not crypto.is_current(secret)
        assert crypto.is_current(crypto.rotate(secret))
        assert not crypto.is_current("nonsense")
