package import Catalog
package import Configuration
package import Format
import Glibc
package import LocalStore
import Model
package import ObjectStore
import Repository

/// The medium that is mounted where a store's media come and go, known by the file that it carries.
package struct MountedMedium: Sendable {
    /// What it says of itself.
    package let document: MediumDocument
    /// Its objects, in its own place: what is copied and read belongs to the medium, and not to the
    /// mount point.
    package let objects: LocalStore

    /// Looks which medium is mounted.
    ///
    /// - Parameter store: where; nil is the answer of one that has no media too.
    /// - Throws: ``StoreError/unavailable(place:reason:hint:)`` if what is there cannot be read.
    package init?(in store: Configuration.Store) throws(StoreError) {
        guard store.media != nil, let path = store.folder, unsafe access(path, F_OK) == 0,
            let document = try MountedMedium.document(in: store.name, path)
        else {
            return nil
        }
        self.document = document
        objects = try LocalStore(name: document.label, root: path)
    }

    /// The medium that is mounted, where there must be one.
    ///
    /// - Throws: ``StoreError/unavailable(place:reason:hint:)`` if there is none.
    package static func required(
        in store: Configuration.Store
    ) throws(StoreError) -> MountedMedium {
        guard let medium = try MountedMedium(in: store) else {
            throw .unavailable(
                place: Site.place(of: store),
                reason: "no medium is mounted there",
                hint: "mount one and run `toride media attach`, or make one: `toride media init`"
            )
        }
        return medium
    }

    private static func document(
        in name: String,
        _ path: String
    ) throws(StoreError) -> MediumDocument? {
        let key = StoreKey.medium(MediumDocument.fileName)
        let root = try LocalStore(name: name, root: path)
        let bytes: [UInt8]
        do throws(StoreError) {
            bytes = try root.get(key, bytesMax: MediumDocument.bytesMax)
        } catch {
            guard case .missing = error else {
                throw error
            }
            return nil
        }
        do throws(FormatError) {
            return try MediumDocument(decoding: bytes)
        } catch {
            throw .unavailable(
                place: root.place,
                reason: "\(key): \(error.description)",
                hint: "write nothing to it; find out what it is, and whose"
            )
        }
    }
}

extension MediumRow {
    /// Whether it may be the medium that is mounted where its store's media come and go: what
    /// cannot be read there is not shown to be another.
    package func isMounted(in store: Configuration.Store) -> Bool {
        do throws(StoreError) {
            return try MountedMedium(in: store)?.document.id == id
        } catch {
            return true
        }
    }

    /// What is wrong with where its files lie: they were copied to a folder, or to another device.
    ///
    /// - Parameter mounted: where they are.
    /// - Returns: nothing if it may be the same.
    func findings(on mounted: MountedFileSystem) -> [Finding] {
        guard mounted.isMountPoint || (filesystem ?? serial) == nil else {
            return [
                Finding(.mediumWrong, .named(label), evidence: ["reason": "nothing is mounted"])
            ]
        }
        // What nobody can compare is not asked for.
        return findings(
            onFileSystem: filesystem == nil ? nil : mounted.uuid(),
            serial: serial == nil ? nil : mounted.serial()
        )
    }

    /// The same of another device. What was not known then, or is not told now, shows nothing.
    ///
    /// - Parameters:
    ///   - filesystem: the UUID of the file system that is mounted.
    ///   - serial: of the device beneath.
    /// - Returns: nothing if it may be the same.
    func findings(onFileSystem filesystem: String?, serial: String?) -> [Finding] {
        let told = [
            ("filesystem", self.filesystem, filesystem), ("serial", self.serial, serial),
        ]
        return told.compactMap { (key, expected, found) -> Finding? in
            guard let expected, let found, expected != found else {
                return nil
            }
            return Finding(
                .mediumWrong,
                .named(label),
                evidence: [key: found, "expected": expected, "reason": "another device"]
            )
        }
    }
}

// MARK: - Whether it is one of ours

extension MountedMedium {
    /// What the catalog knows of it.
    package func row(among rows: [MediumRow]) -> MediumRow? {
        rows.first { $0.id == document.id }
    }

    /// What is wrong with its being here: it is of another repository, has the label of another
    /// medium, or is not known.
    ///
    /// - Parameters:
    ///   - site: whose medium it ought to be.
    ///   - rows: all that the catalog knows.
    /// - Returns: nothing if it is one of ours.
    /// - Throws: ``RepositoryError`` if its repository cannot be read.
    func findings(_ site: Site, among rows: [MediumRow]) throws -> [Finding] {
        var findings = try repositoryFindings(site)
        let rival = rows.first { $0.label == document.label && $0.id != document.id }
        if let rival {
            findings.append(
                Finding(
                    .mediumWrong,
                    .named(document.label),
                    evidence: [
                        "id": document.id.hex, "expected": rival.id.hex,
                        "reason": "label of another medium",
                    ]
                )
            )
        } else if row(among: rows) == nil, findings.isEmpty {
            findings.append(
                Finding(.mediumUnknown, .named(document.label), evidence: ["id": document.id.hex])
            )
        }
        return findings
    }

    private func repositoryFindings(_ site: Site) throws -> [Finding] {
        let there: RepositoryID
        do throws(RepositoryError) {
            there = try Repository(opening: objects).descriptor.repository
        } catch {
            guard case .noRepository = error else {
                throw error
            }
            return [Finding(.descriptorMissing, .named(objects.place))]
        }
        // Where no other store can be opened nothing but itself is left to compare it with.
        let own = (try? site.repositoryID()) ?? document.repository
        guard there == own, document.repository == own else {
            return [
                Finding(
                    .mediumWrong,
                    .named(document.label),
                    evidence: [
                        "expected": own.hex, "id": there.hex, "reason": "another repository",
                    ]
                )
            ]
        }
        return []
    }
}
