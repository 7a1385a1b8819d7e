/// The file that `toride init` writes: what it was told, and everything else as comments.
///
/// Lines that begin with `##` explain; lines that begin with a single `#` are examples, valid once
/// that first character is removed.
package struct ConfigurationTemplate: Hashable, Sendable {
    /// The hospital's name.
    package let siteName: String
    /// Its time zone, such as `Asia/Tokyo`.
    package let timeZone: String
    /// Of reports, and of the comments in the file.
    package let language: Configuration.Language
    /// The recovery key's recipient; nil if it is yet to be made.
    package let recovery: String?
    /// The drill key's recipient; nil if it is yet to be made.
    package let drill: String?
    /// Folder of the host's own state.
    package let state: String
    /// Folder of the first store.
    package let store: String

    /// Takes what the file is to say. Nothing is checked here: whoever writes the text first gives
    /// it to ``Configuration/parse(_:file:)``, which says what is wrong and where.
    package init(
        siteName: String,
        timeZone: String,
        language: Configuration.Language = .japanese,
        recovery: String? = nil,
        drill: String? = nil,
        state: String = "/var/lib/toride",
        store: String = "/srv/toride"
    ) {
        self.siteName = siteName
        self.timeZone = timeZone
        self.language = language
        self.recovery = recovery
        self.drill = drill
        self.state = state
        self.store = store
    }

    /// The whole text of the file, with a line break at its end.
    package var text: String {
        let words = Words.inLanguage(language)
        var lines: [String] = []
        lines += comment(words.opening)
        lines += comment(words.site)
        lines += [
            "site:",
            "  name: \(quoted(siteName))",
            "  timezone: \(quoted(timeZone))",
            "  language: \(language.rawValue)",
        ]
        lines += comment(words.state) + ["state: \(quoted(state))"]
        lines += comment(words.role) + ["role: backup"]
        lines += comment(words.recipients) + recipients
        lines += comment(words.signers) + example(Self.signers)
        lines += comment(words.stores)
        lines += ["stores:", "  primary:", "    path: \(quoted(store))"]
        lines += ["    readAt: \"0 1 * * *\"", "    readFor: 4h"] + example(Self.vault)
        lines += comment(words.verify) + ["verify:", "  schedule: \"0 12 * * *\""]
        lines += comment(words.sets) + example(Self.sets)
        lines += comment(words.groups) + example(Self.groups)
        lines += comment(words.drills) + example(Self.drills)
        lines += comment(words.drill) + example(Self.drillSettings)
        return lines.joined(separator: "\n") + "\n"
    }

    private var recipients: [String] {
        let named = [("recovery", recovery), ("drill", drill)]
        let known = named.compactMap { name, text in text.map { "  \(name): \(quoted($0))" } }
        let missing = named.filter { $0.1 == nil }.map { "#  \($0.0): age1…" }
        return [known.isEmpty ? "#recipients:" : "recipients:"] + known + missing
    }

    private func comment(_ text: String) -> [String] {
        [""] + text.split(separator: "\n").map { "## \($0)" }
    }

    private func example(_ text: String) -> [String] {
        text.split(separator: "\n").map { "#\($0)" }
    }

    /// A double-quoted scalar of YAML 1.2 §7.3.1: any text, on one line.
    private func quoted(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                scalars += "\\\(scalar)".unicodeScalars
            case _ where scalar.properties.generalCategory == .control,
                "\u{2028}", "\u{2029}", "\u{FEFF}":
                let digits = String(scalar.value, radix: 16)
                let zeros = String(repeating: "0", count: 4 - digits.count)
                scalars += "\\u\(zeros)\(digits)".unicodeScalars
            default:
                scalars.append(scalar)
            }
        }
        return "\"\(String(scalars))\""
    }
}

// MARK: - Examples

extension ConfigurationTemplate {
    private static let signers = """
        signers:
          backup-host: \(String(repeating: "0", count: 64))
        """

    private static let vault = """
          vault:
            s3:
              endpoint: https://s3.example.jp
              bucket: ehr-vault
              credentials: /etc/toride/vault.credentials
              lock: {mode: compliance, days: 35}
            class: O4
            readAt: "0 22 * * *"
            readFor: 3h
            attackAt: "0 3 1 * *"
        """

    private static let sets = """
        sets:
          ssmix2:
            stores: [primary]
            source:
              files:
                paths: [/srv/ssmix2]
                exclude: ["*.tmp"]
                oneFileSystem: false
            schedule: "30 * * * *"
            clinical:
              stores:
                - ssmix2: /srv/ssmix2/standard_root
                  waive: {S7: "the HIS ends segments in LF"}
            rpo: 2h
          orthanc:
            stores: [primary]
            source: {files: {paths: [/var/lib/orthanc/db]}}
            clinical:
              orthanc: {storage: /var/lib/orthanc/db}
            schedule: "30 1 * * *"
          ehr-db:
            stores: [primary]
            source:
              postgresql:
                connection: "service=ehr"
                database: health
            schedule: "0 2 * * *"
            clinical:
              time: ["gnuhealth_patient_evaluation.evaluation_start"]
              firstRecord: "select * from gnuhealth_patient order by id limit 1"
            canary: false
            compression: auto
            rpo: 24h
          orders:
            stores: [primary]
            source:
              command:
                run: [/usr/local/bin/dump-orders, --all]
                name: orders.dump
            application:
              start: [/opt/orders/server, --offline]
              probe: [/opt/orders/probe]
              readable: [/opt/orders]
            before: [/usr/local/bin/orders, pause]
            after: [/usr/local/bin/orders, resume]
            schedule: "0 1 * * *"
        """

    private static let groups = """
        groups:
          ehr:
            sets: [ehr-db, ssmix2]
            lag: 2h
            joins:
              - patients:
                  of: {set: ssmix2, format: ssmix2}
                  in: {set: ehr-db, query: "select number from patient"}
                  unknown: 0
        """

    private static let drills = """
        drills:
          weekly:
            group: ehr
            schedule: "0 4 * * 0"
            scenario: failure
            level: 3
            rto: 4h
            rpo: 24h
            assertions: [/etc/toride/ehr.sql]
          half-yearly:
            set: ehr-db
            scenario: cyber
            generation: 7
            level: 4
            sentinels:
              - name: chart-1
                set: ehr-db
                query: "select * from gnuhealth_patient where id = 1"
                sha256: \(String(repeating: "0", count: 64))
        """

    private static let drillSettings = """
        drill:
          identityOnThisHost: false
          scratch: /var/lib/toride-drill
        """
}
