"""That the database holds no amount of a rate, and that keys can be changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from config.crypto import UndecryptableError, decrypt, encrypt
from projects.models import AuditEntry, User
from projects.models.encrypted import reveal
from projects.operations import key_rotation
from projects.permissions import System
from resources.models import Resource, ResourceRate
from resources.services.rates import add_rate, edit_rate

OLD, NEW = "old-key-" + "o" * 40, "new-key-" + "n" * 40


def stored() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cost_per_hour FROM resource_rates ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def rate(contributor: Resource, settings: Any) -> ResourceRate:
    """¥7,531 an hour, under the old key."""
    settings.ENCRYPTION_KEYS = [OLD]
    return add_rate(
        resource=contributor, valid_from=date(2025, 4, 1), cost_per_hour=Decimal(7531), actor=System("test")
    )


class TestEncryptedRate:
    def test_shows_nothing_to_who_looks_into_the_database(self, rate: ResourceRate) -> None:
        assert "7531" not in stored()[0]
        assert decrypt(stored()[0]) == "7531.00"
        assert ResourceRate.objects.get().cost_per_hour == Decimal("7531.00")

    def test_is_not_in_the_record_either(self, rate: ResourceRate) -> None:
        edit_rate(rate=rate, valid_from=rate.valid_from, cost_per_hour=Decimal(8642), actor=System("test"))
        entries = AuditEntry.objects.filter(action__startswith="rate.")
        said = str(list(entries.values_list("before", "after")))
        assert "7531" not in said
        assert "8642" not in said
        assert reveal(entries.latest("pk").after["cost_per_hour"]) == 8642

    def test_is_not_in_what_an_operator_changed(self, rate: ResourceRate, client: Any) -> None:
        operator = User.objects.create_superuser("operator")
        client.force_login(operator, backend="projects.auth.AccountBackend")
        url = f"/admin/resources/resourcerate/{rate.pk}/change/"
        form = {
            "organization": rate.organization_id, "resource": rate.resource_id, "valid_from": "2025-04-01",
            "cost_per_hour": "8642",
        }  # fmt: skip
        assert client.post(url, form).status_code == 302
        entry = AuditEntry.objects.get(action="resourcerate.edited")
        assert [reveal(side["cost_per_hour"]) for side in (entry.before, entry.after)] == [7531, 8642]
        assert client.get("/admin/resources/resourcerate/?o=3").status_code == 200

    def test_is_encrypted_by_bulk_writes_too(self, rate: ResourceRate) -> None:
        ResourceRate.objects.update(cost_per_hour=99)
        ResourceRate.objects.bulk_create(
            [
                ResourceRate(
                    organization_id=rate.organization_id, resource_id=rate.resource_id,
                    valid_from=date(2026, 4, 1), cost_per_hour="12.345",
                )
            ]
        )  # fmt: skip
        assert [decrypt(text) for text in stored()] == ["99.00", "12.34"]

    def test_cannot_be_asked_for_by_its_amount(self, rate: ResourceRate) -> None:
        with pytest.raises(FieldError):
            ResourceRate.objects.filter(cost_per_hour__gt=5000).exists()
        with pytest.raises(FieldError):
            ResourceRate.objects.filter(cost_per_hour=7531).exists()
        assert ResourceRate.objects.filter(cost_per_hour__isnull=False).count() == 1
        with pytest.raises(FieldError):
            ResourceRate.objects.update(cost_per_hour=F("cost_per_hour") * 2)

    def test_that_was_changed_in_the_database_is_not_read(self, rate: ResourceRate) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE resource_rates SET cost_per_hour = replace(cost_per_hour, 'A', 'B')")
        with pytest.raises(UndecryptableError):
            ResourceRate.objects.get()


class TestMigration:
    def test_turns_numbers_into_texts_and_back(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        """On a table of this connection's own, which hides the real one; in batches of two."""
        migration = import_module("resources.migrations.0005_encrypt_rates")
        monkeypatch.setattr(migration, "BATCH", 2)
        with connection.cursor() as cursor, connection.schema_editor(atomic=False) as editor:
            cursor.execute(
                "CREATE TEMPORARY TABLE resource_rates (id bigint, cost_per_hour text) ON COMMIT DROP"
            )
            amounts = ["5000.00", "0.50", "99999999.99", "0.00", "12.34"]
            cursor.executemany("INSERT INTO resource_rates VALUES (%s, %s)", list(enumerate(amounts, 7)))
            migration.encrypt(None, editor)
            assert [decrypt(text) for text in stored()] == amounts
            migration.decrypt(None, editor)
            assert stored() == amounts
            cursor.execute("DROP TABLE resource_rates")


class TestRotateKeys:
    def run(self, **options: Any) -> str:
        told = StringIO()
        call_command("rotate_keys", stdout=told, **options)
        return told.getvalue()

    def test_finds_every_encrypted_column(self) -> None:
        assert (ResourceRate, "cost_per_hour") in list(key_rotation.encrypted_fields())

    def test_lets_the_old_key_go(self, rate: ResourceRate, settings: Any) -> None:
        settings.ENCRYPTION_KEYS = [NEW, OLD]
        assert "resource_rates.cost_per_hour: 1 turned, 0 were current, 0 cannot be read" in self.run()
        settings.ENCRYPTION_KEYS = [NEW]
        assert ResourceRate.objects.get().cost_per_hour == 7531

    def test_goes_on_where_it_was_broken_off(
        self, rate: ResourceRate, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ResourceRate.objects.bulk_create(
            ResourceRate(
                organization_id=rate.organization_id, resource_id=rate.resource_id, valid_from=date(2000 + n, 1, 1),
                cost_per_hour=n,
            )
            for n in range(6)
        )  # fmt: skip
        settings.ENCRYPTION_KEYS = [NEW, OLD]
        monkeypatch.setattr(key_rotation, "BATCH", 3)
        write = key_rotation._write
        written: list[int] = []

        def once(model: Any, name: str, texts: dict[int, Any]) -> None:
            if written:
                raise KeyboardInterrupt
            written.append(len(texts))
            write(model, name, texts)

        monkeypatch.setattr(key_rotation, "_write", once)
        with pytest.raises(KeyboardInterrupt):
            self.run()
        monkeypatch.setattr(key_rotation, "_write", write)
        assert "4 turned, 3 were current" in self.run()
        assert "0 turned, 7 were current" in self.run()

    def test_writes_nothing_when_only_asked(self, rate: ResourceRate, settings: Any) -> None:
        settings.ENCRYPTION_KEYS = [NEW, OLD]
        before = stored()
        assert "1 would be turned" in self.run(dry_run=True)
        assert stored() == before

    def test_names_what_no_key_can_read_after_turning_the_rest(
        self, rate: ResourceRate, settings: Any
    ) -> None:
        settings.ENCRYPTION_KEYS = ["lost-key-" + "l" * 40]
        lost = encrypt("1.00")
        settings.ENCRYPTION_KEYS = [NEW, OLD]
        ResourceRate.objects.create(
            organization_id=rate.organization_id, resource_id=rate.resource_id, valid_from=date(2026, 4, 1),
            cost_per_hour=1,
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE resource_rates SET cost_per_hour = %s WHERE valid_from = '2026-04-01'", [lost]
            )
        with pytest.raises(CommandError, match="1 values were encrypted with a key that is not among the 2"):
            self.run()
        assert lost in stored()
        settings.ENCRYPTION_KEYS = [NEW]
        assert ResourceRate.objects.get(pk=rate.pk).cost_per_hour == 7531
