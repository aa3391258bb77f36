"""The port that the site is served on."""

import socket
from collections.abc import Iterator

import pytest

from config.launch import serving


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


class TestListening:
    def test_names_a_taken_port_and_takes_the_next(self, taken: int, capsys: pytest.CaptureFixture[str]):
        with serving.listening(taken) as listener:
            assert listener.getsockname()[1] > taken
        assert f"Port {taken} is taken" in capsys.readouterr().out

    def test_ends_with_a_sentence_when_there_is_none(self, taken: int, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(serving, "PORTS_TRIED", 1)
        with pytest.raises(serving.CannotListenError, match="--port"), serving.listening(taken):
            pass
