import FileSystem
import Glibc
import Model
import Scheduling

extension Configuration {
    /// Reads and checks a file.
    ///
    /// - Parameter path: where; named in errors as it is given.
    /// - Returns: the configuration, all of it checked.
    /// - Throws: the first thing that is wrong, with line and key.
    package static func load(path: String) throws(ConfigurationError) -> Configuration {
        let bytes: [UInt8]
        do throws(FileSystemError) {
            bytes = try FileHandle.open(path, O_RDONLY).readAll(bytesMax: YAMLReader.bytesMax)
        } catch {
            throw ConfigurationError(Place(file: path), unreadable(error))
        }
        return try parse(bytes, file: path)
    }

    /// Checks the bytes of a file.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8 text of one YAML document, at most 1 MiB.
    ///   - file: its name, for errors.
    /// - Returns: the configuration, all of it checked.
    /// - Throws: the first thing that is wrong, with line and key.
    package static func parse(
        _ bytes: [UInt8],
        file: String
    ) throws(ConfigurationError) -> Configuration {
        try Configuration(YAMLReader.read(bytes, file: file))
    }

    private init(_ root: YAMLNode) throws(ConfigurationError) {
        let section = try Section(
            root,
            allowed: [
                "site", "role", "state", "recipients", "signers", "stores", "verify", "compression",
                "sets", "groups", "drills", "drill",
            ],
            later: ["limits", "copies", "retention"]
        )
        site = try Site(section.required("site"))
        role = try section["role"]?.word(Role.self) ?? .backup
        state = try section.required("state").path()
        recipients = try section["recipients"].map(Recipient.all) ?? []
        signers = try section["signers"].map(Signer.all) ?? []
        stores = try Store.all(section.required("stores"), state: state)
        verification = try section["verify"]?.verification()
        let names = BackupSet.Surroundings(
            stores: stores.map(\.name),
            media: Set(stores.filter { $0.media != nil }.map(\.name)),
            recipients: recipients.map(\.name),
            verification: verification,
            compression: try section["compression"]?.compression() ?? .automatic
        )
        let sets =
            try section["sets"].map { node throws(ConfigurationError) in
                try BackupSet.all(node, among: names)
            } ?? []
        self.sets = sets
        let groups =
            try section["groups"].map { node throws(ConfigurationError) in
                try Group.all(node, sets: sets)
            } ?? []
        self.groups = groups
        let surroundings = DrillPlan.Surroundings(
            sets: sets,
            groups: groups,
            stores: stores.map(\.name)
        )
        drills =
            try section["drills"].map { node throws(ConfigurationError) in
                try DrillPlan.all(node, among: surroundings)
            } ?? []
        drill = try DrillSettings(section["drill"])
    }

    private static func unreadable(_ error: FileSystemError) -> ConfigurationError.Problem {
        guard error.code != EFBIG else {
            return .tooLarge(bytesMax: YAMLReader.bytesMax)
        }
        let hint =
            error.isMissing
            ? "name it with --config, or let `toride init` write one" : error.hint
        // The path stands in front of the whole message already.
        let reason = error.description.dropFirst("\(error.path): ".count)
        return .unreadable("cannot be read: \(reason)", hint: hint)
    }
}
