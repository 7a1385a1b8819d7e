package import Format
package import Model
package import ObjectStore
package import Primitives

/// The objects of a store in Toride's layout, read without any key.
package struct Repository: Sendable {
    /// Where the objects are.
    package let store: any ObjectStore
    /// Which repository it is.
    package let descriptor: Descriptor
    /// SHA-256 of `toride.json`, which every manifest names.
    package let descriptorDigest: Digest

    /// Opens the repository in `store`.
    ///
    /// - Throws: ``RepositoryError/noRepository(place:)`` if there is no `toride.json`, or
    ///   ``RepositoryError/format(_:key:)`` if it is damaged or of an unknown version.
    package init(opening store: any ObjectStore) throws(RepositoryError) {
        let bytes: [UInt8]
        do throws(StoreError) {
            bytes = try store.get(StoreKey.descriptor, bytesMax: 4_096)
        } catch .missing {
            throw .noRepository(place: store.place)
        } catch {
            throw .store(error)
        }
        do throws(FormatError) {
            try self.init(store: store, descriptor: Descriptor(decoding: bytes), bytes: bytes)
        } catch {
            throw .format(error, key: "\(store.place): \(StoreKey.descriptor)")
        }
    }

    /// Makes a repository in an empty store.
    package init(
        creating id: RepositoryID,
        in store: any ObjectStore
    ) throws(RepositoryError) {
        let descriptor = Descriptor(repository: id)
        let present = try storing { () throws(StoreError) in
            try store.size(of: StoreKey.descriptor)
        }
        guard present == nil else {
            throw .alreadyThere(place: store.place)
        }
        try storing { () throws(StoreError) in
            try store.put(descriptor.encoded, at: StoreKey.descriptor)
        }
        self.init(store: store, descriptor: descriptor, bytes: descriptor.encoded)
    }

    /// Takes a descriptor that is known from elsewhere, such as from a signed manifest.
    package init(store: any ObjectStore, knownAs descriptor: Descriptor) {
        self.init(store: store, descriptor: descriptor, bytes: descriptor.encoded)
    }

    private init(store: any ObjectStore, descriptor: Descriptor, bytes: [UInt8]) {
        self.store = store
        self.descriptor = descriptor
        descriptorDigest = SHA256.hash(bytes)
    }

    /// Stores an object under the hash of its bytes.
    package func put(
        _ bytes: [UInt8],
        as kind: ObjectKind
    ) throws(RepositoryError) -> ObjectRef {
        let name = ObjectName(SHA256.hash(bytes))
        let object = ObjectRef(kind: kind, name: name, size: UInt64(bytes.count))
        try put(bytes, object: object)
        return object
    }

    /// Stores an object whose name is known already.
    package func put(_ bytes: [UInt8], object: ObjectRef) throws(RepositoryError) {
        try storing { () throws(StoreError) in try store.put(bytes, at: object.storeKey) }
    }

    /// Reads an object whole and checks that its bytes hash to its name.
    package func get(
        _ key: String,
        name: ObjectName,
        bytesMax: Int
    ) throws(RepositoryError) -> [UInt8] {
        let bytes = try storing { () throws(StoreError) in
            try store.get(key, bytesMax: bytesMax)
        }
        guard ObjectName(SHA256.hash(bytes)) == name else {
            throw .format(.invalid("the bytes do not hash to the object's name"), key: key)
        }
        return bytes
    }

    /// Reads a list page.
    package func page(_ name: ObjectName) throws(RepositoryError) -> ListPage {
        let key = StoreKey.list(name)
        let bytes = try get(key, name: name, bytesMax: ListPage.bytesMax)
        do throws(FormatError) {
            return try ListPage(decoding: bytes)
        } catch {
            throw .format(error, key: key)
        }
    }

    /// Stores a list page and returns its name.
    package func put(_ page: ListPage) throws(RepositoryError) -> ObjectName {
        let bytes = page.encoded
        let name = ObjectName(SHA256.hash(bytes))
        try storing { () throws(StoreError) in try store.put(bytes, at: StoreKey.list(name)) }
        return name
    }

    /// Signs `manifest`, stores it and returns its name.
    package func put(
        _ manifest: Manifest,
        signedBy key: borrowing SigningKey
    ) throws -> ObjectName {
        let payload = manifest.encoded
        // A reader's rules are ours: what he would refuse must not be signed.
        _ = try Manifest(decoding: payload)
        let bytes = try SignedDocument.sign(payload, type: Manifest.payloadType, with: key)
        let name = ObjectName(SHA256.hash(bytes))
        let place = StoreKey.manifest(
            set: manifest.set,
            sequence: manifest.sequence,
            name: name
        )
        try storing { () throws(StoreError) in try store.put(bytes, at: place) }
        return name
    }
}
