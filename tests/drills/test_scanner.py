"""ClamAV itself, asked as the site asks it."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from config.web.scanning import infection
from tests.drills.kit import packages
from tests.drills.kit.figures import Figures
from tests.drills.kit.programs import Room, wait_until

pytestmark = pytest.mark.drill
#: The file that every scanner takes for a virus and that is none; written backwards, so that this one is not refused anywhere.
EICAR = base64.b64decode(
    "KkgrSCQhRUxJRi1UU0VULVNVUklWSVROQS1EUkFETkFUUy1SQUNJRSR9NylDQzcpXlAoNDVYWlBcNFtQQUAlUCFPNVg="  # pragma: allowlist secret  # no secret
)[::-1]
#: Its MD5 and length: the one signature that this clamd knows, since all others come from the network.
SIGNATURES = "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test\n"


def test_a_virus_is_found_and_a_plan_is_not(room: Room, figures: Figures, settings: Any) -> None:
    clamd = packages.need("clamd")["clamd"]
    folder = room.folder("clamd")
    (folder / "own.hdb").write_text(SIGNATURES)
    socket = folder / "socket"
    configuration = folder / "clamd.conf"
    configuration.write_text(
        f"LocalSocket {socket}\nDatabaseDirectory {folder}\nForeground yes\nStreamMaxLength 30M\n"
    )
    program = room.program("clamd", [clamd, "--config-file", configuration])
    wait_until(socket.exists, "clamd")
    settings.VIRUS_SCANNER = str(socket)
    found, clean = infection([EICAR[:20], EICAR[20:]]), infection([b"%PDF-1.7 plan" * 1_000])
    figures.add("What the scanner says of the test virus", found, aim="its name", held="Eicar" in found)
    figures.add("and of 13 kB of harmless bytes", clean or "nothing", aim="nothing", held=clean == "")
    assert program.is_running()
