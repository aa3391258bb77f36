"""Plans of ordinary projects, as patterns: A to F are the project's people in order, the leader first."""

SYSTEM = """
計画
  plan: 開発計画書の作成 | 5 | | A
  ◆キックオフ | | ^ | A | deliverable=開発計画書
要件定義
  hear: 業務ヒアリング | 8 | plan | A 50, B
  spec: 要件定義書の作成 | 10 | ^FS-2d | B
  お客様レビュー | 4 | ^ | A, B 50
  req: ◆要件の合意 | | ^ | A | deliverable=要件定義書 approver=鈍色
設計
  base: 基本設計 | 12 | req | B, C 50
  画面設計（受注・出荷・請求） | 10 | baseSS+4d | C
  データベース設計 | 8 | baseSS+50% | D
  api: API 設計 | 7 | baseFS-3d | B
  設計レビュー | 3 | ^, base | A 50, B
  ◆設計完了 | | ^ | A | deliverable=基本設計書
開発
  API の実装 | 15 | api | D
  web: 画面の実装（受注） | 12 | apiSS+3d | C
  画面の実装（出荷・請求） | 12 | ^ | C
  管理画面の実装 | 8 | webSS+50% | E
  帳票の実装 | 6 | ^ | E
  外部連携の実装 | 9 | api+2d | D 60
  コードレビュー | 6 | webFF+3d | B 30
  unit: 単体テスト | 8 | web, ^FF | C, D 50
  ◆中間検収 | | ^ | A | deliverable=検収書 approver=鈍色
試験
  結合テスト計画 | 4 | unitSS | F
  it: 結合テスト | 10 | ^, unit | F, C 50
  不具合の修正 | 8 | itSS+2d | C, D
  総合テスト | 8 | it, ^FF | F
  性能確認 | 4 | ^SS+3d | D 50
  受入テストの支援 | 8 | it+4d | A 50, B
納品
  操作説明書 | 8 | itSS | E
  移行手順の確認 | 3 | it | D
  本番環境への配置 | 2 | ^ | D, B 50 | snet=88%
  ◆納品 | | ^ | A | deliverable=納品物一式 approver=鈍色
  初期サポート | 10 | ^ | B 50, C 50
"""

PACKAGE = """
準備
  導入計画の作成 | 4 | | A
  ◆キックオフ | | ^ | A | deliverable=導入計画書
  plan: 体制の確認と環境の申し込み | 3 | ^ | A 50
業務整理
  現行業務の確認 | 8 | plan | B
  標準機能との比較 | 6 | ^SS+3d | B, A 50
  fit: 設定方針の決定 | 3 | ^ | A, B
設定
  組織・権限の設定 | 5 | fit | C
  マスターの設定 | 8 | fit | C
  承認経路の設定 | 5 | ^SS+2d | B 50
  帳票の設定 | 6 | ^ | C
  勤怠・給与計算の検証 | 10 | ^FS-2d | B, D 50
  set: ◆設定完了 | | ^ | A | deliverable=設定書
移行
  移行データの準備 | 8 | fit+3d | D
  試行移行 | 3 | ^, set | D
  結果の照合 | 3 | ^ | B, D
研修
  利用者向け手引き | 6 | setSS-5d | E
  管理者研修 | 2 | set+2d | E
  利用者研修 | 4 | ^ | E, B 50
切替
  並行運用 | 15 | set, ^ | B 50, C 50
  切替判定 | 1 | ^ | A | snlt=96%
  ◆利用開始 | | ^ | A | deliverable=利用開始報告書 approver=鈍色
  利用開始後の支援 | 10 | ^ | B 50
"""

NETWORK = """
調査
  現行構成の調査 | 8 | | B
  拠点ヒアリング | 6 | ^SS+2d | A 50, C
設計
  core: 全体構成の設計 | 10 | ^ | B
  無線 LAN の設計 | 6 | coreSS+4d | C
  セキュリティ方針 | 5 | coreFF | A
  ◆設計の承認 | | core, ^ | A | deliverable=ネットワーク設計書 approver=鈍色
調達
  buy: 機器の見積もりと発注 | 6 | core | A 50
  納品待ち | 30 | ^ | A 10 | calendar=elapsed type=fixed_duration
  受け入れ検査 | 3 | ^ | B | fnet=45%
構築
  コア装置の構築 | 8 | ^ | B, C
  本社の切替 | 2 | ^+2d | B, C
  east: 東日本支社の切替 | 2 | ^+3d | C
  west: 西日本支社の切替 | 2 | ^+3d | C
  工場の切替 | 3 | ^+3d | B, C
  監視の設定 | 5 | eastSS | B 50
確認
  性能測定 | 3 | west | C
  障害訓練 | 2 | ^ | B, C
  運用引き継ぎ | 4 | ^ | A, B
  ◆本番切替 | | ^ | A | deliverable=完了報告書 approver=鈍色
"""

CLOSING = """
現状分析
  決算日程の棚卸し | 5 | | B
  部門別ヒアリング | 8 | ^SS+2d | A 50, B
  遅延要因の分析 | 6 | ^ | B
  ◆現状報告 | | ^ | A | deliverable=現状分析報告書
改善
  仕訳の標準化 | 10 | ^ | B, C 50
  経費精算の締めの前倒し | 12 | ^SS+3d | C
  配賦計算の自動化 | 15 | ^FF | C
  決算資料の様式統一 | 8 | ^SS+5d | B
試行
  試行（1回目） | 5 | ^ | B, C
  振り返り | 2 | ^ | A, B
  試行（2回目） | 5 | ^+15d | B, C
  効果の測定 | 3 | ^ | A
  ◆改善の定着 | | ^ | A | deliverable=効果測定報告書 approver=鈍色
"""

AUDIT = """
準備
  監査範囲の確認 | 3 | | A
  証跡の一覧作成 | 5 | ^ | B
点検
  規程の点検 | 6 | ^ | A
  権限の棚卸し | 8 | ^SS | B
  構成資料の更新 | 8 | ^SS+2d | C 20
  ログの保全状況の点検 | 5 | ^SS | B 50
  委託先の点検 | 10 | ^ | A 50
是正
  指摘の整理 | 3 | ^ | A, B
  是正計画 | 4 | ^ | A
  是正の実施 | 20 | ^ | B 50, C 50
  再点検 | 4 | ^ | B
報告
  監査報告書 | 5 | ^ | A
  ◆監査完了 | | ^ | A | deliverable=監査報告書 approver=鈍色
"""

POC = """
計画
  仮説と評価項目の設定 | 4 | | A, B
  ◆開始の判断 | | ^ | A | deliverable=検証計画書
検証
  環境の準備 | 5 | ^ | C
  データの準備 | 8 | ^SS | B
  試作 | 15 | ^ | B, C
  利用者による試用 | 8 | ^FS-3d | A 30, B 50
  精度・性能の測定 | 5 | ^SS+2d | C
まとめ
  評価と費用の試算 | 5 | ^ | A, B
  本番化の提案 | 4 | ^ | A
  ◆継続の判断 | | ^ | A | deliverable=検証報告書 approver=鈍色
"""

LOGISTICS = """
計画
  基本構想 | 10 | | A
  投資計画の承認 | 5 | ^ | A, B 30
  plan: ◆着手の承認 | | ^ | A | deliverable=投資計画書 approver=鈍色
設備設計
  lay: レイアウト設計 | 15 | plan | B
  搬送動線の検討 | 10 | laySS+5d | C
  自動倉庫の仕様決定 | 12 | lay | B
  仕分け設備の仕様決定 | 10 | ^SS+3d | C
  電源・床荷重の確認 | 8 | ^SS | D
  eq: ◆設備仕様の確定 | | ^ | A | deliverable=設備仕様書 approver=鈍色
調達
  見積もりと業者選定 | 12 | eq | A 50, B 50
  製作（自動倉庫） | 60 | ^ | B 10 | calendar=elapsed type=fixed_duration
  製作（仕分け設備） | 45 | ^SS+10d | C 10 | calendar=elapsed type=fixed_duration
  make: 工場立会検査 | 3 | ^ | B, C
工事
  現地調査 | 4 | eq | D
  床・電源の工事 | 15 | ^ | D | calendar=site
  自動倉庫の据付 | 20 | ^, make | B, D | calendar=site
  inst: 仕分け設備の据付 | 15 | ^SS+8d | C | calendar=site
  現地据付確認 | 3 | ^ | B, C 50 | calendar=site
  安全柵・保安設備 | 6 | inst | D | calendar=site
  ◆据付完了 | | ^ | A | deliverable=据付確認書
制御
  制御盤の調整 | 8 | instFS-5d | C
  倉庫管理システムとの連携試験 | 10 | ^ | E, C 50
  単体動作の確認 | 8 | ^SS+2d | C
  連続運転試験 | 8 | ^ | B, C, E
運用準備
  作業手順書 | 10 | instSS | F
  教育訓練 | 8 | ^, instFF | F
  在庫の移し替え | 6 | ^ | D, F | calendar=site
  仮稼働 | 10 | ^ | A 50, F
  ◆本稼働 | | ^ | A | deliverable=稼働報告書 approver=鈍色
  稼働後の改善 | 15 | ^ | F 50, E 30
"""

PRODUCT = """
企画
  市場調査 | 8 | | A
  商品企画書 | 6 | ^ | A, B 50
  ok: ◆企画承認 | | ^ | A | deliverable=商品企画書
設計
  構想設計 | 10 | ok | B
  筐体の設計 | 15 | ^ | B, C 50
  基板の設計 | 15 | ^SS+3d | C
  制御ソフトウェア | 25 | ^SS+5d | D
  強度解析 | 6 | ^SS+10d | C 50
  dr: ◆設計審査 | | ^ | A | deliverable=設計審査資料
試作
  試作部品の手配 | 20 | dr | E 20 | calendar=elapsed type=fixed_duration
  試作 1号機 | 8 | ^ | E, B 50
  評価試験 | 10 | ^ | D, F
  設計変更 | 8 | ^FS-2d | B, C
  試作 2号機 | 8 | ^ | E
  耐久試験 | 30 | ^ | F 30 | calendar=elapsed type=fixed_duration
  認証試験 | 10 | ^SS+5d | F
  ◆試作完了 | | ^ | A | deliverable=評価報告書
量産準備
  金型の手配 | 25 | dr+10d | E 20
  工程設計 | 10 | ^SS+5d | E
  治具の製作 | 8 | ^ | E
  作業標準書 | 6 | ^SS | F
  量産試作 | 5 | ^ | E, F
  ◆量産移行 | | ^ | A | deliverable=量産移行判定書
"""

EQUIPMENT = """
計画
  更新計画の作成 | 5 | | A
  能力計算 | 4 | ^ | B
  ◆計画承認 | | ^ | A | deliverable=更新計画書
調達
  仕様書の作成 | 6 | ^ | B
  発注 | 3 | ^ | A 50
  製作 | 50 | ^ | B 10 | calendar=elapsed type=fixed_duration
  立会検査 | 2 | ^ | B, C
据付
  base: 基礎工事 | 6 | ^FS-8d | D | calendar=site
  旧設備の撤去 | 4 | ^SF+6d | D | calendar=site
  据付 | 8 | base+5ed, ^ | C, D | calendar=site
  配線・配管 | 5 | ^SS+3d | D | calendar=site
立ち上げ
  試運転 | 6 | ^ | C
  条件出し | 6 | ^SS+2d | B, C
  操作教育 | 3 | ^SS | C 50
  ◆引き渡し | | ^ | A | deliverable=検収書
"""

OFFICE = """
準備
  移転計画の作成 | 6 | | A
  座席・区画の設計 | 8 | ^SS+3d | B
  什器の手配 | 15 | ^ | B 30
  通信回線の申し込み | 25 | ^SS | C 10 | type=fixed_duration
移転
  内装工事 | 20 | ^FF | B 20 | type=fixed_duration
  配線工事 | 6 | ^FS-4d | C
  荷造り | 4 | ^ | A, B
  引っ越し | 2 | ^+1ed | A, B, C | calendar=site snet=80%
  動作確認 | 2 | ^ | C
  ◆移転完了 | | ^ | A | deliverable=移転完了届
"""

SMALL = """
準備
  対象と目標の確認 | 3 | | A
  進め方の合意 | 2 | ^ | A
実施
  現状の整理 | 5 | ^ | B
  対策の検討 | 5 | ^SS+3d | A 50, B
  対策の実施 | 10 | ^ | B, C 50
確認
  効果の確認 | 4 | ^ | B
  ◆完了 | | ^ | A | deliverable=完了報告書
"""

#: The programme itself: only what its projects have in common.
PROGRAMME = """
構想
  全体構想の策定 | 30 | | A, B 50
  投資計画 | 15 | ^ | A
  ◆構想の承認 | | ^ | A | deliverable=構想書
推進
  プログラム管理 | 330 | ^ | A 20 | type=fixed_duration
  中間評価（上期） | 5 | ^SS+80d | A, B
  中間評価（下期） | 5 | ^+100d | A, B
  標準・共通方針の整備 | 40 | ^SS-60d | B 30
完了
  効果の評価 | 15 | ^+60d | A, B
  ◆プログラム完了 | | ^ | A | deliverable=完了報告書
"""
