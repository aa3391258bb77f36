"""The settings of the product, told that it is being tested; programs that tests start hear it too."""

import os

os.environ["ENVIRONMENT"] = "test"

from config.settings import *  # noqa: F403
