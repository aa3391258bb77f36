"""The very files of ops/nginx, served by a real nginx in front of two small sites, on free ports of this machine."""

from __future__ import annotations

import http.client
import http.server
import json
import re
import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.drills.kit.nginx import Edge, Proxy, anyone, start
from tests.drills.kit.programs import Room, family, wait_until
from tests.ops.files import ROOT, compose

pytestmark = pytest.mark.drill
#: The cookie of whose session is open.
OPEN = "__Host-sessionid=open"
MB = 2**20


class Site(http.server.BaseHTTPRequestHandler):
    """Says what it was asked, as the site behind nginx would see it."""

    def do_GET(self) -> None:
        name = self.server.name  # type: ignore[attr-defined]  # set below
        if self.path == "/static/new.css" and name == "old":
            self._answer(404, b"")
        elif self.path == "/session/open":
            self._answer(204 if self.headers["Cookie"] == OPEN else 401, b"")
        elif self.path == "/attachments/1/file/":
            self.send_response(200)
            self.send_header("X-Accel-Redirect", "/protected/attachments/a%20b")
            self.send_header("Content-Type", "application/pdf")
            self.send_header("Content-Disposition", 'attachment; filename="plan.pdf"')
            self.send_header("Cache-Control", "private, no-store")
            self.end_headers()
        else:
            asked = {key.lower(): value for key, value in self.headers.items()}
            self._answer(200, json.dumps({"path": self.path, "name": name, **asked}).encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, b"{}")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def serve(name: str) -> http.server.ThreadingHTTPServer:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.name = name  # type: ignore[attr-defined]  # read above
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="class")
def sites() -> Iterator[tuple[Any, Any]]:
    servers = serve("old"), serve("new")
    yield servers
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="class")
def proxy(sites: tuple[Any, Any]) -> Iterator[Proxy]:
    room = Room()
    try:
        started = start(room, *(site.server_port for site in sites))
        yield started
        started.end()
    finally:
        room.close()


def spoken(port: int) -> set[str]:
    """The versions of TLS in which a server answers, each asked for alone."""
    found = set()
    for version in (
        ssl.TLSVersion.TLSv1,
        ssl.TLSVersion.TLSv1_1,
        ssl.TLSVersion.TLSv1_2,
        ssl.TLSVersion.TLSv1_3,
    ):
        context = anyone()
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", DeprecationWarning
            )  # of old versions, which are what is asked for
            context.minimum_version = context.maximum_version = version
        # Or this side would refuse them, and nothing would be known of the other one.
        context.set_ciphers("ALL:@SECLEVEL=0")
        with socket.create_connection(("127.0.0.1", port)) as plain, suppress(ssl.SSLError, ConnectionError):
            found.add(str(context.wrap_socket(plain).version()))
    return found


class TestScan:
    def test_hears_every_version_that_is_spoken(self, sites: tuple[Any, Any]) -> None:
        """Or that none but one is heard would say nothing."""
        room = Room()
        changes = {
            "ssl_protocols TLSv1.3;": "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:@SECLEVEL=0;"
        }
        try:
            careless = start(room, *(site.server_port for site in sites), changes=changes)
            heard = spoken(careless.https)
        finally:
            room.close()
        assert heard == {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}


class TestNginx:
    def test_speaks_tls_1_3_and_nothing_older(self, proxy: Proxy) -> None:
        assert spoken(proxy.https) == {"TLSv1.3"}
        context = anyone()
        context.set_alpn_protocols(["h2"])
        with (
            socket.create_connection(("127.0.0.1", proxy.https)) as plain,
            context.wrap_socket(plain) as wrapped,
        ):
            assert wrapped.version() == "TLSv1.3"
            assert wrapped.selected_alpn_protocol() == "h2"

    def test_leads_plain_http_to_tls(self, proxy: Proxy) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", proxy.http, timeout=10)
        connection.request("GET", "/projects/?q=a", headers={"Host": "pm.example.jp"})
        response = connection.getresponse()
        assert (response.status, response.getheader("Location")) == (
            301,
            "https://pm.example.jp/projects/?q=a",
        )
        connection.close()

    def test_says_who_asks_whatever_the_asker_says(self, proxy: Proxy) -> None:
        seen = proxy.json(
            "/", X_Forwarded_For="1.2.3.4", X_Forwarded_Proto="http", X_Forwarded_Host="evil.example", Forwarded="for=1.2.3.4",
            X_Request_ID="mine",
        )  # fmt: skip
        assert seen["x-forwarded-for"] == "127.0.0.1"
        assert seen["x-forwarded-proto"] == "https"
        assert seen["host"] == "pm.example.jp"
        assert not {"x-forwarded-host", "forwarded"} & seen.keys()
        assert seen["x-request-id"] != "mine"

    @pytest.mark.parametrize(
        "path", ["/static/x.css", "/sign-in/", "/sign-in/back-channel-logout/", "/projects/import/"]
    )
    def test_says_so_at_every_place(self, proxy: Proxy, path: str) -> None:
        """A place with a header of its own has none of the server's: no browser got style sheets, since the site was called `site`."""
        seen = proxy.json(path, X_Forwarded_For="1.2.3.4", Forwarded="for=1.2.3.4")
        assert (seen["host"], seen["x-forwarded-proto"], seen["x-forwarded-for"]) == (
            "pm.example.jp",
            "https",
            "127.0.0.1",
        )
        assert "forwarded" not in seen

    def test_gives_one_id_to_the_site_and_to_its_own_line(self, proxy: Proxy) -> None:
        seen = proxy.json("/named/")
        line = proxy.line_of("/named/")
        assert line["request_id"] == seen["x-request-id"]
        assert (line["status"], line["method"], line["tls"]) == (200, "GET", "TLSv1.3")

    def test_writes_no_secret_into_its_lines(self, proxy: Proxy) -> None:
        proxy.ask("/calendar/abcdefgh.ics")
        proxy.ask("/sign-in/return/?code=abcdefgh", Referer="https://pm.example.jp/?t=abcdefgh")
        assert "abcdefgh" not in (proxy.folder / "access.log").read_text()

    def test_hands_out_files_of_the_site_to_nobody_but_the_site(self, proxy: Proxy) -> None:
        response, content = proxy.ask("/attachments/1/file/")
        assert (response.status, content) == (200, b"%PDF-1.7")
        # What nginx forgets of the site's answer when it serves a file itself.
        assert response.getheader("Content-Security-Policy") == "sandbox; default-src 'none'"
        assert response.getheader("X-Content-Type-Options") == "nosniff"
        assert response.getheader("Strict-Transport-Security")
        # … and what it keeps.
        assert response.getheader("Content-Type") == "application/pdf"
        assert response.getheader("Content-Disposition") == 'attachment; filename="plan.pdf"'
        assert response.getheader("Cache-Control") == "private, no-store"
        for path in (
            "/protected/attachments/a%20b",
            "/protected/../media/attachments/a%20b",
            "/static/../protected/x",
        ):
            assert proxy.ask(path)[1] != b"%PDF-1.7"
        assert proxy.ask("/protected/attachments/a%20b")[0].status == 404

    @pytest.mark.parametrize("path", ["/metrics", "/413.html", "/503.html"])
    def test_keeps_inside_what_is_of_the_inside(self, proxy: Proxy, path: str) -> None:
        assert proxy.ask(path)[0].status == 404

    def test_finds_a_new_style_sheet_while_old_processes_still_run(self, proxy: Proxy) -> None:
        assert {json.loads(proxy.ask("/static/new.css")[1])["name"] for _each in range(4)} == {"new"}

    def test_refuses_what_is_too_large_in_words(self, proxy: Proxy) -> None:
        response, content = proxy.ask("/sign-in/", method="POST", body=b"x" * (2 * 2**20))
        assert response.status == 413
        assert "ファイルが大きすぎます" in content.decode()
        assert response.getheader("Cache-Control") == "no-store"

    def test_takes_a_plan_file_that_is_larger_than_an_attachment(self, proxy: Proxy) -> None:
        body = b"x" * (30 * 2**20)
        assert proxy.ask("/import/", method="POST", body=body, Cookie=OPEN)[0].status == 200
        assert proxy.ask("/tasks/1/", method="POST", body=body)[0].status == 413

    def test_refuses_a_flood_of_sign_ins(self, proxy: Proxy) -> None:
        # From an address of its own, since the limit would hold up the tests that come next; and at once: on a busy machine
        # the two a second that may pass add up.
        def sign_in(_each: int) -> int:
            return proxy.ask("/sign-in/", address="127.0.0.2")[0].status

        with ThreadPoolExecutor(16) as people:
            statuses = list(people.map(sign_in, range(120)))
        assert statuses.count(200) >= 61
        assert set(statuses) == {200, 429}
        # Others are not held up by it.
        assert proxy.ask("/projects/")[0].status == 200


class Upload:
    """A file that never comes to its end."""

    def __init__(self, proxy: Proxy, path: str, *, cookie: str = "", sent: int = MB) -> None:
        plain = socket.create_connection(("127.0.0.1", proxy.https), timeout=10)
        self.opened = anyone().wrap_socket(plain)
        head = f"POST {path} HTTP/1.1\r\nHost: pm.example.jp\r\nCookie: {cookie}\r\nContent-Length: {100 * MB}\r\n\r\n"
        self.opened.sendall(head.encode())
        with suppress(OSError):  # refused before it was sent
            self.opened.sendall(b"x" * sent)

    def status(self, seconds: float = 5) -> int:
        """What is answered meanwhile; 0 for nothing."""
        self.opened.settimeout(seconds)
        try:
            return int(self.opened.recv(15)[9:12])
        except TimeoutError:
            return 0

    def close(self) -> None:
        self.opened.close()


UPLOADS = ["/import/", "/projects/7/import/", "/tasks/7/attachments/"]


def kept(proxy: Proxy) -> int:
    """Bytes of bodies on the disk; nginx removes their names at once, so its open files are looked at."""
    master = int((proxy.folder / "nginx.pid").read_text())
    found = 0
    for pid in family(master):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                if "/cache/body/" in str(link.readlink()):
                    found += link.stat().st_size
    return found


class TestUploads:
    @pytest.mark.parametrize("path", UPLOADS)
    def test_of_a_visitor_are_refused_before_they_are_taken_in(self, proxy: Proxy, path: str) -> None:
        upload = Upload(proxy, path)
        assert upload.status() == 401
        assert kept(proxy) == 0
        upload.close()

    @pytest.mark.parametrize("path", UPLOADS)
    def test_of_a_user_are_taken_in(self, proxy: Proxy, path: str) -> None:
        upload = Upload(proxy, path, cookie=OPEN)
        wait_until(lambda: kept(proxy) > 0, "a body on the disk")
        assert upload.status(0.1) == 0
        upload.close()
        assert proxy.ask(path, method="POST", body=b"x" * MB, Cookie=OPEN)[0].status == 200

    def test_of_one_address_are_few_at_once(self, proxy: Proxy) -> None:
        wait_until(lambda: kept(proxy) == 0, "the end of the bodies before")
        uploads = [Upload(proxy, UPLOADS[0], cookie=OPEN, sent=20 * 1024) for _each in range(8)]
        assert {upload.status(0.1) for upload in uploads} == {0}
        response, _content = proxy.ask(UPLOADS[0], method="POST", body=b"x", Cookie=OPEN)
        assert (response.status, response.getheader("Retry-After")) == (503, "5")
        # Nothing else is held up.
        assert proxy.ask("/projects/", Cookie=OPEN)[0].status == 200
        for upload in uploads:
            upload.close()

    def test_lead_a_browser_to_the_sign_in_and_tell_a_script_of_it(self, proxy: Proxy) -> None:
        response, _content = proxy.ask("/projects/7/import/")
        assert (response.status, response.getheader("Location")) == (
            302, "/sign-in/?next=/projects/7/import/"
        )  # fmt: skip
        response, content = proxy.ask("/tasks/7/attachments/", method="POST", body=b"x")
        assert (response.status, response.getheader("HX-Redirect")) == (401, None)
        assert "サインインしていません" in content.decode()
        page = "https://pm.example.jp/tasks/7/?tab=files"
        response, _content = proxy.ask(
            "/tasks/7/attachments/", method="POST", body=b"x", HX_Request="true", HX_Current_URL=page
        )
        assert (response.status, response.getheader("HX-Redirect")) == (401, "/sign-in/?next=/tasks/7/")

    def test_ask_nothing_that_a_visitor_could_ask(self, proxy: Proxy) -> None:
        assert proxy.ask("/session/open", Cookie=OPEN)[0].status == 404

    def test_fit_on_the_disk_when_all_come_at_once(self) -> None:
        site = (ROOT / "ops/nginx/site.conf").read_text()
        ((everybody,), (uploads,)) = (
            {*re.findall(rf"limit_conn {name} (\d+);", site)} for name in ("everybody", "all_uploads")
        )
        sizes = sorted(int(size) for size in re.findall(r"client_max_body_size (\d+)m;", site))
        of_pages, of_uploads = sizes
        (cache,) = re.findall(r"max_size=(\d+)m", (ROOT / "ops/nginx/nginx.conf").read_text())
        needed = int(everybody) * of_pages + int(uploads) * of_uploads + int(cache)
        (nginx, *_more) = yaml.safe_load_all((ROOT / "k8s/base/nginx.yaml").read_text())
        pod = nginx["spec"]["template"]["spec"]
        (room,) = (each["emptyDir"]["sizeLimit"] for each in pod["volumes"] if each["name"] == "bodies")
        assert needed <= int(room.removesuffix("Gi")) * 1024
        assert pod["containers"][0]["resources"]["requests"]["ephemeral-storage"] == room
        # In compose it is the machine's disk, and no memory.
        assert "/var/cache/nginx" in compose()["services"]["nginx"]["volumes"]


class TestFigures:
    def test_are_of_what_people_get(self, proxy: Proxy) -> None:
        room = Room()
        try:
            edge = Edge(room, proxy)
            for path in (
                "/projects/",
                "/projects/",
                "/metrics",
                "/static/new.css",
                "/import/",
                "/health/live",
            ):
                proxy.ask(path)
            proxy.ask("/import/", method="POST", body=b"x")
            wait_until(
                lambda: edge.figures().get(("itdo_edge_requests_total", "upload", "401")), "the last one"
            )
            found = edge.figures()
            counted = {key[1:]: value for key, value in found.items() if key[0] == "itdo_edge_requests_total"}
            # A probe is none of them.
            assert counted == {
                ("page", "200"): 2, ("page", "404"): 1, ("static", "200"): 1, ("upload", "302"): 1, ("upload", "401"): 1,
            }  # fmt: skip
            assert found["itdo_edge_seconds_count", "page", ""] == 3
            # One that starts anew counts on, by the same nginx.
            edge.program.end()
            edge = Edge(room, proxy)
            wait_until(
                lambda: (
                    proxy.ask("/projects/")
                    and edge.figures().get(("itdo_edge_requests_total", "page", "200"))
                ),
                "figures",
            )
        finally:
            room.close()


class TestNginxWhenProcessesGo:
    def test_asks_the_next_one_and_says_so_when_there_is_none(
        self, proxy: Proxy, sites: tuple[Any, Any]
    ) -> None:
        old, new = sites
        old.shutdown()
        old.server_close()
        statuses = {proxy.ask("/projects/")[0].status for _each in range(20)}
        assert statuses == {200}
        # A change that was not sent yet goes to the next one too.
        assert {proxy.ask("/tasks/1/", method="POST", body=b"a=1")[0].status for _each in range(6)} == {200}
        new.shutdown()
        new.server_close()
        response, content = proxy.ask("/projects/")
        assert (response.status, response.getheader("Retry-After")) == (503, "5")
        assert "ただいま応答できません" in content.decode()
