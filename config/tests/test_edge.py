"""Lines of nginx become figures, and what is none becomes nothing."""

from __future__ import annotations

import pytest
from prometheus_client import generate_latest

from config.serving.edge import Edge


def requests(edge: Edge) -> list[str]:
    return [
        line
        for line in generate_latest(edge.registry).decode().splitlines()
        if line.startswith("itdo_edge_requests_total")
    ]


class TestEdge:
    def test_counts_what_nginx_tells(self) -> None:
        edge = Edge()
        edge.count("<190>Dec  1 14:00:00 figures: page 200 0.012")
        edge.count("<190>Dec  1 14:00:00 figures: page 200 2.700")
        edge.count("<190>Dec  1 14:00:00 figures: upload 503 0.000")
        assert requests(edge) == [
            'itdo_edge_requests_total{kind="page",status="200"} 2.0', 'itdo_edge_requests_total{kind="upload",status="503"} 1.0',
        ]  # fmt: skip
        text = generate_latest(edge.registry).decode()
        assert 'itdo_edge_seconds_bucket{kind="page",le="1.0"} 1.0' in text
        assert 'itdo_edge_seconds_bucket{kind="page",le="5.0"} 2.0' in text

    @pytest.mark.parametrize(
        "line",
        [
            "",
            "figures:",
            "figures: page",
            "figures: page 200",
            "figures: page x 0.1",
            "figures: page 200 -",
            "figures: page 1000 0.1",
            "figures: /a 200 0.1",
        ],
    )
    def test_passes_over_what_is_no_line(self, line: str) -> None:
        edge = Edge()
        edge.count(line)
        assert requests(edge) == []
