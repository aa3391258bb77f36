"""checkov reads the files of Kubernetes, the images and the pipelines; what else reads them is in every run of the tests (tests/ops)."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.drills.kit.figures import Figures
from tests.drills.kit.programs import Room
from tests.ops.files import ROOT, module

pytestmark = pytest.mark.drill
install = module("ops/checks/install.py")
PLACES = ("staging", "production", "cluster")


def checkov(room: Room) -> Path:
    """In an environment of its own, every file checked against its hash."""
    python = room.place / "checkov/bin/python"
    room.run([sys.executable, "-m", "venv", room.place / "checkov"])
    lock = ROOT / "ops/checks/checkov.txt"
    options: list[str | Path] = [
        "--quiet",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--requirement",
        lock,
    ]
    result = room.run([python, "-m", "pip", "install", *options], check=False)
    if result.returncode:
        pytest.skip(f"not run: checkov cannot be installed here ({result.stderr.strip()[-200:]})")
    return python.with_name("checkov")


def rendered(room: Room) -> Path:
    """What is asked: objects as clusters get them, images, pipelines."""
    kubectl = install.find("kubectl")
    if kubectl is None:
        pytest.skip("not run: no kubectl here (apt install kubectl)")
    folder = room.folder("rendered")
    for place in PLACES:
        (folder / f"{place}.yaml").write_text(room.run([kubectl, "kustomize", ROOT / "k8s" / place]).stdout)
    for path in (
        *ROOT.glob("Dockerfile"),
        *ROOT.glob("ops/*/Dockerfile"),
        *ROOT.glob(".github/workflows/*.yaml"),
    ):
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    return folder


def asked(room: Room, program: Path, folder: Path) -> dict[str, dict[str, Any]]:
    """What checkov found, by kind of file."""
    options: list[str | Path] = [
        "--config-file",
        ROOT / "ops/checks/checkov.yaml",
        "--output",
        "json",
        "--soft-fail",
    ]
    found = json.loads(room.run([program, "--directory", folder, *options]).stdout)
    return {kind["check_type"]: kind for kind in (found if isinstance(found, list) else [found])}


class TestCheckov:
    def test_takes_every_file_and_refuses_a_bad_one(self, room: Room, figures: Figures) -> None:
        program, folder = checkov(room), rendered(room)
        found = asked(room, program, folder)
        for kind in ("kubernetes", "dockerfile", "github_actions"):
            summary = found[kind]["summary"]
            failed = [
                f"{each['check_id']} {each['resource']}" for each in found[kind]["results"]["failed_checks"]
            ]
            passed = f"{summary['passed']:,} passed, {summary['skipped']} with a reason"
            figures.add(f"{kind}: {passed}; failed", len(failed), aim="0", held=not failed)
            assert not failed
        bad = folder / "production.yaml"
        bad.write_text(
            bad.read_text().replace("allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true", 1)
        )
        failed = asked(room, program, folder)["kubernetes"]["summary"]["failed"]
        figures.add("Right taken away from one container: failed", failed, aim="≥ 1", held=failed >= 1)
