"""What the Observatory says of the site behind nginx, with the files and settings of production: A+ with 140 points."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.drills.kit import nginx, packages
from tests.drills.kit.company import Company
from tests.drills.kit.figures import FOLDER, Figures
from tests.drills.kit.programs import Room
from tests.drills.kit.site import HOST, SESSION

pytestmark = pytest.mark.drill
SOURCE = Path(__file__).with_name("observatory")


def scanner() -> Path:
    """The program with the packages of its lock file; the drill is not run where they cannot be had."""
    packages.need("npm")
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(SOURCE.glob("*.*")))).hexdigest()
    place = FOLDER / "observatory-npm"
    stamp = place / "installed"
    if not stamp.exists() or stamp.read_text() != digest:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(SOURCE, place)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"not run: npm has not the packages of the Observatory ({done.stderr[-200:]})")
        # A list of the world that the package fetches when it is installed; the host of the drill is not on it.
        conf = place / "node_modules/@mdn/mdn-http-observatory/conf"
        (conf / "hsts-preload.json").write_text("{}")
        stamp.write_text(digest)
    return place


def test_gives_the_best_grade(room: Room, figures: Figures) -> None:
    place = scanner()
    company = Company(room, people=1)
    site = company.installation.serve(workers=2)
    proxy = nginx.start(room, site.port)
    try:
        command = [
            "node",
            "scan.mjs",
            HOST,
            str(proxy.http),
            str(proxy.https),
            "/projects/",
            f"{SESSION}={company.sessions[0]}",
        ]
        trusted = os.environ | {
            "NODE_EXTRA_CA_CERTS": str(proxy.folder / "tls" / "tls.crt"),
            "NODE_NO_WARNINGS": "1",
        }
        done = subprocess.run(
            command, cwd=place, env=trusted, capture_output=True, text=True, check=False, timeout=300
        )
    finally:
        proxy.end()
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    figures.add("Answer to the first page", found["status"], aim="200", held=found["status"] == 200)
    for name, result, points, passed in found["tests"]:
        figures.add(f"{name}: {result}", points, aim="passed", held=passed)
    figures.add("Points", found["score"], aim="at least 140", held=found["score"] >= 140)
    figures.add("Grade", found["grade"], aim="A+", held=found["grade"] == "A+")
