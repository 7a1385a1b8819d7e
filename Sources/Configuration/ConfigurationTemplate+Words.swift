extension ConfigurationTemplate {
    /// The explanations in the file, in one language.
    struct Words {
        /// What the file is and how it is read.
        let opening: String
        /// Stands above the key `site`.
        let site: String
        /// Stands above the key `state`.
        let state: String
        /// Stands above the key `role`.
        let role: String
        /// Stands above the key `recipients`.
        let recipients: String
        /// Stands above the key `signers`.
        let signers: String
        /// Stands above the key `stores`.
        let stores: String
        /// Stands above the key `verify`.
        let verify: String
        /// Stands above the key `sets`.
        let sets: String
        /// Stands above the key `groups`.
        let groups: String
        /// Stands above the key `drills`.
        let drills: String
        /// Stands above the key `drill`.
        let drill: String

        /// The explanations in `language`.
        static func inLanguage(_ language: Configuration.Language) -> Words {
            switch language {
            case .english: .english
            case .japanese: .japanese
            }
        }
    }
}

extension ConfigurationTemplate.Words {
    private static let english = Self(
        opening: """
            The configuration of Toride. Lines with ## explain. Lines with one # are examples:
            remove the # (and nothing else) from a block to use it. Unknown keys are errors, and
            so is every reference to something that is not defined here. `toride doctor` checks
            the file.
            """,
        site: "The hospital. Schedules are read in this time zone.",
        state:
            "The catalog and the host's own keys. Keep it on this machine's disk, not in a store.",
        role: "backup: this machine seals. drill: this machine restores, with a drill identity.",
        recipients: """
            Who can open the backups: the public halves of keys, made by `toride key new`.
            `recovery` is needed for a backup; its identity file belongs offline, with its
            custodians. The identity files do not belong on this machine.
            """,
        signers: """
            Whose signatures are believed beside this host's own, in everything: public keys, as
            `toride init` prints them. A drill host names its backup hosts here. For some sets
            or kinds only, or up to some snapshot: `toride signer`.
            """,
        stores: """
            Where the backups are kept. A path must be mounted when a backup runs. class says how
            the copy is kept out of an attacker's reach: O1 detached medium, O2 attached for
            transfers only, O3 separate area, O4 cannot be overwritten, O5 separate network.
            For O5, probe: {from, command, targets, controls} tries it from the other network; from
            stands in records that others may read: it names a place, and no person.
            readAt: when torided reads what is due there, for readFor (4h) at most, so that every
            byte is read again within readWithin (90d). attackAt: when torided attacks a store that
            is to resist, as a thief would; once a month is enough. Sets name the stores that get
            their copies.
            """,
        verify: """
            When every byte is checked, without a key. Schedules: minute, hour, day of month,
            month, day of week (0 and 7 are Sunday), or @hourly, @daily, @weekly, @monthly. A set
            may have a verify of its own. limitRate: 40M reads at most 40 MiB a second.
            """,
        sets: """
            What is backed up. rpo: status calls the set late when its newest backup is older. No
            password may stand here: use a service file or ~/.pgpass. canary: true writes a record
            of Toride's own into the source before each backup. With several stores each set names
            its own, the first takes the snapshot: stores: [primary, vault]. before and after run
            a program each; after must bear to be run twice, for it is run until it succeeds.
            compression: auto, none, or a level of zstd from 1 to 9. clinical: a drill judges the
            files of a store by the rules of its format (ssmix2, ssmix2-extended, dicom, fhir,
            uke, hl7); waive names rules that the live store has always broken, with the reason.
            clinical: orthanc: a drill starts an Orthanc on these folders (storage, and index where
            it lies elsewhere); take them stopped or from a volume's snapshot (before, after).
            application: a drill runs your own programs on the restored data, without a network:
            probe asks and prints findings as JSON, start brings a server up beside it.
            """,
        groups: """
            Sets that make one unit; lag: how far apart their snapshots may lie. joins: what one
            set speaks of must be in another (patients; studies by their UID; orders that were done
            by accession number; visits by patient and day); unknown: how many never were.
            """,
        drills: """
            Restores that are to be proven. level: 0 copies are there, 1 every bit, 2 files and
            formats, 3 applications, 4 clinical sentinels: records that must come back as you know
            them, by the sha256 of a file, or of a query's first row. scenario: failure restores the
            newest snapshot; cyber goes back by generation: (1), with a key from elsewhere; disaster
            has nothing left but the copy in store: and the keys under signers:. At level 2, sample:
            {confidence: 95%, defects: 1%} restores files that nobody can choose, and not all.
            """,
        drill: """
            How drills run here. identityOnThisHost: true is for a hospital with one machine: the
            host can then open its own past backups, and every report says so.
            """
    )

    private static let japanese = Self(
        opening: """
            Toride の設定ファイル。## の行は説明です。# が一つの行は設定例です。使うときは、その
            かたまりの行頭の # だけを消してください。知らないキーや、ここで定義していない名前への
            参照は、すべてエラーになります。`toride doctor` で確認できます。
            """,
        site: "病院名。スケジュールはこのタイムゾーンの時刻です。",
        state: "カタログとこのホストの鍵の置き場所。保管先の中ではなく、この機械のディスクに置きます。",
        role: "backup: バックアップを封印する機械。drill: 訓練用の鍵で復元訓練をする機械。",
        recipients: """
            バックアップを開ける人。`toride key new` が作る鍵の公開側です。バックアップには
            recovery が必要です。秘密側のファイルは管理者がオフラインで保管し、この機械には
            置かないでください。
            """,
        signers: """
            この機械のほかに、どのホストの署名を信用するか。`toride init` が表示する公開鍵です。
            role: drill の機械では、バックアップするホストの鍵をここに書きます。セットや種類を限る、
            途中の世代まで信用するといった指定は `toride signer` で行います。
            """,
        stores: """
            バックアップの保管先。バックアップの時点でマウントされている必要があります。
            class は攻撃者から守る方式です: O1 取り外した媒体、O2 転送時だけ接続、O3 論理的に
            分離した領域、O4 追記不能、O5 ネットワークの分割。
            O5 では probe: {from, command, targets, controls} が、遮断した側のネットワークから接続を
            試します。from は第三者も読む記録に残るので、場所の名前とし、人の名前は書かないでください。
            readAt: torided が、期限の近いものから読み直して検査する時刻。readFor (指定がなければ 4h) は
            その長さの上限で、すべてのバイトを readWithin (同 90d) 以内に読み直します。attackAt: 攻撃に
            耐えるはずの保管先で、攻撃者と同じ手口を torided が試して確かめる時刻 (月に一度で十分です)。
            控えは、セットの stores に書いた保管先に送られます。
            """,
        verify: """
            鍵を使わずに全バイトを検査する時刻。書式は 分 時 日 月 曜日 (0 と 7 は日曜)、または
            @hourly、@daily、@weekly、@monthly。セットごとに verify を書くこともできます。
            limitRate: 40M とすると、読み出しを毎秒 40 MiB までに抑えます。
            """,
        sets: """
            バックアップの対象。rpo: 最新のバックアップがこれより古いと、status が遅れと表示します。
            パスワードはここに書けません。サービスファイルか ~/.pgpass を使います。canary: true は
            毎回、Toride 自身の記録を対象に書き込みます。保管先が複数のときはセットごとに指定し、
            最初の保管先がスナップショットを受け取ります: stores: [primary, vault]。before と after は
            前後に実行するプログラム。after は成功するまで再実行されるので、二度走っても安全なものを。
            compression: auto (自動)、none (圧縮しない)、または zstd のレベル 1〜9。clinical: 復元訓練で
            形式 (ssmix2、ssmix2-extended、dicom、fhir、uke、hl7) の規則に照らして調べるフォルダー。
            waive は、稼働中のデータが以前から満たしていない規則と、その理由です。
            clinical: orthanc: 復元訓練で、復元したフォルダー (storage。別なら index も) から Orthanc を
            起動して調べます。停止中か、ボリュームのスナップショットから取ってください (before と after)。
            application: 復元訓練で、復元したデータの上で病院のプログラムをネットワークなしに実行します。
            probe が調べて結果を JSON で出力し、start がその間サーバーを動かします。
            """,
        groups: """
            ひとまとまりで復元するセット。lag: 世代の時刻の差の上限。joins: あるセットに
            出てくる患者 (patients)、画像検査 (studies)、実施済みの検査オーダー (orders。受付番号で照合)、
            外来受診 (visits。患者と日で照合) が、別のセットにあること。unknown: もとから見つからない件数。
            """,
        drills: """
            復元訓練。level: 0 保管データの有無、1 全ビット、2 ファイルと形式、3 アプリケーション、
            4 診療記録の見本 (そのまま戻るべき記録。ファイル、または SQL の最初の行の sha256 で示します)。
            scenario: failure (障害) は最新の世代、cyber (攻撃) は generation: (1) だけ前の世代を、よそに
            置いた鍵で復元します。disaster (災害) は store: の控えと signers: の鍵だけから復元します。
            sample: {confidence: 95%, defects: 1%} は、レベル 2 で、誰にも選べない一部のファイルだけを
            抽出して復元します。
            """,
        drill: """
            この機械での訓練のしかた。identityOnThisHost: true は機械が一台だけの病院のためのもので、
            このホストが過去のバックアップを開けるようになり、すべての報告にそう記されます。
            """
    )
}
