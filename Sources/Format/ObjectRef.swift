package import Model

/// What kind of object a list page names.
package enum ObjectKind: UInt8, Hashable, Sendable, CaseIterable {
    case key = 1
    case pack = 2
    case index = 3

    /// Where an object of this kind lies.
    package func storeKey(_ name: ObjectName) -> String {
        switch self {
        case .key: StoreKey.key(name)
        case .pack: StoreKey.pack(name)
        case .index: StoreKey.index(name)
        }
    }
}

/// An object that a snapshot needs.
package struct ObjectRef: Hashable, Sendable {
    /// What it is.
    package let kind: ObjectKind
    /// SHA-256 of its stored bytes.
    package let name: ObjectName
    /// The number of its stored bytes.
    package let size: UInt64

    /// Names an object.
    package init(kind: ObjectKind, name: ObjectName, size: UInt64) {
        self.kind = kind
        self.name = name
        self.size = size
    }

    /// Where it lies in a store.
    package var storeKey: String { kind.storeKey(name) }
}
