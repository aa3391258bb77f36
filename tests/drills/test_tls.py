"""What a stranger who looks at TLS finds: testssl.sh against nginx with its own files. It says 503, with the headers of every answer."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

import pytest

from tests.drills.kit import nginx, packages
from tests.drills.kit.figures import Figures
from tests.drills.kit.programs import Room, free_port
from tests.drills.kit.site import HOST

pytestmark = pytest.mark.drill
SCORE: Final = 96
#: What is wrong with a certificate that only this drill has signed, and nothing else may be.
OF_THE_DRILL: Final = (
    "cert_chain_of_trust", "cert_revocation", "cert_crlDistributionPoints", "cert_ocspURL", "DNS_CAArecord",
    "OCSP_stapling", "cert_trust", "cert_commonName", "cert_mustStapleExtension", "cert_notAfter", "cert_certificatePolicyEV",
)  # fmt: skip


class TestTls:
    def test_is_rated(self, room: Room, figures: Figures) -> None:
        program = packages.need("testssl")["testssl"]
        proxy = nginx.start(room, free_port(), free_port())
        found = room.place / "found.json"
        command: list[str | Path] = [
            program, "--quiet", "--color", "0", "--warnings", "off", "--nodns", "min", "--ip", "127.0.0.1", "--jsonfile", found,
            "--add-ca", proxy.folder / "tls/tls.crt", f"{HOST}:{proxy.https}",
        ]  # fmt: skip
        try:
            room.run(command, check=False, env=os.environ | {"TESTSSL_INSTALL_DIR": ""})
        finally:
            proxy.end()
        said = {line["id"]: line for line in json.loads(found.read_text())}
        grade, score = said["overall_grade"]["finding"], int(said["final_score"]["finding"])
        figures.add("Grade of testssl.sh", grade, aim="A+", held=grade == "A+")
        figures.add("… and score", score, aim=f"≥ {SCORE}", held=score >= SCORE)
        bad = [
            f"{name}: {line['finding']}"
            for name, line in said.items()
            if line["severity"] in {"MEDIUM", "HIGH", "CRITICAL"} and not name.startswith(OF_THE_DRILL)
        ]
        figures.add("Findings of medium weight and more", f"{bad or 0}", aim="0", held=not bad)
