"""Names as they are compared: whichever kana, width or case was typed."""

import unicodedata
from typing import Final

_KATAKANA: Final = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


def fold(text: str) -> str:
    """「ｱｲｻﾞﾜ」, 「アイザワ」 and 「あいざわ」 are one reading; ＪＡＶＡ and java one word."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_KATAKANA)
