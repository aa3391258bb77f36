"""What is said of a formula that cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tasks.formulas.errors import Problem
from tasks.formulas.tree import Kind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tasks.formulas.errors import FormulaError

_SENTENCES: Final[dict[Problem, _StrPromise]] = {
    Problem.EMPTY: gettext_lazy("数式を入力してください。"),
    Problem.LONG: gettext_lazy("数式は1000文字以内で入力してください。"),
    Problem.DEEP: gettext_lazy("数式の入れ子が深すぎます。計算をほかのフィールドに分けてください。"),
    Problem.UNEXPECTED: gettext_lazy("%(at)d文字目の「%(piece)s」は、ここには書けません。"),
    Problem.UNFINISHED: gettext_lazy("数式が途中で終わっています。かっこや引用符が閉じているか確かめてください。"),
    Problem.COLUMN: gettext_lazy("%(at)d文字目の「%(piece)s」という列はありません。「使える列」から選んでください。"),
    Problem.FUNCTION: gettext_lazy("%(at)d文字目の「%(piece)s」という関数はありません。"),
    Problem.ARGUMENTS: gettext_lazy("%(at)d文字目の「%(piece)s」の引数は%(expected)s個です。"),
    Problem.KIND: gettext_lazy("%(at)d文字目の「%(piece)s」は、%(expected)sには使えません。"),
    Problem.RESULT: gettext_lazy("結果は%(piece)sですが、%(expected)sになる数式にしてください。"),
    Problem.CIRCLE: gettext_lazy("数式が回っています：%(piece)s"),
    Problem.MONEY: gettext_lazy("%(at)d文字目の「%(piece)s」は金額です。金額を使う数式は、種類が金額のフィールドにしてください。"),
}  # fmt: skip
_KINDS: Final[dict[str, _StrPromise]] = {
    Kind.NUMBER: gettext_lazy("数"), Kind.TEXT: gettext_lazy("文字"), Kind.DAY: gettext_lazy("日付"), Kind.FLAG: gettext_lazy("はい・いいえ")
}  # fmt: skip


def sentence(error: FormulaError) -> str:
    """What is wrong, and where: places are counted from 1."""
    expected = error.expected
    if error.problem in {Problem.KIND, Problem.RESULT}:
        expected = _("と").join(str(_KINDS[kind]) for kind in expected.split("・"))
    piece = str(_KINDS.get(error.piece, error.piece)) if error.problem is Problem.RESULT else error.piece
    return str(_SENTENCES[error.problem]) % {"at": error.at + 1, "piece": piece, "expected": expected}
