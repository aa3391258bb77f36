"""The receiver of the log goes, is seen to be gone, and comes back: after a moment by itself, after too long as docs/operations.md says."""

from __future__ import annotations

import os
import re
import urllib.request
from contextlib import suppress
from typing import Final

import pytest

from tests.drills.kit import packages, postgres
from tests.drills.kit.figures import Figures
from tests.drills.kit.programs import Room, free_port, wait_until
from tests.drills.kit.receiver import Receiver

pytestmark = pytest.mark.drill
#: Of the alert `second_copy_is_gone` (ops/prometheus/rules/data.yaml).
FIGURE: Final = re.compile(
    r'^pg_replication_slots_active\{[^}]*slot_name="receiver"[^}]*\} (\d)', re.MULTILINE
)
#: More of the log than the primary keeps for who is away (`max_slot_wal_keep_size`, here 32 MB).
TOO_LONG: Final = (
    "ALTER SYSTEM SET max_slot_wal_keep_size = '32MB'", "ALTER SYSTEM SET wal_keep_size = '0'", "SELECT pg_reload_conf()",
    *["SELECT count(pg_logical_emit_message(true, 'drill', repeat('x', 1000000))) FROM generate_series(1, 40)", "CHECKPOINT"] * 4,
)  # fmt: skip


def test_is_seen_and_comes_back(room: Room, figures: Figures) -> None:
    programs = packages.need("postgres", "prometheus-postgres-exporter")
    primary = postgres.make_primary(room)
    port = free_port()
    # Without compose's options, which Debian 12's does not know and this figure does not need.
    command = [programs["prometheus-postgres-exporter"], f"--web.listen-address=127.0.0.1:{port}"]
    address = f"{primary.url('watcher')}?sslmode=disable"
    room.program("exporter", command, env=os.environ | {"DATA_SOURCE_NAME": address})

    def shown() -> str:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as page:
            found = FIGURE.search(page.read().decode())
            return found[1] if found else "none"
        return ""

    receiver = Receiver(room, primary)
    wait_until(lambda: shown() == "1", "a figure of the receiver")
    receiver.program.kill()
    took = wait_until(lambda: shown() == "0", "a figure that it is gone")
    figures.add("its figure says that it is gone", f"{took:.1f} s", aim="≤ 15 s", held=took <= 15)

    receiver.program.start()
    took = wait_until(lambda: shown() == "1", "a receiver that goes on")
    figures.add("started again it goes on by itself", f"{took:.1f} s", aim="≤ 30 s", held=took <= 30)

    receiver.program.kill()
    for statement in TOO_LONG:
        primary.ask(statement)
    state = primary.ask("SELECT wal_status FROM pg_replication_slots WHERE slot_name = 'receiver'")
    figures.add("its slot, away for too long", state, aim="lost", held=state == "lost")
    # As the runbook: the container goes with its volume, the slot is dropped, and it starts anew.
    for file in receiver.folder.iterdir():
        file.unlink()
    primary.ask("SELECT pg_drop_replication_slot('receiver')")
    receiver.program.start()
    took = wait_until(lambda: shown() == "1", "a receiver that begins anew")
    figures.add("begun anew it follows", f"{took:.1f} s", aim="≤ 30 s", held=took <= 30)
