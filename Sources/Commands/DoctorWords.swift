import Model
import Reporting

/// What `toride doctor` calls things in Japanese. Errors of other parts stay as they are worded.
struct DoctorWords {
    private let language: Language

    /// Words in a language.
    init(_ language: Language) {
        self.language = language
    }

    /// A check's name: a kind of thing, perhaps followed by the name that the configuration has
    /// for it.
    func name(_ english: String) -> String {
        guard language == .japanese else {
            return english
        }
        if let whole = Self.names[english] {
            return whole
        }
        let parts = english.split(separator: " ", maxSplits: 1).map { String($0) }
        guard parts.count == 2, let kind = Self.kinds[parts[0]] else {
            return english
        }
        return "\(kind) \(parts[1])"
    }

    /// What is wrong, or what mends it.
    func said(_ english: String) -> String {
        SafeText.escaped(language == .japanese ? Self.sentences[english] ?? english : english)
    }

    private static let names = [
        "signing key": "署名鍵",
        "catalog": "台帳（カタログ）",
        "recovery recipient": "復旧鍵の公開鍵 (recipients: recovery:)",
        "sets": "セット (sets:)",
        "drills": "復元訓練の計画 (drills:)",
        "drill identity": "訓練用の鍵の置き場所",
    ]

    private static let kinds = [
        "store": "保管先", "set": "セット", "databases": "データベースの取り漏れ",
        "reading": "定期読み出し検査", "attack": "定期攻撃試験",
    ]

    private static let sentences = [
        "there is none": "ありません",
        "there are none": "一つもありません",
        "is not installed": "入っていません",
        "nobody reads it on a schedule": "定期的に読み出して検査する予定が設定されていません",
        "nobody attacks it on a schedule": "攻撃への耐性を定期的に試す予定が設定されていません",
        "no media come and go there": "取り外す媒体 (media) が設定されていません",
        "who may enter is asked of buckets alone": "フォルダーでは、立ち入れる者を確かめられません",
        "no other bucket's credentials can be tried":
            "立ち入りを試すための、ほかのバケットが設定されていません",
        "no probe looks from the other network":
            "遮断した側から接続を試すプログラム (probe) が設定されていません",
        DoctorCommand.mendClass: FindingText.action(.classNotProven, .japanese),
        DoctorCommand.mendReading:
            "readAt: \"0 1 * * *\" と readFor: 4h を加えるか、cron で toride verify --due を実行してください",
        DoctorCommand.mendAttack:
            "attackAt: \"0 3 1 * *\" を加えるか、cron で toride copy attack を実行してください",
        "host-can-open-past: it rests on this host":
            "host-can-open-past: このホストにあるため、侵入者は過去のバックアップも開けます",
        "run `toride init`": "`toride init` を実行してください",
        "run `toride catalog rebuild`": "`toride catalog rebuild` を実行してください",
        "toride key new --out FILE on another machine; recipients: recovery:":
            "別の機械で toride key new --out ファイル を実行し、age1… を recipients: recovery: に書いてください",
        "add a set for each that matters": "バックアップの要るものは、それぞれ sets: に加えてください",
        "start the server, or correct the connection":
            "サーバーを起動するか、接続設定 (connection) を直してください",
        "add one under sets: in the configuration": "設定ファイルの sets: に書いてください",
        "add one under drills: in the configuration": "設定ファイルの drills: に書いてください",
        "run drills on a machine of their own (role: drill)":
            "訓練は専用の機械で行ってください (role: drill)",
        "mount it, or make it with `toride init`, then run this again":
            "マウントするか `toride init` で作り、もう一度実行してください",
        "mount the right store, or make a repository with `toride init`":
            "正しい保管先をマウントするか、`toride init` で保管庫を作ってください",
        "run as a user who may do this, or change the permissions":
            "権限のある利用者で実行するか、アクセス権を直してください",
        "check that the path exists and is mounted":
            "場所があり、マウントされているか確かめてください",
    ]
}
