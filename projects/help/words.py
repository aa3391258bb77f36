"""The words of the field, as the pages use them: what they mean to who reads a plan. Words of the code are in docs/glossary.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy


@dataclass(frozen=True, slots=True)
class Word:
    """One word and its meaning, in the reader's language."""

    term: Promise
    meaning: Promise

    @property
    def other(self) -> str:
        """The same word in the other language, for who knows it by that; empty where it is the same."""
        words = []
        for language in ("ja", "en"):
            with override(language):
                words.append(str(self.term))
        here = str(self.term)
        return next((word for word in words if word != here), "")


@dataclass(frozen=True, slots=True)
class WordGroup:
    """Words that belong together."""

    label: Promise
    words: tuple[Word, ...]


GROUPS: Final = (
    WordGroup(_("計画の組み立て"), (
        Word(_("WBS"), _("仕事を階層に分けた表です。1.2.3 のような番号が付きます。")),
        Word(_("タスク"), _("計画の1行です。期間、担当、進捗を持ちます。")),
        Word(_("サマリー"), _("子タスクを持つタスクです。日付と進捗は子タスクから決まります。")),
        Word(_("マイルストーン"), _("節目です。期間はなく、成果物と承認者を持ちます。")),
        Word(_("ベースライン"), _("合意したときの計画の控えです。日付、期間、工数、コストを残し、後から変えられません。")),
        Word(_("先行タスク"), _("終わり、または始まりを待つ相手のタスクです。例：3、3FS+2d")),
        Word(_("終了－開始（FS）"), _("先行タスクが終わってから始まります。ほかに開始－開始（SS）、終了－終了（FF）、開始－終了（SF）があります。")),
        Word(_("ラグ・リード"), _("先行タスクとの間を空ける時間がラグ（+2d）、重ねる時間がリード（−2d）です。")),
    )),
    WordGroup(_("日程"), (
        Word(_("期間"), _("開始から終了までの稼働時間です。休みの日は数えません。5d は稼働日で5日、5ed は暦で5日です。")),
        Word(_("制約"), _("日付についての決まりです。例：指定日以後に開始。先行タスクや稼働日とともに日付を決めます。")),
        Word(_("期限"), _("守りたい日です。タスクは動かさず、過ぎると知らせます。")),
        Word(_("クリティカルパス"), _("遅れるとプロジェクトの終了も遅れるタスクのつながりです。")),
        Word(_("余裕"), _("プロジェクトの終了を遅らせずに、そのタスクが遅れてよい長さです。マイナスは、守れない日付があることを表します。")),
        Word(_("自由余裕"), _("後続タスクを遅らせずに、そのタスクが遅れてよい長さです。")),
        Word(_("日程の理由"), _("なぜその日になったかです。WBS とガントで ? を押すと開きます。")),
    )),
    WordGroup(_("人と工数"), (
        Word(_("平準化"), _("担当者の予定が重ならないように、タスクを後ろへ動かすことです。動かした分は「平準化の遅れ」として残り、取り除けます。")),
        Word(_("工数"), _("必要な作業の量です。16h、2人日、0.5人月 のように書きます。")),
        Word(_("割当"), _("1日のうち、その人がタスクに使う割合です。例：田中[50%]")),
        Word(_("タスクの種類"), _("割当、期間、工数の1つを変えたときに、残りのどれを保つかです。単位数固定、期間固定、作業時間固定があります。")),
        Word(_("リソース"), _("タスクを担当する人、設備、資材です。")),
        Word(_("稼働上限"), _("1日のうち、その人が働ける割合です。")),
        Word(_("稼働率"), _("予定している作業が、働ける時間に占める割合です。")),
        Word(_("過負荷"), _("予定が働ける時間を超えている日です。1日が200%以上になる割当は保存できません。")),
        Word(_("工数表"), _("1人の1週間に、何へ何時間かけたかの表です。提出し、リーダーや PMO が承認すると変えられなくなります。")),
        Word(_("月の締め"), _("その月の工数を確定することです。締めたあとの誤りは、理由を付けた訂正として残ります。")),
        Word(_("調整案"), _("過負荷をなくす方法です。タスクを動かすか、ほかの人に引き継ぎます。")),
    )),
    WordGroup(_("進捗と見込み"), (
        Word(_("進捗"), _("どこまで終わったかを1%刻みで表します。サマリータスクとプロジェクトの進捗は、工数で重みを付けた平均です。")),
        Word(_("実績工数"), _("実際にかかった時間です。報告した時間は、それまでの実績に足されます。")),
        Word(_("基準日"), _("進捗を判断する日です。")),
        Word(_("遅延"), _("終了日を過ぎても終わっていないか、進捗が計画より遅れている状態です。")),
        Word(_("イナズマ線"), _("ガントで、今日の線を進捗の位置まで折り曲げた線です。左に折れるタスクは遅れています。")),
        Word(_("消化率"), _("これまでのコストが予算に占める割合です。")),
        Word(_("予実"), _("承認したときの計画（ベースライン）と、いまの進捗と実績を比べることです。")),
        Word(_("出来高"), _("終わった分が、ベースラインではどれだけの工数や金額だったかです。")),
        Word(_("SPI・CPI"), _("出来高を、計画と実績で割った値です。1 より小さいと、遅れているか、かかりすぎています。")),
        Word(_("着地見込"), _("いまの効率が続いたときに、完成までにかかる工数や金額です。")),
        Word(_("リスク"), _("プロジェクトを、残る作業の量と遅れの日数で並べた図です。")),
    )),
    WordGroup(_("そのほか"), (
        Word(_("取り込み・書き出し"), _("Microsoft Project の計画ファイル（XML）と Excel を読み込み、書き出します。書き出した Excel は、直してから計画に取り込めます。")),
        Word(pgettext_lazy("help", "繰り返し"), _("決まった周期でプロジェクトを作る、ひな形です。")),
        Word(_("通知"), _("担当になったとき、担当のタスクや計画が遅れたときに届きます。自分の操作は通知しません。")),
        Word(_("変更履歴"), _("だれが、いつ、何を変えたかの記録です。")),
    )),
)  # fmt: skip
