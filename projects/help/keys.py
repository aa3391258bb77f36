"""Every key that the pages know, declared once: the help shows them, and a test holds the scripts to them.

A script that hears keys is named here with all of them: one that it knows and that is not here, or the other way around, fails
(`tests/test_help.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: How keys are written where their name says nothing to a reader.
SPELLED: Final[dict[str, Promise | str]] = {
    "ArrowUp": "↑", "ArrowDown": "↓", "ArrowLeft": "←", "ArrowRight": "→", "Escape": "Esc", " ": _("スペース"),
    "PageUp": "Page Up", "PageDown": "Page Down",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Keys that do one thing: `("ArrowUp", "ArrowDown")` either of them, "Alt+ArrowUp" both at once."""

    keys: tuple[str, ...]
    does: Promise

    @property
    def spelled(self) -> list[list[str]]:
        """Each combination as the keys are labelled."""
        return [[str(SPELLED.get(key, key)) for key in each.split("+")] for each in self.keys]

    @property
    def names(self) -> frozenset[str]:
        """The keys as a browser names them, without Ctrl, Alt and Shift."""
        return frozenset(each.split("+")[-1] for each in self.keys)


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """Where keys are known, and the scripts that hear them."""

    label: Promise
    scripts: tuple[str, ...]
    shortcuts: tuple[Shortcut, ...]


ROWS: Final = ("ArrowUp", "ArrowDown", "PageUp", "PageDown")
GROUPS: Final = (
    KeyGroup(_("どの画面でも"), ("app.js",), (
        Shortcut(("/",), _("検索欄へ移動します")),
        Shortcut(("?",), _("この一覧を開きます")),
    )),
    KeyGroup(_("メニュー"), ("page/menus.js",), (
        Shortcut(("ArrowUp", "ArrowDown"), _("項目を移ります")),
        Shortcut(("Home", "End"), _("最初、最後の項目へ移動します")),
    )),
    KeyGroup(_("WBS の表"), ("sheet/keys.js", "sheet/why.js"), (
        Shortcut(ROWS, _("行を移ります")),
        Shortcut(("Shift+ArrowUp", "Shift+ArrowDown"), _("選択を広げます")),
        Shortcut(("ArrowLeft", "ArrowRight"), _("セルを移ります。名前の列では、子タスクを閉じ、開きます")),
        Shortcut(("Home", "End"), _("行の最初、最後のセルへ移動します")),
        Shortcut(("Ctrl+Home", "Ctrl+End"), _("最初、最後の行へ移動します")),
        Shortcut((" ",), _("行を選択に加え、外します")),
        Shortcut(("F2",), _("セルを編集します")),
        Shortcut(("Enter",), _("タスクの詳細を開きます")),
        Shortcut(("Insert",), _("下にタスクを追加します")),
        Shortcut(("Delete",), _("選んだタスクを削除します（確かめてから）")),
        Shortcut(("Alt+ArrowUp", "Alt+ArrowDown"), _("選んだタスクを上下に動かします")),
        Shortcut(("Alt+Shift+ArrowRight", "Alt+Shift+ArrowLeft"), _("選んだタスクを字下げし、戻します")),
        Shortcut(("?",), _("開始日、終了日の理由を開きます")),
        Shortcut(("Escape",), _("詳細を閉じるか、選択を解きます")),
    )),
    KeyGroup(_("WBS とガント"), ("sheet/undo.js",), (
        Shortcut(("Ctrl+Z",), _("自分の変更を元に戻します")),
        Shortcut(("Ctrl+Shift+Z", "Ctrl+Y"), _("元に戻した変更をやり直します")),
    )),
    KeyGroup(_("WBS のセルの編集"), ("sheet/editor.js",), (
        Shortcut(("Enter",), _("確定します")),
        Shortcut(("Tab", "Shift+Tab"), _("確定して、右、左のセルへ移ります")),
        Shortcut(("Escape",), _("取り消します")),
    )),
    KeyGroup(_("新しい行"), ("sheet/adding.js",), (
        Shortcut(("Enter",), _("タスクを追加します")),
        Shortcut(("Escape",), _("取り消します")),
    )),
    KeyGroup(_("ガントのバーと表"), ("chart/keys.js", "chart/assigning.js", "chart/why.js"), (
        Shortcut(ROWS, _("前後のタスクへ移ります")),
        Shortcut((" ",), _("バーを持ち上げ、もう一度押すと決定します")),
        Shortcut(("ArrowLeft", "ArrowRight"), _("持ち上げたバーを動かします。表では、子タスクを閉じ、開きます")),
        Shortcut(("Shift+ArrowLeft", "Shift+ArrowRight"), _("持ち上げたバーの期間を変えます")),
        Shortcut(("Enter",), _("決定します。持ち上げていなければ、タスクを開きます")),
        Shortcut(("Escape", "Tab"), _("持ち上げたバーを元に戻します")),
        Shortcut(("A",), _("担当を決めます")),
        Shortcut(("?",), _("日程の理由を開きます")),
    )),
    KeyGroup(_("稼働率の表"), ("utilization.js",), (
        Shortcut(("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"), _("セルを移ります")),
        Shortcut(("PageUp", "PageDown"), _("まとめて行を移ります")),
        Shortcut(("Home", "End"), _("行の最初、最後のセルへ移動します")),
    )),
)  # fmt: skip
