"""Work in the background: declared with `@job`, put into the outbox with `enqueue`, done by a worker, once.

Every job is a row (`AskedJob`) that is written in the transaction of the change it is for. The message to a worker only says which
row: one that is lost is sent again, one that comes twice finds the row taken or done.
"""

from config.web.queues import Queue
from projects.jobs.declare import job
from projects.jobs.leases import Lease
from projects.jobs.outbox import cancel, enqueue, enqueue_each

__all__ = ["Lease", "Queue", "cancel", "enqueue", "enqueue_each", "job"]
