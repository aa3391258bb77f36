"""What the database must not show in plain: encrypted with the newest key, read with any of `ENCRYPTION_KEY`.

A key is any long random text; what Fernet needs is derived from it, so operators need no special format.
"""

import base64
import functools

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class UndecryptableError(Exception):
    """No key of ours has written this, or it has been changed."""


def encrypt(text: str) -> str:
    """The text under the newest key; twice the same text looks different."""
    return encrypt_bytes(text.encode()).decode()


def decrypt(secret: str) -> str:
    """The text again, whichever of the keys wrote it."""
    return decrypt_bytes(secret.encode()).decode()


def encrypt_bytes(data: bytes) -> bytes:
    """The same of bytes; a third longer than they are."""
    return _keys(tuple(settings.ENCRYPTION_KEYS)).encrypt(data)


def decrypt_bytes(secret: bytes) -> bytes:
    """The bytes again, whichever of the keys wrote them."""
    try:
        return _keys(tuple(settings.ENCRYPTION_KEYS)).decrypt(secret)
    except InvalidToken as error:
        raise UndecryptableError("Encrypted with a key that is not in ENCRYPTION_KEY any more.") from error


def rotate(secret: str) -> str:
    """The same text under the newest key, so that older ones can be taken away."""
    try:
        return _keys(tuple(settings.ENCRYPTION_KEYS)).rotate(secret.encode()).decode()
    except InvalidToken as error:
        raise UndecryptableError("Encrypted with a key that is not in ENCRYPTION_KEY any more.") from error


def is_current(secret: str) -> bool:
    """Whether the newest key wrote it, so that there is nothing to turn."""
    try:
        _keys((settings.ENCRYPTION_KEYS[0],)).decrypt(secret.encode())
    except InvalidToken:
        return False
    return True


@functools.lru_cache(maxsize=4)
def _keys(texts: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derive(text)) for text in texts])


def _derive(text: str) -> bytes:
    # No salt: each key is random by itself, and all processes must come to the same result.
    derived = HKDF(SHA256(), 32, salt=None, info=b"itdo fields").derive(text.encode())
    return base64.urlsafe_b64encode(derived)
