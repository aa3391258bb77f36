"""The invented companies of the demo and the people who work there. Any likeness is chance."""

from __future__ import annotations

from typing import NamedTuple


class Away(NamedTuple):
    """Working days away: they begin so many days from today, or on the next working day after that."""

    offset: int
    days: int
    kind: str = "paid"
    note: str = ""
    portion: str = "day"


class DemoPerson(NamedTuple):
    """A person with an account."""

    username: str
    name: str
    kana: str
    role: str
    job_title: str
    department: str
    skills: tuple[tuple[str, int], ...] = ()
    away: tuple[Away, ...] = ()
    capacity: int = 100
    theme: str = "system"

    @property
    def family(self) -> str:
        """How plans name this person."""
        return self.name.split()[0]


class Thing(NamedTuple):
    """A machine by the hour, or material by the piece."""

    name: str
    department: str
    rate: int | None = None
    unit: str = ""
    capacity: int = 100


class Company(NamedTuple):
    """An organization: its people, its machines, what it uses up, and the calendar of the place where it works on Saturdays."""

    code: str
    name: str
    people: tuple[DemoPerson, ...]
    equipment: tuple[Thing, ...]
    materials: tuple[Thing, ...]
    site_calendar: str


KAKU = Company(
    "kaku",
    "架空ソリューションズ株式会社",
    (
        DemoPerson("yamabuki", "山吹 いつき", "やまぶき いつき", "admin", "開発者", "開発1課", (("Python", 4), ("業務設計", 3)), (Away(9, 1), Away(3, 1, portion="afternoon"))),
        DemoPerson("nibiiro", "鈍色 こはる", "にびいろ こはる", "pmo", "PMO", "業務改革室", (("プロジェクト管理", 5), ("会計", 4)), (Away(30, 2),)),
        DemoPerson("hanada", "縹 一樹", "はなだ かずき", "pmo", "PMO", "業務改革室", (("プロジェクト管理", 4), ("生産管理", 4))),
        DemoPerson("aizawa", "藍沢 湊", "あいざわ みなと", "member", "プロジェクトリーダー", "業務改革室", (("プロジェクト管理", 5), ("業務設計", 4)), (Away(-20, 1), Away(-62, 1, portion="morning"), Away(38, 3))),
        DemoPerson("akanebe", "茜部 陽斗", "あかねべ はると", "member", "開発リーダー", "開発1課", (("Java", 5), ("業務設計", 4), ("SQL", 4)), (Away(12, 1),)),
        DemoPerson("rurikawa", "瑠璃川 美月", "るりかわ みづき", "member", "開発者", "開発1課", (("TypeScript", 4), ("画面設計", 4)), (Away(17, 5, "training"),)),
        DemoPerson("tokiwa", "常磐 朝陽", "ときわ あさひ", "member", "開発者", "開発1課", (("Java", 4), ("SQL", 3)), (Away(-4, 2, "illness"),)),
        DemoPerson("wakatake", "若竹 ひなた", "わかたけ ひなた", "member", "開発者", "開発1課", (("TypeScript", 2), ("Python", 2)), (Away(24, 1),)),
        DemoPerson("gunjo", "群青 匠", "ぐんじょう たくみ", "member", "開発者", "開発1課", (("Java", 3), ("SQL", 4))),
        DemoPerson("asagi", "浅葱 れん", "あさぎ れん", "member", "アーキテクト", "開発2課", (("アーキテクチャ", 5), ("会計", 4), ("Java", 5)), (Away(45, 2),), theme="dark"),
        DemoPerson("kohakuda", "琥珀田 健", "こはくだ けん", "member", "開発者", "開発2課", (("SQL", 5), ("データ移行", 5)), (Away(-11, 1), Away(18, 1, "other", "健康診断", "morning"))),
        DemoPerson("kurebayashi", "紅林 凛", "くればやし りん", "member", "開発者", "開発2課", (("Python", 4), ("セキュリティ", 4)), (Away(5, 1),)),
        DemoPerson("kuchiba", "朽葉 誠", "くちば まこと", "member", "開発者", "開発2課", (("COBOL", 5), ("生産管理", 5), ("Java", 3)), capacity=80),
        DemoPerson("suou", "蘇芳 遥", "すおう はるか", "member", "開発者", "開発2課", (("SQL", 4), ("データ移行", 3)), (Away(60, 40, "care", "育児休業"),)),
        DemoPerson("moegi", "萌黄 大和", "もえぎ やまと", "member", "基盤技術者", "基盤課", (("クラウド", 5), ("ネットワーク", 3)), (Away(21, 1),)),
        DemoPerson("hiwada", "檜皮 剛", "ひわだ ごう", "member", "基盤技術者", "基盤課", (("ネットワーク", 5), ("運用", 4))),
        DemoPerson("kikyo", "桔梗 さくら", "ききょう さくら", "member", "ビジネスアナリスト", "業務改革室", (("業務設計", 5), ("会計", 3)), (Away(33, 2),)),
        DemoPerson("nadeshiko", "撫子 あかり", "なでしこ あかり", "member", "教育担当", "業務改革室", (("研修", 5), ("文書作成", 4))),
        DemoPerson("sumire", "菫 千尋", "すみれ ちひろ", "member", "デザイナー", "開発1課", (("画面設計", 5), ("TypeScript", 3)), (Away(-33, 1, portion="afternoon"), Away(2, 1))),
        DemoPerson("kakimoto", "柿本 そら", "かきもと そら", "member", "テスター", "品質保証課", (("テスト設計", 5),), (Away(14, 1),)),
        DemoPerson("tokusa", "木賊 ゆい", "とくさ ゆい", "member", "テスター", "品質保証課", (("テスト設計", 3), ("セキュリティ", 4))),
        DemoPerson("shinonomein", "東雲院 小百合丸", "しののめいん さゆりまる", "guest", "ビジネスアナリスト", "みほん商事株式会社より出向", (("業務設計", 3),), capacity=60),
    ),
    (
        Thing("検証環境サーバー", "基盤課", 1_200),
        Thing("大会議室", "総務課"),
        Thing("貸出用ノートPC（10台）", "総務課", 60, capacity=1000),
    ),
    (Thing("ハンディターミナル", "基盤課", 98_000, "台"), Thing("LANケーブル Cat6A", "基盤課", 180, "m")),
    "物流センター（土曜稼働）",
)  # fmt: skip

AOZORA = Company(
    "aozora",
    "あおぞら製作所株式会社",
    (
        DemoPerson("utsugi", "空木 亮", "うつぎ りょう", "admin", "技術部長", "技術部", (("プロジェクト管理", 4), ("機械設計", 5))),
        DemoPerson("wakakusa", "若草 みのり", "わかくさ みのり", "pmo", "PMO", "経営企画室", (("プロジェクト管理", 4),), (Away(5, 1, portion="morning"), Away(8, 2))),
        DemoPerson("minamo", "水面 海斗", "みなも かいと", "member", "設計者", "技術部", (("機械設計", 4), ("強度解析", 4)), (Away(16, 1),)),
        DemoPerson("shirafuji", "白藤 詩織", "しらふじ しおり", "member", "設計者", "技術部", (("回路設計", 5),)),
        DemoPerson("tobita", "鳶田 勝", "とびた まさる", "member", "生産技術者", "製造部", (("工程設計", 5), ("溶接", 4)), capacity=90),
        DemoPerson("kurumi", "胡桃 澪", "くるみ みお", "member", "品質管理者", "品質部", (("品質管理", 4), ("認証", 4)), (Away(-7, 3, "training"),)),
        DemoPerson("seiji", "青磁 直樹", "せいじ なおき", "member", "制御技術者", "技術部", (("組込み", 5), ("Python", 3))),
        DemoPerson("yuzuha", "柚葉 りこ", "ゆずは りこ", "member", "購買担当", "購買部", (("調達", 4),), (Away(27, 1),)),
        DemoPerson("susutake", "煤竹 修", "すすたけ おさむ", "guest", "設備業者", "見本設備工業より常駐", (("設備工事", 5),)),
        DemoPerson("hanada", "縹 一樹", "はなだ かずき", "member", "PMO", "架空ソリューションズより支援", (("プロジェクト管理", 4),), capacity=20),
    ),
    (Thing("溶接ロボット 1号", "製造部", 4_800), Thing("恒温槽", "品質部", 2_500)),
    (Thing("鋼板 SS400 6mm", "製造部", 12_500, "枚"), Thing("溶接ワイヤ", "製造部", 980, "kg")),
    "第1工場（土曜稼働）",
)  # fmt: skip

COMPANIES = (KAKU, AOZORA)

#: What an hour costs the company, in yen, by job title; a person lent by another company has no rate here.
RATES = {
    "PMO": 8_000, "プロジェクトリーダー": 7_800, "アーキテクト": 8_200, "開発リーダー": 7_000, "ビジネスアナリスト": 6_800,
    "基盤技術者": 6_000, "デザイナー": 5_600, "開発者": 5_500, "教育担当": 5_000, "テスター": 4_600,
    "技術部長": 9_000, "設計者": 5_800, "生産技術者": 5_600, "制御技術者": 6_000, "品質管理者": 5_200, "購買担当": 4_800,
}  # fmt: skip
