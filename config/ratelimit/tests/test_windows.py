"""Moving windows, on a clock that the tests turn themselves."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django_redis import get_redis_connection

from config.ratelimit.windows import SCRIPT, Rate, RateWindow, Windows, WindowsAwayError, read_rate

NOW = 1_800_000_000_000
MINUTE = 60_000


def window(count: int = 3, seconds: int = 60, whose: str = "u1") -> RateWindow:
    return RateWindow("api_user", whose, Rate(count, seconds))


class TestRate:
    def test_is_read_as_the_design_writes_it(self) -> None:
        assert read_rate("1000/hour") == Rate(1000, 3600)
        assert read_rate(" 5/minute ") == Rate(5, 60)

    @pytest.mark.parametrize(
        "text", ["", "5", "5/fortnight", "-5/minute", "0/minute", "many/hour", "5/minute/2"]
    )
    def test_is_refused_where_it_says_nothing(self, text: str) -> None:
        with pytest.raises(ValueError, match="write it like 100/minute"):
            read_rate(text)


class TestWindow:
    def test_lets_in_as_many_as_it_says(self, real_redis: Any) -> None:
        windows = Windows()
        assert [windows.enter([window()], now=NOW + at)[0] for at in range(5)] == [True] * 3 + [False] * 2

    def test_moves(self, real_redis: Any) -> None:
        """No boundary at which twice as many pass: the place of the first is free a minute after the first."""
        windows = Windows()
        for at in (0, 40_000, 50_000):
            assert windows.enter([window()], now=NOW + at)[0]
        assert not windows.enter([window()], now=NOW + MINUTE - 1)[0]
        assert windows.enter([window()], now=NOW + MINUTE)[0]
        assert not windows.enter([window()], now=NOW + MINUTE + 1)[0]

    def test_says_how_many_are_left_and_when_there_is_one_more(self, real_redis: Any) -> None:
        windows = Windows()
        assert windows.enter([window()], now=NOW)[1][0].left == 2
        assert windows.enter([window()], now=NOW + 10_000)[1][0].left == 1
        entered, [standing] = windows.enter([window(2)], now=NOW + 20_500)
        assert (entered, standing.left, standing.seconds) == (False, 0, 40)

    def test_does_not_count_what_it_refused(self, real_redis: Any) -> None:
        windows = Windows()
        for at in range(20):
            windows.enter([window()], now=NOW + at)
        assert windows.enter([window()], now=NOW + MINUTE)[0]

    def test_takes_a_place_in_all_or_in_none(self, real_redis: Any) -> None:
        windows = Windows()
        wide, narrow = window(10, whose="a"), window(1, whose="b")
        assert windows.enter([wide, narrow], now=NOW)[0]
        assert not windows.enter([wide, narrow], now=NOW + 1)[0]
        assert windows.enter([wide], now=NOW + 2)[1][0].left == 8

    def test_is_each_ones_own(self, real_redis: Any) -> None:
        windows = Windows()
        assert windows.enter([window(1, whose="a")], now=NOW)[0]
        assert windows.enter([window(1, whose="b")], now=NOW)[0]

    def test_is_shared_by_all_replicas(self, real_redis: Any) -> None:
        """Eight processes' worth of clients, 200 requests, and not one more than 50 gets in."""
        one = window(50)

        def replica(_: int) -> int:
            windows = Windows()
            return sum(windows.enter([one])[0] for _ in range(25))

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(replica, range(8))) == 50

    def test_costs_one_round_trip(self, real_redis: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        windows = Windows()
        windows.enter([window()])
        client = get_redis_connection("default")
        sent: list[Any] = []
        execute = type(client).execute_command

        def counted(self: Any, *arguments: Any, **rest: Any) -> Any:
            sent.append(arguments[0])
            return execute(self, *arguments, **rest)

        monkeypatch.setattr(type(client), "execute_command", counted)
        windows.enter([window(whose="a"), window(whose="b"), window(whose="c")])
        assert sent == ["EVALSHA"]

    def test_survives_a_server_that_forgot_its_scripts(self, real_redis: Any) -> None:
        windows = Windows()
        windows.enter([window()])
        get_redis_connection("default").script_flush()
        assert windows.enter([window()])[0]

    def test_keeps_no_more_than_it_counts(self, real_redis: Any) -> None:
        windows, one = Windows(), window(3)
        for at in range(100):
            windows.enter([one], now=NOW + at * 30_000)
        client = get_redis_connection("default")
        assert client.llen(one.key) <= 3
        assert 0 < client.pttl(one.key) <= MINUTE

    def test_uses_the_servers_clock(self) -> None:
        assert "redis.call('TIME')" in SCRIPT


class TestServerAway:
    def test_is_said_to_who_asks(self, no_redis: Any) -> None:
        with pytest.raises(WindowsAwayError):
            Windows().enter([window()])

    def test_is_not_waited_for_again_and_again(self, no_redis: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        windows = Windows()
        with pytest.raises(WindowsAwayError):
            windows.enter([window()])
        monkeypatch.setattr("config.ratelimit.windows.get_redis_connection", pytest.fail)
        with pytest.raises(WindowsAwayError):
            windows.enter([window()])

    def test_is_noticed_when_it_ends(self, no_redis: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        windows = Windows()
        with pytest.raises(WindowsAwayError):
            windows.enter([window()])
        later = time.monotonic() + 60
        monkeypatch.setattr("config.ratelimit.windows.time.monotonic", lambda: later)
        asked: list[str] = []

        def found(name: str) -> Any:
            asked.append(name)
            raise ConnectionError

        monkeypatch.setattr("config.ratelimit.windows.get_redis_connection", found)
        with pytest.raises(ConnectionError):
            windows.enter([window()])
        assert asked
