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
#: What testssl.sh calls the versions, which it asks for one by one with words of its own, and what it must say of each.
VERSIONS: Final = {
    "SSLv2": "not offered", "SSLv3": "not offered", "TLS1": "not offered", "TLS1_1": "not offered", "TLS1_2": "not offered",
    "TLS1_3": "offered",
}  # fmt: skip
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
        if "overall_grade" in said:
            grade, score = said["overall_grade"]["finding"], int(said["final_score"]["finding"])
            figures.add("Grade of testssl.sh", grade, aim="A+", held=grade == "A+")
            figures.add("… and score", score, aim=f"≥ {SCORE}", held=score >= SCORE)
        else:
            # Debian 12 has 3.0; it came with 3.2.
            figures.add("Not run: grade and score", "this testssl.sh gives none")
        spoken = {name: said[name]["finding"].partition(" with")[0].partition(" (")[0] for name in VERSIONS}
        wrong = {name: spoken[name] for name, aim in VERSIONS.items() if not spoken[name].startswith(aim)}
        figures.add("Versions that are offered, of six that were asked for", f"{wrong or 'TLS 1.3 alone'}",
                    aim="TLS 1.3 alone", held=not wrong)  # fmt: skip
        bad = [
            f"{name}: {line['finding']}"
            for name, line in said.items()
            if line["severity"] in {"MEDIUM", "HIGH", "CRITICAL"} and not name.startswith(OF_THE_DRILL)
        ]
        figures.add("Findings of medium weight and more", f"{bad or 0}", aim="0", held=not bad)
