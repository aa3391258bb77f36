"""The second target of commits: `ops/postgres/receive.sh`, following whichever of the servers is the primary."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.drills.kit import packages
from tests.drills.kit.postgres import Cluster
from tests.drills.kit.programs import SERVANT, Program, Room
from tests.ops.files import ROOT


class Receiver:
    """A running one; what it has received is in `folder`."""

    def __init__(self, room: Room, *servers: Cluster) -> None:
        packages.need("postgres")
        self.folder = room.folder("received", user=SERVANT)
        home = room.folder("receiver-home", user=SERVANT)
        variables = os.environ | {
            "PRIMARY_HOST": ",".join(server.host for server in servers),
            "PGPORT": ",".join(str(server.port) for server in servers),
            "DATABASE_REPLICATOR_PASSWORD": servers[0].passwords["replicator"],
            "RECEIVED": str(self.folder), "HOME": str(home),
            "PATH": f"{Path(packages.postgres('pg_receivewal')).parent}:{os.environ['PATH']}",
        }  # fmt: skip
        self.program: Program = room.program(
            "receiver", ["sh", ROOT / "ops/postgres/receive.sh"], user=SERVANT, env=variables
        )

    def give(self, segment: str, target: Path) -> None:
        """Copy one of the segments that it has, whole or not, as the replica's restore_command does."""
        found = self.folder / segment
        shutil.copy2(found if found.exists() else found.with_name(f"{segment}.partial"), target)
