import Model

extension FindingText {
    /// Of images in DICOM files.
    static let dicom: [FindingCode: Words] = [
        .dicomUnreadable: Words(
            ja: (
                "DICOM ファイルを最後まで解釈できません。",
                "本番の同じファイルを PACS で開けるか確かめ、開けるなら前の世代で復元訓練を行い、"
                    + "本番でも開けないなら D1 を waive に加えてください。"
            ),
            en: (
                "A DICOM file cannot be read to its end.",
                "Open the live file in the PACS: if that works, drill an earlier snapshot; if the "
                    + "live file has always been so, waive D1."
            )
        ),
        .dicomMetaInvalid: Words(
            ja: (
                "DICOM ファイルの先頭部分（グループ 0002）に、必要な項目がないか、長さが合いません。",
                "本番の同じファイルと比べてください。異なるなら前の世代で復元訓練を行い、"
                    + "本番も同じなら PACS のベンダーに確かめ、D2 を waive に加えてください。"
            ),
            en: (
                "The head of a DICOM file (group 0002) lacks an element or has a wrong length.",
                "Compare the live file: if it differs, drill an earlier snapshot; if it is the "
                    + "same, ask the PACS vendor and waive D2."
            )
        ),
        .dicomPreambleForeign: Words(
            ja: (
                "DICOM ファイルの最初の 128 バイトに、別の形式のデータが入っています。",
                "プログラムが隠れている恐れがあります。ファイルを開かずにマルウェア検査を行い、"
                    + "送信元の装置のベンダーに確かめてください。"
            ),
            en: (
                "The first 128 bytes of a DICOM file are of some other format.",
                "A program may hide there: do not open the file, scan it for malware, and ask the "
                    + "vendor of the device that sent it."
            )
        ),
        .dicomIdentifiersDiffer: Words(
            ja: (
                "DICOM ファイルの先頭部分と中身が、別々の画像を示しています。",
                "ファイルが取り違えられていないか本番の PACS と比べ、異なるなら前の世代で復元訓練を"
                    + "行い、本番も同じなら D4 を waive に加えてください。"
            ),
            en: (
                "The head of a DICOM file names another image than its content is.",
                "Compare it with the live PACS: if they differ, drill an earlier snapshot; if the "
                    + "live file has always been so, waive D4."
            )
        ),
        .dicomIdentifierInvalid: Words(
            ja: (
                "DICOM の UID がないか、書式が正しくありません。",
                "バックアップ時にはなかった違反です。本番の同じファイルと比べ、"
                    + "前の世代で復元訓練を行ってください。"
            ),
            en: (
                "A DICOM UID is missing or is not written as one.",
                "It was not so when the backup was taken: compare the live file, and drill an "
                    + "earlier snapshot."
            )
        ),
        .dicomInstanceTwice: Words(
            ja: (
                "同じ画像（SOP Instance UID）が、二つ以上のファイルにあります。",
                "本番の PACS でその画像を調べ、重複していなければ前の世代で復元訓練を行い、"
                    + "本番でも重複しているならベンダーに確かめ、D5 を waive に加えてください。"
            ),
            en: (
                "Two files hold the same image (SOP Instance UID).",
                "Look the image up in the live store: if it is there once, drill an earlier "
                    + "snapshot; if it has always been there twice, ask the vendor and waive D5."
            )
        ),
        .dicomStudyMixed: Words(
            ja: (
                "一つの検査に別の患者の画像が、または一つのシリーズに別の検査の画像が混じっています。",
                "本番の PACS で検査の患者を確かめ、患者 ID の訂正が途中なら済ませ、"
                    + "本番が正しければ前の世代で復元訓練を行ってください。"
            ),
            en: (
                "A study has images of two patients, or a series has images of two studies.",
                "Look the study up in the live PACS: finish a correction of the patient ID that "
                    + "is half done; if the live study is right, drill an earlier snapshot."
            )
        ),
        .dicomPixelsInvalid: Words(
            ja: (
                "画素データの長さが画像の大きさと合わないか、圧縮データの区切りが壊れています。",
                "本番の PACS で同じ画像を表示し、正しく見えるなら前の世代で復元訓練を行い、"
                    + "本番のファイルも同じなら D7 を waive に加えてください。"
            ),
            en: (
                "Pixel data do not have the length of their image, or their fragments are broken.",
                "Display the image in the live PACS: if it is right, drill an earlier snapshot; if "
                    + "the live file has always been so, waive D7."
            )
        ),
        .dicomPixelsDiffer: Words(
            ja: (
                "画像の画素データが、バックアップ時と異なります。",
                "この世代を復旧に使わず、別の世代で復元訓練を行い、"
                    + "画像が書き換えられていないか調べてください。"
            ),
            en: (
                "The pixels of the images are not those that were backed up.",
                "Do not recover from this snapshot; drill another one, and find out whether "
                    + "images were altered."
            )
        ),
        .dicomDirectoryDiffers: Words(
            ja: (
                "DICOMDIR にある画像が、その場所にないか、別の画像です。",
                "DICOMDIR が示すファイルを本番で探し、本番にあるなら前の世代で復元訓練を"
                    + "行ってください。"
            ),
            en: (
                "A DICOMDIR names an image that is not in its place, or is another one there.",
                "Look for its files in the live store: if they are there, drill an earlier "
                    + "snapshot."
            )
        ),
    ]
}
