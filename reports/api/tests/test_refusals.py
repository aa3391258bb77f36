"""What programs are told of requests that no address takes: in words, of one form, and never by an answer to something else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from reports.api.parameters import LONGEST_NAMED, MOST_NAMED


@pytest.fixture
def english(program: Any, cast: Any) -> Any:
    cast.leader.language = "en"
    cast.leader.save(update_fields=["language"])
    return program("leader")


class TestParameters:
    def test_that_an_address_does_not_know_are_refused_with_those_that_it_knows(
        self, program, project, chain
    ):
        path = f"/projects/{project.pk}/tasks"
        answer = program("leader", "read").get(path, {"fliter": "late", "limit": "5"})
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
        found = answer.json()
        assert (found["code"], found["known"]) == (
            "unknown_parameter",
            ["cursor", "limit", "columns", "filter"],
        )
        assert [each["where"] for each in found["errors"]] == ["query.fliter"]
        assert "「fliter」" in found["detail"]
        assert "cursor, limit, columns, filter" in found["detail"]

    def test_are_refused_where_there_are_none(self, program, project):
        answer = program("leader", "read").get("/token", {"limit": "5"})
        assert (answer.status_code, answer.json()["known"]) == (422, [])
        assert "パラメーターを取りません" in answer.json()["detail"]

    def test_change_nothing(self, program, project, chain):
        """A misspelt `dry_run` would be the change itself."""
        path = f"/projects/{project.pk}/tasks/{chain['設計'].pk}"
        answer = program("planner").send("patch", f"{path}?dryrun=true", {"values": {"name": "新名"}})
        assert (answer.status_code, answer.json()["known"]) == (422, ["dry_run"])
        chain["設計"].refresh_from_db()
        assert chain["設計"].name == "設計"

    def test_are_spelled_as_they_are_sent(self, program, project):
        """`filter_text` is the name inside of the program alone."""
        answer = program("leader", "read").get(f"/projects/{project.pk}/tasks", {"filter_text": "late"})
        assert answer.json()["errors"][0]["where"] == "query.filter_text"

    def test_are_told_of_in_the_language_of_the_person(self, english):
        answer = english.get("/projects", {"seite": "2"})
        assert answer.json()["detail"] == (
            "This address has no parameter “seite”. It takes cursor, limit, code, status. Check the spelling."
        )

    def test_have_an_end(self, program):
        query = {f"{'x' * 200}{n}": "1" for n in range(50)}
        found = program("leader", "read").get("/projects", query).json()
        assert len(found["errors"]) == MOST_NAMED
        assert all(len(each["where"]) == LONGEST_NAMED + len("query.") for each in found["errors"])

    def test_come_after_the_token(self, db):
        answer = Client().get("/api/v1/projects?seite=2")
        assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")


class TestMethods:
    @pytest.mark.parametrize(
        ("method", "path", "allowed"),
        [("put", "/projects", "GET"), ("delete", "/openapi.json", "GET, HEAD"), ("put", "/projects/1/tasks", "GET, PATCH, POST")],
    )  # fmt: skip
    def test_that_an_address_does_not_take_are_refused_in_words(self, program, method, path, allowed):
        answer = program("leader").send(method, path)
        assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
        assert (answer.json()["code"], answer["Allow"]) == ("method_not_allowed", allowed)
        assert f"使えるのは {allowed} です" in answer.json()["detail"]

    def test_are_told_of_in_the_language_of_the_person(self, english):
        assert english.send("put", "/projects").json()["detail"] == (
            "This address does not take this method. It takes GET."
        )


class TestAddresses:
    @pytest.mark.parametrize(
        "path", ["/nothing", "/projects/", "/projects/x", "/projects/1/tasks/-1", "/openapi.yaml"]
    )
    def test_that_there_are_not_are_refused_in_words(self, program, path):
        answer = program("leader").get(path)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
        assert (
            answer.json()["detail"] == "このアドレスはありません。/api/v1/openapi.json で確かめてください。"
        )

    def test_are_told_of_in_the_language_of_the_person(self, english):
        answer = english.get("/nothing")
        assert answer.status_code == 404
        assert answer.json()["detail"].isascii()


class TestNul:
    """PostgreSQL keeps no text with a NUL in it: the program hears of it before anything is asked or written."""

    @pytest.mark.parametrize("query", [{"code": "a\0"}, {"status": "\0"}])
    def test_in_a_parameter_is_refused(self, program, project, query):
        answer = program("leader", "read").get("/projects", query)
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")

    def test_in_a_filter_is_refused(self, program, project):
        answer = program("leader", "read").get(f"/projects/{project.pk}/tasks", {"filter": "late\0"})
        assert answer.status_code == 422

    @pytest.mark.parametrize("body", [{"values": {"name": "新\0名"}}, {"values": {"name\0": "新名"}}])
    def test_in_a_value_is_refused(self, program, project, chain, body):
        path = f"/projects/{project.pk}/tasks/{chain['設計'].pk}"
        assert program("planner").send("patch", path, body).status_code == 422
        chain["設計"].refresh_from_db()
        assert chain["設計"].name == "設計"

    def test_in_a_note_is_refused(self, program, project, chain):
        path = f"/projects/{project.pk}/tasks/{chain['設計'].pk}/progress"
        answer = program("planner").send("post", path, {"progress": 10, "note": "済\0"})
        assert answer.status_code == 422

    def test_in_a_key_is_refused(self, program, project, chain):
        path = f"/projects/{project.pk}/tasks/{chain['設計'].pk}"
        answer = program("planner").send(
            "patch", path, {"values": {"name": "新名"}}, **{"Idempotency-Key": "a\0"}
        )
        assert answer.status_code == 422
