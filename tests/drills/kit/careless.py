"""A site that makes SQL and HTML of what it is sent, to see that scanners find that; and an address that should not be asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import psycopg

#: Where wapiti asks what has come to the address; no site asks for these.
OF_THE_SCANNER: Final = ("/get_ssrf.php", "/get_xxe.php")
Answer = Callable[[str], tuple[str, str]]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Answers GET with what `answer` makes of path and query: a kind of content, and the content. Gives the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, content = answer(self.path)
            body = content.encode(errors="replace")
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, *arguments: object) -> None:
            """They are not read."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def careless(database: psycopg.Connection[Any]) -> Answer:
    """Looks for people of a table of its own, by words of the address."""
    database.execute("CREATE TEMPORARY TABLE person AS SELECT 1 AS id, 'sato'::text AS name")
    lock = threading.Lock()

    def answer(path: str) -> tuple[str, str]:
        name = parse_qs(urlsplit(path).query).get("name", [""])[0].replace("\0", "")
        # That is the hole; the table is temporary, and so is the server.
        statement: Any = "SELECT id, name FROM person WHERE name = '" + name + "'"
        try:
            with lock:
                rows = database.execute(statement).fetchall()
        except psycopg.Error as error:
            rows = [(0, f"PostgreSQL ERROR: {error}")]
        found = "".join(f"<li>{number} {word}</li>" for number, word in rows)
        return "text/html", f"<html><body><a href='/?name=sato'>sato</a><h1>{name}</h1>{found}</body></html>"

    return answer


def elsewhere(asked: list[str]) -> Answer:
    """Notes who comes; has nothing to tell."""

    def answer(path: str) -> tuple[str, str]:
        asked.append(urlsplit(path).path)
        return "application/json", json.dumps({})

    return answer
