import Model

extension FindingText {
    /// Of taking a backup, of opening it, and of the catalog.
    static let taking: [FindingCode: Words] = [
        .fileUnreadable: Words(
            ja: (
                "読めないファイルかフォルダーがあり、バックアップに入っていません。",
                "アクセス権とディスクを確かめ、もう一度バックアップしてください。"
            ),
            en: (
                "A file or folder could not be read and is not in the backup.",
                "Check its permissions and the disk, then back up again."
            )
        ),
        .fileChangedWhileRead: Words(
            ja: (
                "読んでいる間に変わり続けたファイルがあります。",
                "書き込みの少ない時間に取るか、before フックで LVM などのスナップショットから取ってください。"
            ),
            en: (
                "A file kept changing while it was read.",
                "Back up at a quieter time, or from an LVM snapshot made by a `before` hook."
            )
        ),
        .fileGone: Words(
            ja: (
                "一覧にあったファイルが、読む前になくなりました。",
                "動いているシステムでは普通に起こります。対応は要りません。"
            ),
            en: (
                "A file went away between listing and reading.",
                "Live systems do that; there is nothing to do."
            )
        ),
        .fileUnsupported: Words(
            ja: (
                "Toride が保存できない種類のファイルか属性があります。",
                "復元に必要なものなら、command ソースなど別の方法で取ってください。"
            ),
            en: (
                "A file or attribute is of a kind that Toride does not keep.",
                "If you need it back, take it in another way, such as a `command` source."
            )
        ),
        .sourceUnmounted: Words(
            ja: (
                "以前はマウントされていたフォルダーが、マウントされていません。その中身はバックアップに入っていません。",
                "マウントして、もう一度バックアップしてください。これからもマウントしないなら、"
                    + "toride backup --accept-unmounted を一度実行してください。"
            ),
            en: (
                "A folder that was a mount point is none now: what is mounted there is not in the "
                    + "backup.",
                "Mount it and back up again. If it shall stay so, run "
                    + "`toride backup --accept-unmounted` once."
            )
        ),
        .sourceEmptied: Words(
            ja: (
                "前回はファイルがあったフォルダーに、ファイルが一つもありません。",
                "消されたのか、共有がつながっていないのか確かめてください。前の世代から戻せます。"
            ),
            en: (
                "A configured folder that held files at the last backup holds none.",
                "Find out whether they were deleted or a share is not mounted; an earlier snapshot "
                    + "has them."
            )
        ),
        .clockSetBack: Words(
            ja: (
                "サーバーの時計が、前回のバックアップより前に戻っています。",
                "時刻同期（NTP）の設定を確かめてください。"
            ),
            en: (
                "The host's clock is behind the end of the previous backup.",
                "Check the host's time synchronisation (NTP)."
            )
        ),
        .canaryNotTaken: Words(
            ja: (
                "確認用レコードがバックアップに入りませんでした。",
                "確認用レコードの書き込み先と権限を確かめ、もう一度バックアップしてください。"
            ),
            en: (
                "The canary did not get into the backup.",
                "Check where the canary is written and with which rights, then back up again."
            )
        ),
        .chunkDamaged: Words(
            ja: (
                "ファイルの中身が壊れていて、鍵で開けません。",
                "toride verify で照合し、別の控えか別の世代から復元してください。"
            ),
            en: (
                "A piece of content is damaged and does not open.",
                "Run `toride verify`; restore from another copy or another snapshot."
            )
        ),
        .chunkMissing: Words(
            ja: (
                "ファイルの中身の一部が保管先にありません。",
                "toride verify で照合し、別の控えか別の世代から復元してください。"
            ),
            en: (
                "A piece of content is not in the store.",
                "Run `toride verify`; restore from another copy or another snapshot."
            )
        ),
        .fileListInvalid: Words(
            ja: (
                "世代のファイル一覧が正しくありません。",
                "別の世代を復元し、この世代を取ったサーバーを調べてください。"
            ),
            en: (
                "A snapshot's file list is not valid.",
                "Restore another snapshot, and look into the host that made this one."
            )
        ),
        .fileDigestDiffers: Words(
            ja: (
                "ファイルの中身が、バックアップ時に記録されたものと異なります。",
                "別の世代を復元し、この世代を取ったサーバーを調べてください。"
            ),
            en: (
                "A file's content is not what its record says.",
                "Restore another snapshot, and look into the host that made this one."
            )
        ),
        .catalogDamaged: Words(
            ja: (
                "台帳（カタログ）が壊れています。",
                "toride catalog rebuild で、保管先から台帳を作り直してください。"
            ),
            en: (
                "The catalog is damaged.",
                "Make it anew from the repository with `toride catalog rebuild`."
            )
        ),
        .catalogSnapshotMissing: Words(
            ja: (
                "台帳にある世代が、保管先にありません。",
                "世代が消されていないか調べ、別の控えから戻してください。"
            ),
            en: (
                "A snapshot of the catalog is not in the store.",
                "Find out whether it was removed, and bring it back from another copy."
            )
        ),
        .catalogSnapshotUnknown: Words(
            ja: (
                "保管先に、台帳にない世代があります。",
                "心当たりがあれば toride catalog rebuild を実行し、なければ責任者に連絡してください。"
            ),
            en: (
                "The store holds a snapshot that the catalog does not know.",
                "If you know its origin, run `toride catalog rebuild`; if not, raise an alarm."
            )
        ),
        .catalogSnapshotDiffers: Words(
            ja: (
                "台帳と保管先で、同じ番号の世代が異なります。",
                "世代が差し替えられた疑いがあります。台帳を作り直す前に、別の控えと比べてください。"
            ),
            en: (
                "Catalog and store differ on a snapshot.",
                "It may have been replaced; compare with another copy before any rebuild."
            )
        ),
        .catalogObjectMissing: Words(
            ja: (
                "台帳にある保管データが、保管先にありません。",
                "別の控えから戻し、toride verify で照合してください。"
            ),
            en: (
                "An object of the catalog is not in the store.",
                "Bring it back from another copy, then run `toride verify`."
            )
        ),
        .catalogObjectUnknown: Words(
            ja: (
                "保管先に、台帳にない保管データがあります。",
                "toride verify で照合し、正常なら toride catalog rebuild を実行してください。"
            ),
            en: (
                "The store holds an object that the catalog does not know.",
                "Run `toride verify`; if all is sound, run `toride catalog rebuild`."
            )
        ),
        .catalogObjectDiffers: Words(
            ja: (
                "台帳と保管先で、保管データの大きさか種類が異なります。",
                "toride verify で照合し、壊れていれば別の控えから戻してください。"
            ),
            en: (
                "Catalog and store differ on an object's size or kind.",
                "Run `toride verify`; if the object is damaged, bring it back from another copy."
            )
        ),
    ]
}
