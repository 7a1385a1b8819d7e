package import Catalog
import Configuration
import FileSystem
package import Format
import Glibc
import LocalStore
package import Model
import Processes
import Repository

/// What is done with media by hand: made, brought, taken away (docs/decisions/0017).
package struct MediaJob: Sendable {
    /// How `toride-verify` came to a medium.
    package enum Program: String, Hashable, Sendable {
        /// It lies there, and needs nothing of the machine that it is run on.
        case alone
        /// It lies there, and needs libraries that another machine may not have.
        case needsLibraries = "needs-libraries"
        /// It was not found beside the program that runs.
        case missing
    }

    /// A medium that is here.
    package struct Sighting: Sendable {
        /// What it says of itself.
        package let document: MediumDocument
        /// What the catalog knows of it; nil if it does not know it.
        package let row: MediumRow?
        /// What is wrong with it.
        package let findings: [Finding]
    }

    let site: Site
    let store: Configuration.Store
    let allowsFolder: Bool
    let now: @Sendable () -> Timestamp

    /// Prepares.
    ///
    /// - Parameters:
    ///   - site: whose media.
    ///   - name: of their store; nil for the only one that has media.
    ///   - allowsFolder: whether a folder will do where nothing is mounted.
    ///   - now: the host's clock.
    /// - Throws: ``MediaError``, ``SiteError`` for what was asked.
    package init(
        _ site: Site,
        in name: String? = nil,
        allowsFolder: Bool = false,
        now: @escaping @Sendable () -> Timestamp
    ) throws {
        let stores = try site.stores(named: name)
        let suited = stores.filter { $0.media != nil }
        guard let store = suited.first else {
            throw name.map { MediaError.notMedia($0) } ?? .noStore
        }
        guard suited.count == 1 else {
            throw MediaError.severalStores(suited.map(\.name))
        }
        self.site = site
        self.store = store
        self.allowsFolder = allowsFolder
        self.now = now
    }

    /// Where they are mounted.
    package var path: String { store.folder ?? "" }

    var policy: Configuration.MediaPolicy { store.media ?? .standard }

    // MARK: - Bringing one

    /// Recognises what is mounted, begins the time in which it is here, and compares its newest
    /// snapshots with what was once copied to it, and what it lies on with what it was made on.
    ///
    /// - Parameter acceptsDevice: whether it may lie on another device, which then is its own.
    /// - Returns: what it is; with ``FindingCode/headBehind`` if it was set back, and
    ///   ``FindingCode/mediumWrong`` if it is on another device. Then it is in doubt, until it is
    ///   attached without a failure.
    /// - Throws: ``MediaError/notMounted(_:)``; ``StoreError``, ``RepositoryError`` if it cannot be
    ///   read; ``CatalogError``.
    package func attach(acceptsDevice: Bool = false) throws -> Sighting {
        let mounted = try mount()
        let medium = try MountedMedium.required(in: store)
        let catalog = try site.catalog()
        let rows = try catalog.media()
        var findings = try medium.findings(site, among: rows)
        let known = medium.row(among: rows)
        if let known {
            _ = try catalog.beginPresence(of: known.id, at: now())
        }
        if findings.allSatisfy({ $0.severity != .failure }) {
            findings += try setBack(medium, catalog)
            if let known, !acceptsDevice {
                findings += known.findings(on: mounted)
            }
        }
        if let known {
            let isWrong = findings.contains { $0.severity == .failure }
            try catalog.note(doubted: isWrong ? known.doubted ?? now() : nil, of: known.id)
        }
        // One that is not as it should be stays as it is, to be looked at.
        if let known, findings.isEmpty {
            let last = acceptsDevice ? nil : known
            let marks = mounted.marks()
            try catalog.note(
                filesystem: last?.filesystem ?? marks.filesystem,
                serial: last?.serial ?? marks.serial,
                of: known.id
            )
            if !mounted.mount.isReadOnly {
                // Who was retired meanwhile is to be believed by no one who takes the medium.
                try MediumFolder(at: path).renew(
                    medium.document,
                    signers: try site.signerFile(),
                    program: try VerifierProgram.find()
                )
            }
        }
        return Sighting(
            document: medium.document,
            row: try known.map { try row(of: $0.id, catalog) },
            findings: findings
        )
    }

    /// What was copied to a medium, and is not there any more.
    private func setBack(_ medium: MountedMedium, _ catalog: Catalog) throws -> [Finding] {
        let history = try History(of: medium.objects, trusting: try site.signers())
        var findings: [Finding] = []
        for set in site.configuration.sets {
            guard let id = try site.setID(named: set.name),
                let head = try catalog.copiedHead(of: id, in: medium.objects.place)
            else {
                continue
            }
            findings += Chain.freshness(
                of: id,
                history.manifests[id] ?? [],
                unread: history.unread[id] ?? [],
                heads: [head]
            )
        }
        return findings
    }

    /// The file system at the store's folder, which must be one of its own.
    func mount() throws -> MountedFileSystem {
        let mounted = try MountedFileSystem(of: path)
        guard mounted.isMountPoint || allowsFolder else {
            throw MediaError.notMounted(path)
        }
        return mounted
    }

    // MARK: - Taking one away

    /// How a medium is taken away.
    package struct Departure: Sendable {
        /// Who keeps it from now on; nil leaves what is known.
        package var custodian: String?
        /// Where it will lie; nil leaves what is known.
        package var location: String?
        /// When it must be back; nil for what the configuration says.
        package var due: Timestamp?
        /// Whether it is unmounted.
        package var isUnmounted = false

        /// Takes it away as the configuration says.
        package init() {}
    }

    /// Makes durable what was written to the medium, unmounts it if that is asked, and ends the
    /// time in which it is here.
    ///
    /// - Parameter departure: who takes it, and until when.
    /// - Returns: what the catalog knows of it now.
    /// - Throws: ``MediaError/unknown(_:)``; ``MediaError/busy(_:said:)`` if it cannot be
    ///   unmounted: then it is still here; ``FileSystemError``; ``CatalogError``.
    package func detach(_ departure: Departure) throws -> MediumRow {
        let mounted = try mount()
        let id = try knownMedium()
        try synchronize()
        if departure.isUnmounted {
            // A folder that stands for a medium has nothing that could be unmounted.
            guard mounted.isMountPoint else {
                throw MediaError.notMounted(path)
            }
            try unmount(mounted.path)
        }
        let catalog = try site.catalog()
        let end = now()
        let due = departure.due ?? end.adding(policy.returnWithin)
        try catalog.endPresence(of: id, at: end, due: due)
        // Who watches may have seen it go first, and does not know who took it, and until when.
        try catalog.note(
            custodian: departure.custodian,
            location: departure.location,
            due: due,
            of: id
        )
        return try row(of: id, catalog)
    }

    /// The id alone: whoever holds the medium open keeps it from being unmounted.
    private func knownMedium() throws -> RandomID {
        let medium = try MountedMedium.required(in: store)
        guard let row = medium.row(among: try site.catalog().media()) else {
            throw MediaError.unknown(medium.document.label)
        }
        return row.id
    }

    private func synchronize() throws(FileSystemError) {
        try FileHandle.open(path, O_RDONLY | O_DIRECTORY).synchronizeFileSystem()
    }

    private func unmount(_ path: String) throws {
        let output = try Command("umount", [path]).run(timeout: .seconds(600))
        guard output.status.isSuccess else {
            throw MediaError.busy(path, said: output.complaint)
        }
    }

    /// What the catalog knows of a medium that it knows.
    func row(of id: RandomID, _ catalog: Catalog) throws -> MediumRow {
        guard let row = try catalog.media().first(where: { $0.id == id }) else {
            throw CatalogError.refused(reason: "the medium \(id.hex) was never recorded")
        }
        return row
    }

    // MARK: - Giving one up

    /// Gives a medium up that is lost or worn: nothing is asked of it any more.
    ///
    /// - Parameters:
    ///   - label: which.
    ///   - site: whose.
    ///   - now: by the host's clock.
    /// - Throws: ``MediaError/noSuchMedium(_:known:)``; ``CatalogError``.
    package static func retire(_ label: String, of site: Site, now: Timestamp) throws {
        let catalog = try site.catalog()
        let rows = try catalog.media().filter(\.counts)
        guard let row = rows.first(where: { $0.label == label }) else {
            throw MediaError.noSuchMedium(label, known: rows.map(\.label))
        }
        try catalog.retire(medium: row.id, at: now)
    }
}
