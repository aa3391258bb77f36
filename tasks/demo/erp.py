"""The plan of 新ERP導入, the largest project of the demo: phases by hand, modules by pattern."""

from __future__ import annotations

from typing import NamedTuple


class Module(NamedTuple):
    """A part of the system: who designs and who builds it, and when its design begins after the requirements."""

    key: str
    name: str
    designer: str
    developer: str
    delay: int
    size: float


MODULES = (
    Module("sal", "販売管理", "茜部", "瑠璃川", 0, 1.1),
    Module("pur", "購買管理", "山吹", "若竹", 2, 1.0),
    Module("stk", "在庫管理", "常磐", "群青", 8, 1.0),
    Module("crd", "債権債務", "琥珀田", "若竹", 6, 0.9),
    Module("prd", "生産管理", "紅林", "朽葉", 10, 1.1),
    Module("acc", "会計連携", "浅葱", "琥珀田", 14, 1.3),
    Module("rep", "帳票・電子保存", "瑠璃川", "菫", 18, 0.9),
)
#: Data that moves to the new system: key, name, and who moves it.
DATA = (
    ("cus", "得意先・仕入先マスター", "琥珀田"),
    ("itm", "品目・部品表マスター", "蘇芳"),
    ("inv", "在庫残高", "蘇芳"),
    ("ord", "受発注残", "琥珀田"),
    ("led", "債権債務残高", "浅葱"),
    ("fix", "固定資産台帳", "朽葉"),
)
SITES = (
    ("本社", "桔梗"),
    ("東日本支社", "撫子"),
    ("西日本支社", "撫子"),
    ("第1工場", "桔梗"),
    ("第2工場", "撫子"),
    ("物流センター", "東雲院"),
)

START = """
プロジェクト管理
  plan: プロジェクト計画書の作成と承認 | 12 | | 藍沢, 鈍色 50
  kick: ◆キックオフ | | ^ | 藍沢 | deliverable=プロジェクト計画書 approver=鈍色
  体制と会議体の整備 | 5 | kick | 藍沢 50, 縹 50
  リスク・課題管理の運用 | 170 | kickSS | 藍沢 10, 鈍色 10 | type=fixed_duration
  品質管理計画の作成 | 6 | plan | 柿本
  ステアリングコミッティ（第1四半期） | 1 | kick+40d | 鈍色, 藍沢
  ステアリングコミッティ（第2四半期） | 1 | kick | 鈍色, 藍沢 | mso=170
  ステアリングコミッティ（第3四半期） | 1 | kick | 鈍色, 藍沢 | mfo=260
企画
  現状課題の整理 | 8 | planSS+3d | 桔梗, 東雲院
  導入目的と効果指標の定義 | 5 | ^ | 桔梗
  製品の評価と選定理由のまとめ | 6 | ^SS+2d | 浅葱
  ライセンス契約 | 10 | ^ | 山吹 30 | type=fixed_duration
  idea: ◆企画の承認 | | ^FF | 藍沢 | deliverable=企画書 approver=鈍色
"""

REQUIREMENTS_END = """
  非機能要件の整理（性能・可用性・セキュリティ） | 10 | kick+8d | 浅葱 50, 萌黄
  内部統制・権限要件の整理 | 8 | kick+12d | 紅林
  fit: Fit & Gap 分析（追加開発 42件の判定を含む） | 14 | sal_gap, acc_gap, prd_gap | 桔梗, 浅葱 50
  業務要件定義書の取りまとめ | 7 | fitFS-2d | 桔梗
  要件定義レビュー | 4 | ^ | 藍沢, 鈍色 50
  req: ◆要件定義完了 | | ^ | 藍沢 | deliverable=要件定義書 approver=鈍色
"""

DESIGN_END = """
  共通設計
    画面標準・メッセージ標準 | 8 | req | 菫
    権限・内部統制の設計 | 16 | req+24d | 紅林
    ジョブ運用の設計 | 10 | req+12d | 檜皮
    auth: シングルサインオンの設計 | 8 | req+6d | 萌黄
    電子帳簿保存法への対応方針 | 12 | req+20d | 浅葱 60
    帳票の標準化（適格請求書を含む） | 10 | req+15d | 菫
  bd: ◆基本設計完了 | | sal_bd, pur_bd, stk_bd, crd_bd, prd_bd, acc_bd, rep_bd | 藍沢 | deliverable=基本設計書 approver=鈍色 deadline=158
"""

PLATFORM = """
基盤構築
  クラウド環境の設計 | 14 | req+8d | 萌黄
  ネットワーク設計（6拠点・閉域接続） | 12 | ^SS+4d | 檜皮
  機器の発注と納品 | 30 | ^ | 山吹 10 | type=fixed_duration calendar=elapsed
  検証環境の構築 | 14 | req+22d | 萌黄
  検証環境の動作確認 | 4 | ^ | 萌黄, 木賊 50
  認証基盤の構築 | 10 | auth | 萌黄 50
  拠点回線の開通工事 | 20 | | 檜皮 | manual=165
  prod: 本番環境の構築 | 19 | req+35d | 萌黄
  本番環境のセキュリティ診断 | 6 | ^ | 木賊 | snlt=215
  災害対策環境の構築 | 12 | prodSS+5d | 檜皮
  バックアップ・監視の設定 | 10 | prodFS-3d | 木賊
  性能評価（単体） | 6 | prod | 木賊
  運用手順書の作成 | 10 | prodSS+50% | 檜皮 50 | snet=172
  infra: ◆基盤の引き渡し | | prod, ^FF | 萌黄 | deliverable=環境定義書 approver=藍沢
"""

BUILD_END = """
  共通部品の開発
    共通基盤ライブラリ | 15 | req+30d | 朽葉, 浅葱 30
    認証・権限の実装 | 10 | auth+20d | 紅林 60
    監査ログの実装 | 6 | ^ | 紅林 60
    自動テストの整備 | 12 | req+34d | 柿本, 木賊 50
    共通部品の技術検証 | 5 | ^SS+1d | 浅葱 40
  dev: ◆開発完了 | | sal_dev, pur_dev, stk_dev, crd_dev, prd_dev, acc_dev, rep_dev | 藍沢 | deliverable=単体テスト報告書 approver=鈍色 deadline=222
"""

MIGRATION_START = """
データ移行
  mig: 移行方針・移行対象の確定 | 19 | req+12d | 琥珀田 60
  移行ツールの設計 | 8 | mig | 琥珀田, 蘇芳
  tool: 移行ツールの開発 | 25 | ^FS-3d | 蘇芳
"""

MIGRATION_END = """
  reh1: 移行リハーサル 1回目 | 9 | cus_cv, itm_cv, inv_cv | 琥珀田, 蘇芳
  リハーサル 1回目の評価 | 3 | ^ | 琥珀田, 桔梗 50
  reh2: 移行リハーサル 2回目 | 7 | reh1+15d, dev | 琥珀田, 蘇芳
  reh: ◆移行判定 | | ^ | 藍沢 | deliverable=移行判定資料 approver=鈍色
"""

TEST_END = """
  総合テスト
    総合テスト計画書の作成 | 6 | it_planSS+5d | 柿本 50
    st: 日次業務の通しテスト | 12 | it | 柿本, 木賊
    月次決算の通しテスト | 8 | stSS+4d | 柿本, 浅葱 50
    年度末処理の通しテスト | 5 | ^ | 柿本
    性能・障害テスト | 10 | stSS+3d | 木賊, 萌黄 50
    セキュリティテスト | 5 | stSS+5d | 木賊 50
    st_ok: ◆総合テスト完了 | | st, ^^ | 藍沢 | deliverable=総合テスト報告書 approver=鈍色
  受入テスト
    受入シナリオの準備 | 8 | it_plan+30d | 桔梗
    uat: ユーザー受入テスト | 18 | st_ok | 桔梗, 東雲院, 撫子 50
    指摘の対応 | 8 | uatSS+5d | 茜部, 瑠璃川, 常磐
    受入結果のまとめ | 2 | uat | 桔梗
    uat_ok: ◆受入完了 | | ^ | 藍沢 | deliverable=受入確認書 approver=鈍色
"""

TRAINING_START = """
研修
  研修計画の作成 | 6 | bd+10d | 撫子
  man: 操作マニュアルの作成 | 23 | ^ | 撫子, 鈍色 30
  prn: 教材の印刷と配布 | 8 | man | 撫子 20
  講師の養成 | 5 | man | 撫子, 桔梗 50
"""

END = """
本番切替
  cut: 切替計画書の作成 | 10 | reh1 | 藍沢 50, 琥珀田 30 | constraint=ALAP
  切替判定会議 | 1 | uat_ok, reh, cut | 藍沢, 鈍色, 縹
  最終データ移行 | 4 | ^ | 琥珀田, 蘇芳
  bal: 残高の照合 | 2 | ^SS+2d | 浅葱, 朽葉
  旧システムの停止手順の確認 | 3 | uatSS+5d | 檜皮
  旧システムの停止 | 1 | liveSF | 檜皮
  live: ◆本番稼働 | | bal+2d | 藍沢 | deliverable=稼働報告書 approver=鈍色 deadline=292
定着
  稼働後支援（第1週） | 5 | live | 茜部, 浅葱, 琥珀田
  稼働後支援（月次決算） | 10 | ^ | 浅葱, 桔梗
  desk: 問い合わせ窓口の運用 | 20 | liveSS | 撫子 50, 東雲院 50 | type=fixed_duration
  改善要望の整理と優先順位付け | 8 | live+8d | 桔梗
  eff: 効果測定 | 5 | live+12d | 桔梗 50, 縹 50 | fnet=308
  保守体制への引き継ぎ | 6 | live+10d | 藍沢 50, 檜皮 | fnlt=330
  ◆プロジェクト完了 | | ^, eff, desk | 藍沢 | deliverable=完了報告書 approver=鈍色
"""


def _requirements(module: Module) -> str:
    k, name, designer = module.key, module.name, module.designer
    return f"""
  {name}
    {k}_hear: 現行業務ヒアリング（{name}） | {8 * module.size:.0f} | kick+{module.delay // 3}d | 桔梗 50, {designer}
    {k}_flow: 業務フローと課題の整理 | {6 * module.size:.0f} | ^FS-2d | {designer}
    {k}_gap: 標準機能との差異の洗い出し | {7 * module.size:.0f} | ^SS+3d | {designer} 60, 東雲院 40
    要件の合意（{name}） | 2 | ^ | {designer}"""


def _design(module: Module) -> str:
    k, size, designer, developer = module.key, module.size, module.designer, module.developer
    return f"""
  {module.name}の基本設計
    {k}_bf: 業務フローの確定 | {4 * size:.0f} | req+{module.delay}d | {designer}
    {k}_scr: 画面設計 | {8 * size:.0f} | ^ | {designer}
    {k}_rep: 帳票設計 | {5 * size:.0f} | {k}_scrSS+3d | {developer}
    {k}_if: インターフェース設計 | {6 * size:.0f} | {k}_scrFS-2d | {designer}
    {k}_db: データ項目の定義 | {5 * size:.0f} | {k}_scrSS+50% | {developer} 60
    {k}_rev: 設計レビューと指摘の反映 | {3 * size:.0f} | {k}_if, {k}_rep, {k}_db | {designer}, 藍沢 20
    {k}_bd: ◆基本設計の承認（{module.name}） | | ^ | {designer} | deliverable=基本設計書（{module.name}） approver=藍沢"""


def _build(module: Module) -> str:
    k, size, designer, developer = module.key, module.size, module.designer, module.developer
    return f"""
  {module.name}の開発
    {k}_dd: 詳細設計 | {8 * size:.0f} | {k}_bd | {designer}
    {k}_ui: 画面の実装 | {15 * size:.0f} | {k}_ddSS+5d | {developer}
    {k}_bat: バッチ・連携処理の実装 | {10 * size:.0f} | {k}_dd | {designer}
    {k}_rpt: 帳票の実装 | {8 * size:.0f} | {k}_dd+2d | {developer} 50
    {k}_cr: コードレビュー | {5 * size:.0f} | {k}_uiFF+2d | 浅葱 30
    {k}_ut: 単体テスト | {8 * size:.0f} | {k}_ui, {k}_bat, {k}_rpt | {developer}
    {k}_fix: 不具合の修正と再テスト | {4 * size:.0f} | ^ | {designer} 50, {developer} 50
    {k}_dev: ◆開発完了（{module.name}） | | ^, {k}_crFF | {designer}"""


def _moving(key: str, name: str, who: str) -> str:
    return f"""
  {name}
    {key}_map: 移行項目の対応付け | 6 | mig+4d | {who}
    {key}_cl: データの棚卸しと名寄せ | 10 | ^FS-2d | {who} 60
    {key}_cv: 変換処理の作成 | 8 | {key}_map, toolFF | {who}
    {key}_chk: 移行結果の検証 | 4 | reh1 | {who}"""


def _integration(module: Module) -> str:
    k, name = module.key, module.name
    return f"""
    {k}_sc: シナリオ作成（{name}） | 4 | it_plan | 柿本 50
    {k}_it: 結合テストの実施（{name}） | {8 * module.size:.0f} | {k}_sc, dev | 木賊 50, {module.developer}
    {k}_re: 不具合の修正（{name}） | 6 | ^SS+3d | {module.designer} 50"""


def _training(site: str, who: str, order: int) -> str:
    return f"""
  {site}
    {site}の会場と端末の準備 | 2 | man+{order * 2}d | {who} 50
    {site}の利用者研修 | 4 | ^, prn, uatSS+{4 + order}d | {who}
    {site}の理解度確認と補講 | 2 | ^+2d | {who} 50"""


def erp_plan() -> str:
    """The whole plan as text for `read_sketch`."""
    integration = "".join(map(_integration, MODULES))
    ends = ", ".join(f"{module.key}_re" for module in MODULES)
    parts = [
        START,
        "要件定義",
        *map(_requirements, MODULES),
        REQUIREMENTS_END,
        "基本設計",
        *map(_design, MODULES),
        DESIGN_END,
        PLATFORM,
        "詳細設計・開発",
        *map(_build, MODULES),
        BUILD_END,
        MIGRATION_START,
        *(_moving(*item) for item in DATA),
        MIGRATION_END,
        "試験\n  結合テスト\n    it_plan: 結合テスト計画書の作成 | 8 | bd | 柿本",
        integration,
        f"    it: ◆結合テスト完了 | | {ends} | 柿本 | deliverable=結合テスト報告書 approver=藍沢",
        TEST_END.replace("^^", "^"),
        TRAINING_START,
        *(_training(site, who, order) for order, (site, who) in enumerate(SITES)),
        END,
    ]
    return "\n".join(part.strip("\n") for part in parts)
