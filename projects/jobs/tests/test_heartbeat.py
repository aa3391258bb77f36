"""The heart beats while the work goes on, and no longer."""

import threading

from projects.jobs.heartbeat import heartbeat


class TestHeartbeat:
    def test_goes_on_until_the_block_ends(self, db):
        heard = threading.Event()

        def beat() -> bool:
            heard.set()
            return True

        with heartbeat(beat, every=0.001):
            assert heard.wait(5)
        assert not any(thread.name == "heartbeat" for thread in threading.enumerate())

    def test_ends_when_there_is_nothing_to_keep_alive(self, db):
        calls = []
        ended = threading.Event()

        def beat() -> bool:
            calls.append(1)
            ended.set()
            return False

        with heartbeat(beat, every=0.001):
            assert ended.wait(5)
        assert len(calls) == 1
