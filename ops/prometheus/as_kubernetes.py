"""The rules of ops/prometheus/rules as PrometheusRules: `python ops/prometheus/as_kubernetes.py > k8s/base/alerts.yaml`.

Kustomize cannot put a file into a field; tests/ops holds the two against each other.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import yaml

RULES: Final = Path(__file__).parent / "rules"


def prometheus_rules() -> list[dict[str, Any]]:
    """One object a file, with its groups as they stand there."""
    return [
        {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "PrometheusRule",
            "metadata": {"name": path.stem},
            "spec": yaml.safe_load(path.read_text(encoding="utf-8")),
        }
        for path in sorted(RULES.glob("*.yaml"))
    ]


if __name__ == "__main__":
    sys.stdout.write("# Made from ops/prometheus/rules by ops/prometheus/as_kubernetes.py.\n")
    yaml.safe_dump_all(prometheus_rules(), sys.stdout, allow_unicode=True, sort_keys=False, width=120)
