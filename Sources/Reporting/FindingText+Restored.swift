import Model

extension FindingText {
    /// Of what a drill restored.
    static let restored: [FindingCode: Words] = [
        .restoreFailed: Words(
            ja: (
                "復元を最後まで行えませんでした。",
                "記録にある原因を取り除き、復元訓練をやり直してください。"
            ),
            en: (
                "The restore did not come to its end.",
                "Mend the cause that the record names, then drill again."
            )
        ),
        .databaseRestoreFailed: Words(
            ja: (
                "データベースを復元できませんでした。",
                "PostgreSQL の版と空き容量を確かめ、別の世代でも復元訓練を行ってください。"
            ),
            en: (
                "The database could not be restored.",
                "Check the PostgreSQL version and free space, and drill another snapshot too."
            )
        ),
        .dumpUntrusted: Words(
            ja: (
                "ダンプに、復元以外のこともできてしまう文が含まれています。",
                "示された対象を調べ、確かなものなら --to で取り出して pg_restore で読み込んでください。"
            ),
            en: (
                "The dump holds a statement that could do more than restore a database.",
                "Look at what is named; if it is yours, use --to and load it with pg_restore."
            )
        ),
        .databaseStructureDamaged: Words(
            ja: (
                "復元したデータベースの内部構造が壊れています。",
                "本番データベースで pg_amcheck を実行し、前の世代でも復元訓練を行ってください。"
            ),
            en: (
                "The restored database is damaged inside.",
                "Run pg_amcheck on the live database, and drill an earlier snapshot."
            )
        ),
        .tableMissing: Words(
            ja: (
                "バックアップ時にあった表が、復元したデータベースにありません。",
                "記録にある表の名前を確かめ、別の世代で復元訓練を行ってください。"
            ),
            en: (
                "A table that was backed up is not in the restored database.",
                "Look up the table in the record, and drill another snapshot."
            )
        ),
        .tableUnexpected: Words(
            ja: (
                "バックアップ時になかった表が、復元したデータベースにあります。",
                "復元先が空だったか確かめ、復元訓練をやり直してください。"
            ),
            en: (
                "The restored database has a table that the source had not.",
                "Check that the target was empty, then drill again."
            )
        ),
        .tableRowCountDiffers: Words(
            ja: (
                "表の行数が、バックアップ時と異なります。",
                "この世代を復旧に使わず、別の世代で復元訓練を行い、原因を調べてください。"
            ),
            en: (
                "A table has another number of rows than when it was backed up.",
                "Do not recover from this snapshot; drill another one and look for the cause."
            )
        ),
        .tableContentDiffers: Words(
            ja: (
                "表の中身が、バックアップ時と異なります。",
                "この世代を復旧に使わず、別の世代で復元訓練を行い、原因を調べてください。"
            ),
            en: (
                "A table's rows are not those that were backed up.",
                "Do not recover from this snapshot; drill another one and look for the cause."
            )
        ),
        .schemaDiffers: Words(
            ja: (
                "表、索引、関数などの定義が、バックアップ時と異なります。",
                "PostgreSQL と拡張機能の版が本番と同じか確かめ、復元訓練をやり直してください。"
            ),
            en: (
                "The restored schema is not the one that was backed up.",
                "Check the versions of PostgreSQL and its extensions, then drill again."
            )
        ),
        .sequenceBehind: Words(
            ja: (
                "連番（シーケンス）が、バックアップ時か、その列で使用済みの番号より前に戻っています。",
                "そのまま使うと番号が重複します。使う前に連番を進めてください。"
            ),
            en: (
                "A sequence is behind the value that was backed up, or behind its own column.",
                "Numbers would be given twice; set the sequence forward before use."
            )
        ),
        .foreignKeyBroken: Words(
            ja: (
                "外部キーの参照先がない行があります。",
                "この世代を復旧に使わず、本番データベースも調べ、別の世代で復元訓練を行ってください。"
            ),
            en: (
                "Rows refer to rows that are not there: a foreign key does not hold.",
                "Do not recover from this snapshot; look at the live database, and drill another."
            )
        ),
        .notCompared: Words(
            ja: (
                "比べていないものがあります。",
                "記録にある対象が診療に必要なら、検査項目（assertions）を加えてください。"
            ),
            en: (
                "Something was not compared.",
                "If care depends on what the record names, add an assertion for it."
            )
        ),
        .restoredFileMissing: Words(
            ja: (
                "復元されなかったファイルがあります。",
                "別の世代で復元訓練を行い、照合の結果と合わせて原因を調べてください。"
            ),
            en: (
                "A file was not restored.",
                "Drill another snapshot, and look for the cause together with a verification."
            )
        ),
        .restoredFileUnexpected: Words(
            ja: (
                "世代にないファイルが復元先にあります。",
                "復元先が空だったか確かめ、復元訓練をやり直してください。"
            ),
            en: (
                "The restored tree has a file that the snapshot has not.",
                "Check that the target was empty, then drill again."
            )
        ),
        .restoredContentDiffers: Words(
            ja: (
                "復元したファイルの中身が、バックアップ時と異なります。",
                "この世代を復旧に使わず、別の世代で復元訓練を行い、ディスクを点検してください。"
            ),
            en: (
                "A restored file's content is not what was backed up.",
                "Do not recover from this snapshot; drill another one and test the disks."
            )
        ),
        .restoredMetadataDiffers: Words(
            ja: (
                "復元したファイルの所有者、権限、時刻などが、バックアップ時と異なります。",
                "root で復元したか、復元先のファイルシステムが属性を保てるか確かめてください。"
            ),
            en: (
                "A restored file's owner, mode, times or attributes are not what was backed up.",
                "Check that it was restored as root, onto a file system that keeps them."
            )
        ),
        .assertionFailed: Words(
            ja: (
                "病院が定めた検査項目を満たしていません。",
                "検査の SQL と結果を確かめ、データが誤っていれば別の世代で復元訓練を行ってください。"
            ),
            en: (
                "An assertion of the hospital's own does not hold.",
                "Look at the query and its answer; if the data are wrong, drill another snapshot."
            )
        ),
    ]
}
