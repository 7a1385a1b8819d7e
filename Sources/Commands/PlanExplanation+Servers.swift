import Configuration

/// What runs on restored data beside a database.
extension PlanExplanation {
    mutating func explainOrthanc(_ set: Configuration.BackupSet) {
        guard set.clinical?.orthanc != nil else {
            return
        }
        if plan.level >= .applications {
            prove(
                "\(set.name): Orthanc が起動し、バックアップ時の全画像を認識し、すべて読み直せること",
                "\(set.name): an Orthanc starts on it, knows every image of the backup, and reads "
                    + "each anew"
            )
        } else {
            leave(
                "\(set.name): Orthanc を起動しません。判定は「未証明」になります",
                "\(set.name): Orthanc is not started: not-proven"
            )
        }
    }

    mutating func explainApplication(_ set: Configuration.BackupSet) {
        guard let application = set.application else {
            return
        }
        let program = application.probe[0]
        if plan.level >= .applications {
            prove(
                "\(set.name): 復元したデータの上で \(program) が異常を見つけないこと",
                "\(set.name): \(program) finds no fault with what was restored"
            )
        } else {
            leave(
                "\(set.name): \(program) を実行しません。判定は「未証明」になります",
                "\(set.name): \(program) is not run: not-proven"
            )
        }
    }
}
