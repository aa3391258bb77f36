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
    "PageUp": "Page Up", "PageDown": "Page Down", "ContextMenu": _("メニュー キー"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Keys that do one thing: `("ArrowUp", "ArrowDown")` either of them, "Alt+ArrowUp" both at once."""

    keys: tuple[str, ...]
    does: Promise
    #: The name of what it does in the script that hears it, where menus and buttons do the same.
    command: str = ""
    #: How a menu names it, and whether it changes nothing.
    menu: Promise | str = ""
    is_reading: bool = False
    #: Whether a menu draws a line above it.
    begins: bool = False

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


#: The table in which plans are typed; its commands are also in its menu.
SHEET: Final = _("WBS の表")
#: The bars of the chart beside it.
BARS: Final = _("ガントのバー")
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
    KeyGroup(SHEET, ("sheet/keys.js",), (
        Shortcut(("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"), _("セルを移ります")),
        Shortcut(("PageUp", "PageDown"), _("まとめて行を移ります")),
        Shortcut(("Home", "End"), _("行の最初、最後のセルへ移動します")),
        Shortcut(("Ctrl+Home", "Ctrl+End"), _("表の最初、最後のセルへ移動します")),
        Shortcut(("Ctrl+ArrowUp", "Ctrl+ArrowDown"), _("最初、最後の行へ移動します")),
        Shortcut(("Shift+ArrowUp", "Shift+ArrowDown"), _("選択を広げます。ほかの移動のキーでも同じです")),
        Shortcut(("Shift+ ",), _("行全体を選択します"), "rows"),
        Shortcut(("Ctrl+ ",), _("列全体を選択します"), "columns"),
        Shortcut(("Ctrl+A",), _("すべてを選択します"), "all"),
        Shortcut(("Ctrl+X",), _("選んだセルを切り取ります。コピーしてから値を消します"), "cut", _("切り取り")),
        Shortcut(("Ctrl+C",), _("選んだセルをコピーします。表計算ソフトに貼り付けられます"), "copy", _("コピー"), is_reading=True),
        Shortcut(("Ctrl+V",), _("表計算ソフトなどのセルを貼り付けます。複数のセルは、確かめてから適用します"), "paste", _("貼り付け")),
        Shortcut(("F2",), _("セルを編集します"), "edit", _("編集"), begins=True),
        Shortcut(("Backspace",), _("セルを空にして入力を始めます"), "empty"),
        Shortcut(("Delete",), _("セルの値を消します。行全体を選んでいれば、その行を削除します"), "clear", _("値を消す")),
        Shortcut(("Enter", "Shift+Enter"), _("下、上のセルへ移ります。最後の行では、次の行を作ります")),
        Shortcut(("Ctrl+D",), _("一番上のセルの値を、選んだ下のセルに入れます"), "fill", _("下へコピー")),
        Shortcut(("Insert",), _("上に行を追加します。複数の行を選んでいれば、同じ数だけ追加します"), "insert", _("上に行を追加"), begins=True),
        Shortcut(("Ctrl+-",), _("選んだ行を削除します。選んでいない子タスクや実績も失われるときは、先に確かめます"), "delete", _("行を削除")),
        Shortcut(("Alt+Shift+ArrowRight",), _("選んだ行を字下げします"), "indent", _("字下げ"), begins=True),
        Shortcut(("Alt+Shift+ArrowLeft",), _("選んだ行の字下げを戻します"), "outdent", _("字下げを戻す")),
        Shortcut(("Alt+Shift+ArrowUp",), _("選んだ行を上に動かします"), "up", _("上へ移動")),
        Shortcut(("Alt+Shift+ArrowDown",), _("選んだ行を下に動かします"), "down", _("下へ移動")),
        Shortcut(("Ctrl+F2",), _("選んだタスクを、選んだ順につなぎます"), "link", _("つなぐ"), begins=True),
        Shortcut(("Ctrl+Shift+F2",), _("選んだタスクの間の依存関係を外します"), "unlink", _("つながりを外す")),
        Shortcut(("Alt+ArrowLeft", "Alt+ArrowRight"), _("子タスクを閉じ、開きます")),
        Shortcut(("Shift+F2",), _("タスクの詳細を開きます"), "details", _("タスクの詳細"), is_reading=True, begins=True),
        Shortcut(("Alt+Enter",), _("開始日、終了日の理由を開きます"), "why", _("日程の理由"), is_reading=True),
        Shortcut(("Ctrl+F",), _("計画全体の名前・説明・担当などから探します。名前は置き換えられます"), "find", _("検索と置換"), is_reading=True, begins=True),
        Shortcut(("Ctrl+G",), _("行番号、WBS コード、日付で、計画の行へ移動します"), "go", _("行か日付へ移動"), is_reading=True),
        Shortcut(("Ctrl+Shift+L",), _("行を絞り込みます。遅延、自分の担当などの一覧が開きます"), "filter", _("絞り込み"), is_reading=True),
        Shortcut(("F3",), _("フィルターを外し、閉じた子タスクをすべて開きます"), "showAll", _("すべて表示"), is_reading=True),
        Shortcut(("?",), _("この一覧を開きます"), "keys", _("キーの一覧"), is_reading=True, begins=True),
        Shortcut(("Shift+F10", "ContextMenu"), _("できることの一覧を開きます"), "menu"),
        Shortcut(("Escape",), _("選択を1つのセルに戻すか、詳細を閉じます"), "leave"),
    )),
    KeyGroup(_("WBS とガント"), ("sheet/undo.js",), (
        Shortcut(("Ctrl+Z",), _("自分の変更を元に戻します")),
        Shortcut(("Ctrl+Shift+Z", "Ctrl+Y"), _("元に戻した変更をやり直します")),
    )),
    KeyGroup(_("列の一覧"), ("sheet/choosing.js",), (
        Shortcut(("Alt+ArrowUp", "Alt+ArrowDown"), _("列を上下に動かします")),
    )),
    KeyGroup(_("絞り込みの一覧"), ("sheet/sifting.js",), (
        Shortcut((" ",), _("条件を付けるか外します")),
    )),
    KeyGroup(_("WBS の検索"), ("sheet/find.js",), (
        Shortcut(("Enter", "Shift+Enter"), _("次の、前の一致へ移ります")),
        Shortcut(("Escape",), _("検索を閉じ、見つけたセルへ戻ります")),
    )),
    KeyGroup(_("WBS のセルへの入力"), ("sheet/pen.js",), (
        Shortcut(("Enter", "Shift+Enter"), _("確定して、下、上のセルへ移ります")),
        Shortcut(("Tab", "Shift+Tab"), _("確定して、右、左のセルの入力へ移ります")),
        Shortcut(("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"), _("確定して移ります。F2 の後は、文字の間を移ります")),
        Shortcut(("F2",), _("矢印の働きを切り替えます")),
        Shortcut(("Escape",), _("取り消します")),
    )),
    KeyGroup(BARS, ("chart/keys.js",), (
        Shortcut(ROWS, _("前後のタスクへ移ります")),
        Shortcut((" ",), _("バーを持ち上げ、もう一度押すと決定します")),
        Shortcut(("ArrowLeft", "ArrowRight"), _("持ち上げたバーを動かします")),
        Shortcut(("Shift+ArrowLeft", "Shift+ArrowRight"), _("持ち上げたバーの期間を変えます")),
        Shortcut(("Enter",), _("決定します。持ち上げていなければ、タスクの詳細を開きます")),
        Shortcut(("Escape", "Tab"), _("持ち上げたバーを元に戻します")),
        Shortcut(("A",), _("担当を決めます"), "assign", _("担当を決める")),
        Shortcut(("L",), _("ほかのバーへつなぎます。相手を選んでいる間は、↑ ↓ で相手、← → で種類を選び、Enter で決定します"), "draw", _("ほかのバーへつなぐ")),
        Shortcut(("F",), _("計画の全体が見える目盛りにします"), "fit", _("全体を表示"), is_reading=True, begins=True),
        Shortcut(("Shift+F",), _("選んだ行の全体が見える目盛りにします"), "fitRows", _("選択を表示"), is_reading=True),
        Shortcut(("Z",), _("目盛りを1段細かくします。Ctrl を押しながらホイールを回しても同じです"), "finer"),
        Shortcut(("Shift+Z",), _("目盛りを1段粗くします"), "coarser"),
    )),
    KeyGroup(_("表とガントの境目"), ("sheet/edge.js",), (
        Shortcut(("ArrowLeft", "ArrowRight"), _("境目を左右に動かします。Shift を押しながらで大きく動かします")),
        Shortcut(("Home",), _("表を最も狭くします")),
        Shortcut(("End",), _("ガントをたたみます")),
        Shortcut(("Enter",), _("ガントを開閉します")),
    )),
    KeyGroup(_("稼働率の表"), ("utilization.js",), (
        Shortcut(("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"), _("セルを移ります")),
        Shortcut(("PageUp", "PageDown"), _("まとめて行を移ります")),
        Shortcut(("Home", "End"), _("行の最初、最後のセルへ移動します")),
    )),
    KeyGroup(_("工数表"), ("timesheet.js",), (
        Shortcut(("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"), _("保存して、隣の日や行へ移ります")),
        Shortcut(("Enter", "Shift+Enter"), _("保存して、下、上の行へ移ります")),
        Shortcut(("F2",), _("その日のコメントへ移ります")),
        Shortcut(("Escape",), _("入力を取り消すか、コメントから戻ります")),
    )),
)  # fmt: skip


def menu_of(label: Promise, *, may_edit: bool) -> list[Shortcut]:
    """What the menu of a place offers: everything there that has a name, or what changes nothing."""
    group = next(group for group in GROUPS if group.label is label)
    return [each for each in group.shortcuts if each.menu and (may_edit or each.is_reading)]
