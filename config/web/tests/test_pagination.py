"""Lists are cut into pages whose number cannot be abused."""

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from config.web.pagination import Page, paginate
from config.web.query import positive, text


def ask(page: str):
    return RequestFactory().get("/", {"page": page})


class TestPaginate:
    @pytest.mark.parametrize(
        ("asked", "number"),
        [("", 1), ("2", 2), ("0", 1), ("-3", 1), ("999999999999", 3), ("２", 2), ("x", 1)],
    )
    def test_stays_inside_the_list(self, asked, number):
        assert paginate(ask(asked), range(120), per_page=50).number == number

    def test_says_what_it_shows(self):
        page = paginate(ask("3"), range(120), per_page=50)
        assert (page.first, page.last, page.total, page.next) == (101, 120, 120, None)

    def test_has_one_page_when_empty(self):
        nothing: list[int] = []
        page = paginate(ask("1"), nothing)
        assert (page.pages, page.first, page.last) == (1, 0, 0)


class TestWindow:
    def test_leaves_gaps_around_the_middle(self):
        assert Page([1], 10, 50, 1000).window == [1, None, 9, 10, 11, None, 20]

    def test_fills_a_gap_of_one(self):
        assert Page([1], 4, 50, 500).window == [1, 2, 3, 4, 5, None, 10]


class TestText:
    def test_leaves_out_what_a_database_cannot_hold(self):
        assert text(QueryDict("q=%00a%20"), "q") == "a"

    def test_is_cut(self):
        assert len(text(QueryDict(f"q={'x' * 500}"), "q")) == 100


class TestPositive:
    def test_takes_nonsense_for_the_default(self):
        assert positive("12x", 5, 10) == 5
