import Format
import Model

/// Hard links whose first names are to be looked up, at most so many at a time.
struct LinkClaims {
    private static let linksMax = 16_384
    private static let pathBytesMax = 4 << 20

    /// A link and its first name.
    typealias Link = (path: [UInt8], first: [UInt8])

    private var links: [Link] = []
    private var pathBytes = 0

    var isFull: Bool { links.count >= Self.linksMax || pathBytes >= Self.pathBytesMax }

    mutating func add(_ path: [UInt8], to first: [UInt8]) {
        links.append((path, first))
        pathBytes += path.count + first.count
    }

    /// Rising by first name.
    var sorted: [Link] { links.sorted { RecordPath.precedes($0.first, $1.first) } }

    mutating func removeAll() {
        links = []
        pathBytes = 0
    }
}

extension FileRecord {
    /// Whether it can be the first name of several.
    var isLinkable: Bool {
        switch kind {
        case .directory, .hardLink: false
        case .regular, .symlink, .fifo, .socket, .characterDevice, .blockDevice: true
        }
    }
}
