"""What can be wrong with a backup; each text is for the person at the terminal."""


class BackupError(Exception):
    """A backup was not made, or one was not taken; the text says why and what to do."""


class NotABackupError(BackupError):
    """The file is something else."""


class WrongKeyError(BackupError):
    """None of our keys has sealed the file."""


class DamagedError(BackupError):
    """The file was changed, or its end is missing."""
