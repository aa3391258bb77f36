"""Addresses that take only POST."""

import pytest
from django.test import Client

from config.web.middleware import _page_above

TYPED = {"Sec-Fetch-Mode": "navigate"}


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/projects/3/tasks/1/assign", "/projects/3/"),
        ("/projects/3/wbs/indent", "/projects/3/wbs/"),
        ("/import/5/run", "/import/5/"),
        ("/nowhere/at/all", "/"),
        ("/", "/"),
    ],
)
def test_page_above_is_the_nearest_that_there_is(path: str, page: str) -> None:
    assert _page_above(path) == page


class TestWayBack:
    def test_leads_a_browser_to_the_page(self, leader_client: Client, project: object) -> None:
        address = "/notifications/read"
        assert leader_client.get(address, headers=TYPED)["Location"] == "/notifications/"

    def test_leaves_programs_and_fragments_with_the_answer(self, leader_client: Client) -> None:
        assert leader_client.get("/notifications/read").status_code == 405
        fragment = TYPED | {"HX-Request": "true"}
        assert leader_client.get("/notifications/read", headers=fragment).status_code == 405

    def test_sends_nothing_anew(self, leader_client: Client) -> None:
        assert leader_client.post("/dashboard/", headers=TYPED).status_code == 405
