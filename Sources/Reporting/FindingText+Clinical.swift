import Model

extension FindingText {
    /// Of clinical stores, whatever their format.
    static let clinical: [FindingCode: Words] = [
        .clinicalFileForeign: Words(
            ja: (
                "診療データの保存先に、その形式ではないファイルがあります。",
                "心当たりがなければ、暗号化や名前の書き換えを疑って調べてください。"
                    + "もとから置いてあるものなら、規則 G1 を設定の waive に理由とともに加えてください。"
            ),
            en: (
                "A clinical store holds a file that is not of its format.",
                "If nobody knows it, suspect that files were enciphered or renamed; if it has "
                    + "always been there, waive rule G1 with the reason."
            )
        ),
        .clinicalFileUnread: Words(
            ja: (
                "診療データのファイルを最後まで読めなかったため、検査していません。",
                "ディスクとアクセス権を点検し、復元訓練をやり直してください。"
            ),
            en: (
                "A file of a clinical store could not be read to its end, so it was not judged.",
                "Check the disk and the permissions, then drill again."
            )
        ),
        .clinicalWitnessMissing: Words(
            ja: (
                "バックアップ時の診療データの記録が、この世代にないか、一部欠けています。",
                "もとから規則に合わない箇所を見分けられません。"
                    + "設定を確かめ、新しくバックアップを取ってから復元訓練を行ってください。"
            ),
            en: (
                "The snapshot has no sealed profile of its clinical store, or not of all files.",
                "Without it, damage cannot be told from what the store has always been like. "
                    + "Check the configuration, take a backup, and drill that one."
            )
        ),
        .clinicalCountsDiffer: Words(
            ja: (
                "診療データの件数（種類別、日別、患者別）が、バックアップ時と異なります。",
                "この世代を復旧に使わず、記録にある種類や日を確かめ、前の世代で復元訓練を行ってください。"
            ),
            en: (
                "Numbers of clinical data, by kind, day or patient, are not those of the backup.",
                "Do not recover from this snapshot; look at the kind or day that the record names, "
                    + "and drill an earlier one."
            )
        ),
        .clinicalTooMuch: Words(
            ja: (
                "診療データか規則違反が多すぎるため、一部の規則を検査していません。",
                "設定でデータを年や部門ごとの保存先に分け、バックアップと復元訓練をやり直してください。"
            ),
            en: (
                "There are more clinical data, or more that break a rule, than are told apart, so "
                    + "some rules were not judged.",
                "Divide the store by year or department in the configuration, back up and drill "
                    + "again."
            )
        ),
        .clinicalKnown: Words(
            ja: (
                "規則に合わない箇所がありますが、バックアップ時から変わっていません。",
                "復元の異常ではありません。気になる場合は、本番のデータについてベンダーに問い合わせてください。"
            ),
            en: (
                "Something breaks a rule, just as it did when the backup was taken.",
                "The restore is not at fault; ask the vendor about the live data if it matters."
            )
        ),
        .patientUnknown: Words(
            ja: (
                "基準とするデータにいない患者のデータ（画像、FHIR、レセプトなど）があります。",
                "患者基本情報が欠けていないか前の世代と比べ、同じ時点のデータを復元しているか確かめてください。"
            ),
            en: (
                "Something is about a patient whom the store of reference does not have.",
                "Compare the patients with an earlier snapshot, and check that all stores were "
                    + "restored to one point in time."
            )
        ),
        .studyUnknown: Words(
            ja: (
                "記録にある画像検査が、画像の保存先にありません。",
                "その検査の画像を前の世代から復元してみて、それでもなければ PACS のベンダーに確かめてください。"
            ),
            en: (
                "An imaging study that something refers to is not among the images.",
                "Drill an earlier snapshot for that study; if it is not there either, ask the "
                    + "vendor of the PACS."
            )
        ),
        .orderUnknown: Words(
            ja: (
                "実施済みの検査オーダーのうち、画像など相手側のデータにないものがあります。",
                "その検査を前の世代から復元してみて、それでもなければ PACS と電子カルテのベンダーに確かめてください。"
            ),
            en: (
                "An examination that was done has no images, or images have no record of it.",
                "Drill an earlier snapshot for that examination; if it is not there either, ask "
                    + "the vendors of the PACS and of the record system."
            )
        ),
        .visitUnknown: Words(
            ja: (
                "ある外来受診（患者と日）が、照合する相手側のデータにありません。",
                "最近の日なら同じ時点のデータか、以前の日ならその日のデータが欠けていないか、前の世代と比べてください。"
            ),
            en: (
                "An outpatient's visit on some day is not in the data that it is compared with.",
                "Compare with an earlier snapshot: of late days, whether both were taken at one "
                    + "point in time; of earlier ones, whether a day's data are missing."
            )
        ),
        .applicationProbeFailed: Words(
            ja: (
                "復元したデータの上で、病院のプログラムの検査に合格しませんでした。",
                "検査プログラムの code をベンダーに伝え、別の世代で復元訓練を行ってください。"
            ),
            en: (
                "A program of the hospital's own found fault with the restored data.",
                "Give the vendor the probe's code, and drill another snapshot."
            )
        ),
        .applicationUnanswered: Words(
            ja: (
                "病院のプログラムによる検査の結果が得られませんでした。",
                "検査プログラムを手で実行し、JSON を出力して終了コード 0 か 1 で終わるか確かめてください。"
            ),
            en: (
                "A program of the hospital's own gave no answer about the restored data.",
                "Run the probe by hand: it must print its JSON and end with 0 or 1."
            )
        ),
        .orthancNotStarted: Words(
            ja: (
                "復元した画像サーバー（Orthanc）が起動しません。",
                "画面に出た理由を読み、病院と同じ版の Orthanc を使っているか確かめたうえで、別の世代で復元訓練を行ってください。"
            ),
            en: (
                "Orthanc does not start on what was restored.",
                "Read what it said, check that it is the version that the hospital runs, and drill "
                    + "another snapshot."
            )
        ),
        .orthancCountsDiffer: Words(
            ja: (
                "復元した画像サーバー（Orthanc）の画像の数が、バックアップ時に保存されていた数と異なります。",
                "索引と画像が同じ時点のものか（停止中かスナップショットから取ったか）を確かめ、別の世代で復元訓練を行ってください。"
            ),
            en: (
                "Orthanc knows another number of images than lay in its storage at the backup.",
                "Check that index and storage were taken in one moment (stopped, or from a volume "
                    + "snapshot), and drill another snapshot."
            )
        ),
        .orthancAttachmentDamaged: Words(
            ja: (
                "画像サーバー（Orthanc）が読み直した画像の中に、欠けているか壊れているものがあります。",
                "この世代を画像の復旧に使わず、別の世代で復元訓練を行い、本番の画像も確かめてください。"
            ),
            en: (
                "Orthanc found stored images to be missing or damaged when it read them anew.",
                "Do not recover images from this snapshot; drill another one, and have the live "
                    + "server verify its own."
            )
        ),
        .orthancAttachmentUnverified: Words(
            ja: (
                "画像サーバー（Orthanc）に検査値（MD5）がなく、確かめられない画像があります。",
                "本番の Orthanc で StoreMD5ForAttachments を有効にしてください。以後に保存した画像から確かめられます。"
            ),
            en: (
                "Orthanc has no MD5 of some stored images, so it cannot verify them.",
                "Turn StoreMD5ForAttachments on in the live Orthanc; images stored from then on "
                    + "can be verified."
            )
        ),
    ]
}
