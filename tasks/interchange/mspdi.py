"""Microsoft Project XML (MSPDI), plain or gzip: ``read_mspdi(source)`` and ``write_mspdi(plan, stream)``."""

from tasks.interchange.mspdi_read import read_mspdi
from tasks.interchange.mspdi_write import write_mspdi

__all__ = ["read_mspdi", "write_mspdi"]
