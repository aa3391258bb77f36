"""The real PostgreSQL and Valkey of `bin/run` and of the tests, when no server is configured.

Cheap to import and free of Django, so that the settings can ask for the addresses.
"""

from config.embedded.state import EnginesNotRunningError, environment

__all__ = ["EnginesNotRunningError", "environment"]
