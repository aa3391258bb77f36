"""What is done later: declared with `@job`, asked for with `ask`, done by a worker, once.

Every job is a row (`AskedJob`) that is written in the transaction of whoever asks. The message to a worker only says which row:
one that is lost is sent again, one that comes twice finds the row taken or done.
"""

from config.web.queues import Queue
from projects.jobs.declare import job
from projects.jobs.enqueue import ask, ask_each

__all__ = ["Queue", "ask", "ask_each", "job"]
