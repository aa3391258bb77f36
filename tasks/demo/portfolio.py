"""The projects of the demo companies. Days count from today; money is in yen."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tasks.demo import patterns
from tasks.demo.erp import erp_plan


class Venture(NamedTuple):
    """A project: `team` names its people, the leader first; `late` is how many tasks are behind."""

    code: str
    name: str
    status: str
    begins: int
    days: int
    budget: int
    category: str
    team: str
    plan: str | Callable[[], str]
    parent: str = ""
    late: int = 0
    contract: int = 0
    tags: tuple[str, ...] = ()
    description: str = ""
    is_fitted: bool = True


ERP_TEAM = "藍沢 鈍色 縹 桔梗 東雲院 浅葱 茜部 瑠璃川 山吹 若竹 常磐 群青 琥珀田 紅林 朽葉 蘇芳 菫 萌黄 檜皮 柿本 木賊 撫子"
ERP = "PRJ-2026-014"

KAKU_PROJECTS = (
    Venture("PRG-2026-001", "基幹システム刷新プログラム", "active", -237, 547, 480_000_000, "基幹系", "鈍色 縹", patterns.PROGRAMME, tags=("全社",), description="販売・購買・生産・会計・人事の基幹システムを 2年で入れ替えるプログラムです。"),
    Venture(ERP, "新ERP導入", "active", -146, 372, 128_000_000, "基幹系", ERP_TEAM, erp_plan, "PRG-2026-001", 6, 152_000_000, ("請負", "基幹系"), "販売・購買・在庫・生産・会計を一つの ERP に移し、6拠点・延べ240名の業務を切り替えます。", False),
    Venture("PRJ-2026-021", "会計連携サブプロジェクト（仕訳自動連携・電子帳簿保存法対応）", "active", -54, 182, 24_500_000, "基幹系", "浅葱 琥珀田 紅林 木賊", patterns.SYSTEM, ERP, 2, 28_000_000, ("会計",)),
    Venture("PRJ-2026-022", "データ移行サブプロジェクト", "active", -36, 180, 18_000_000, "基幹系", "琥珀田 蘇芳 朽葉", patterns.POC, ERP, 1, tags=("移行",)),
    Venture("PRJ-2026-015", "人事給与システム更改", "active", -197, 264, 62_000_000, "基幹系", "桔梗 若竹 群青 撫子", patterns.PACKAGE, "PRG-2026-001", 0, 70_000_000),
    Venture("PRJ-2026-031", "グループ会社向けシェアードサービス基盤の構想策定および業者選定支援", "planning", 49, 170, 36_000_000, "コンサルティング", "桔梗 東雲院 鈍色", patterns.CLOSING, "PRG-2026-001"),
    Venture("PRJ-2025-088", "物流センター自動化 第2期", "active", -340, 513, 215_000_000, "物流", "山吹 常磐 群青 檜皮 瑠璃川 撫子", patterns.LOGISTICS, "", 1, 240_000_000, ("設備",)),
    Venture("PRJ-2025-089", "倉庫管理システム連携", "active", -315, 365, 48_000_000, "物流", "瑠璃川 茜部 若竹 群青 菫 柿本", patterns.SYSTEM, "PRJ-2025-088"),
    Venture("PRJ-2025-090", "搬送ロボット実証", "suspended", -176, 220, 31_000_000, "物流", "柿本 群青 瑠璃川", patterns.POC, "PRJ-2025-088"),
    Venture("PRJ-2026-007", "全社ネットワーク再構築", "active", -295, 330, 54_000_000, "基盤", "萌黄 檜皮 木賊", patterns.NETWORK, tags=("全社",)),
    Venture("PRJ-2026-018", "みほん商事様 受発注ポータル開発", "active", -113, 180, 41_800_000, "受託開発", "茜部 瑠璃川 菫 常磐 若竹 木賊", patterns.SYSTEM, "", 4, 49_500_000, ("請負",), "受注・出荷・請求を取引先と共有するポータルを開発します。"),
    Venture("PRJ-2026-024", "れいじ不動産様 契約管理クラウド導入支援", "active", -50, 173, 22_400_000, "導入支援", "紅林 若竹 群青 木賊 撫子", patterns.PACKAGE, contract=25_000_000, tags=("準委任",)),
    Venture("PRJ-2026-027", "情報セキュリティ監査対応 2026年度", "active", -84, 172, 9_600_000, "内部統制", "木賊 紅林 浅葱", patterns.AUDIT),
    Venture("PRJ-2026-003", "見本銀行様 帳票電子化（フェーズ1）", "completed", -315, 261, 33_000_000, "受託開発", "常磐 瑠璃川 若竹 群青 菫 柿本", patterns.SYSTEM, contract=38_000_000, tags=("請負",)),
    Venture("PRJ-2026-036", "見本銀行様 帳票電子化（フェーズ2）", "planning", 42, 240, 38_000_000, "受託開発", "常磐 瑠璃川 若竹 群青 菫 柿本", patterns.SYSTEM, contract=44_000_000, tags=("請負",)),
    Venture("PRJ-2026-009", "月次決算早期化コンサルティング", "active", -237, 365, 14_400_000, "コンサルティング", "鈍色 桔梗 東雲院", patterns.CLOSING, contract=16_800_000),
    Venture("PRJ-2026-011", "社内ヘルプデスク改善", "cancelled", -225, 141, 4_200_000, "業務改善", "琥珀田 撫子 若竹", patterns.SMALL),
    Venture("PRJ-2026-029", "データ分析基盤 PoC", "planning", 13, 82, 12_000_000, "研究", "瑠璃川 群青 萌黄", patterns.POC),
    Venture("PRJ-2026-033", "株式会社架空製作所様 生産計画最適化", "planning", 42, 330, 96_000_000, "受託開発", "柿本 朽葉 紅林 茜部 常磐 木賊", patterns.SYSTEM, contract=110_000_000),
    Venture("PRJ-2026-012", "テレワーク環境の刷新", "completed", -260, 150, 19_800_000, "基盤", "檜皮 萌黄 木賊", patterns.NETWORK),
    Venture("PRJ-2026-016", "経費精算クラウド導入", "active", -90, 150, 11_000_000, "導入支援", "若竹 桔梗 琥珀田 撫子", patterns.PACKAGE, late=1),
    Venture("PRJ-2026-017", "採用サイトのリニューアル", "active", -60, 110, 6_800_000, "受託開発", "菫 瑠璃川 若竹", patterns.SYSTEM),
    Venture("PRJ-2026-019", "ひながた運輸様 配車システム保守", "active", -130, 300, 15_600_000, "保守", "朽葉 若竹 群青", patterns.CLOSING, contract=18_000_000, tags=("準委任",)),
    Venture("PRJ-2026-020", "サーバー室空調の更新", "completed", -180, 120, 8_400_000, "基盤", "檜皮 萌黄 山吹 木賊", patterns.EQUIPMENT),
    Venture("PRJ-2026-023", "個人情報保護の社内教育", "active", -40, 100, 2_400_000, "内部統制", "撫子 木賊", patterns.SMALL),
    Venture("PRJ-2026-025", "本社フロア移転", "active", -70, 140, 27_000_000, "総務", "縹 撫子 檜皮", patterns.OFFICE),
    Venture("PRJ-2026-026", "テスト自動化の推進", "active", -100, 210, 7_200_000, "業務改善", "柿本 木賊 若竹", patterns.SMALL),
    Venture("PRJ-2026-028", "つくりもの生命様 代理店画面の改修", "suspended", -120, 200, 29_500_000, "受託開発", "茜部 菫 常磐 若竹", patterns.SYSTEM, contract=34_000_000, tags=("請負",)),
    Venture("PRJ-2026-030", "文書管理の電子化", "planning", 20, 160, 9_900_000, "導入支援", "桔梗 若竹 撫子", patterns.PACKAGE),
    Venture("PRJ-2026-032", "次期中期計画のシステム投資方針", "planning", 28, 120, 5_000_000, "コンサルティング", "縹 鈍色 浅葱", patterns.SMALL),
    Venture("PRJ-2026-034", "問い合わせ対応の生成文書検証", "cancelled", -150, 90, 3_600_000, "研究", "紅林 群青", patterns.POC),
)  # fmt: skip

AOZORA_PROJECTS = (
    Venture("A26-101", "小型ポンプ AZ-7 の開発", "active", -160, 330, 74_000_000, "製品開発", "空木 水面 白藤 青磁 鳶田 胡桃", patterns.PRODUCT, late=1, tags=("量産",)),
    Venture("A26-102", "AZ-7 量産設備の準備", "planning", 30, 130, 28_000_000, "設備", "鳶田 水面 青磁 煤竹", patterns.EQUIPMENT, "A26-101"),
    Venture("A26-103", "第1工場 塗装ラインの更新", "active", -110, 220, 96_000_000, "設備", "鳶田 空木 胡桃 煤竹", patterns.EQUIPMENT, late=1),
    Venture("A26-104", "溶接工程の自動化", "active", -75, 180, 42_000_000, "設備", "青磁 鳶田 煤竹", patterns.POC),
    Venture("A26-105", "品質マネジメント認証の更新", "active", -95, 160, 6_000_000, "品質", "胡桃 若草 縹", patterns.AUDIT),
    Venture("A25-091", "流量計 FM-3 の開発", "completed", -420, 330, 58_000_000, "製品開発", "水面 白藤 青磁 鳶田 胡桃", patterns.PRODUCT),
    Venture("A26-106", "購買業務の見直し", "suspended", -90, 150, 3_500_000, "業務改善", "柚葉 若草", patterns.SMALL),
    Venture("A26-107", "第2工場の建設構想", "planning", 40, 300, 150_000_000, "設備", "空木 若草 鳶田 煤竹", patterns.EQUIPMENT),
    Venture("A26-108", "検査装置の内製化", "cancelled", -200, 140, 12_000_000, "設備", "青磁 胡桃", patterns.POC),
    Venture("A26-109", "生産管理システムの更改", "active", -65, 280, 31_000_000, "情報システム", "若草 縹 柚葉 青磁", patterns.PACKAGE),
)  # fmt: skip

PROJECTS = {"kaku": KAKU_PROJECTS, "aozora": AOZORA_PROJECTS}
