package import Format
import Processes

/// What an Orthanc holds, every attachment read anew by the server itself.
///
/// That it starts and answers shows nothing: it serves a flipped byte with 200, and without its
/// index it starts with no image at all.
package struct OrthancCheck: Hashable, Sendable {
    /// What it says that it holds.
    package let statistics: OrthancClient.Statistics
    /// Instances that it lists.
    package private(set) var listed = 0
    /// Attachments that were asked for.
    package private(set) var attachments = 0
    /// Those that the server found to be damaged or gone, and images that it knows of and has no
    /// attachment for.
    package private(set) var damaged = 0
    /// Those that it could not verify, for the index has no MD5 of them.
    package private(set) var withoutSum = 0

    /// Asks for all.
    ///
    /// - Parameters:
    ///   - client: of a server that answers.
    ///   - isStopping: asked at every resource.
    ///   - progress: told how many attachments were read, now and then.
    /// - Returns: what it holds.
    /// - Throws: ``OrthancError``.
    package static func run(
        _ client: OrthancClient,
        isStopping: () -> Bool,
        progress: (Int) -> Void = { _ in }
    ) throws -> OrthancCheck {
        var check = OrthancCheck(statistics: try client.statistics())
        for level in OrthancClient.Level.allCases.reversed() {
            let count = check.statistics.count(of: level)
            let listed = try client.forEach(level, atMost: count) { id in
                if isStopping() {
                    throw OrthancError.process(.stopped("Orthanc"))
                }
                let names = try client.attachments(level, id)
                if level == .instances, !names.contains(Self.image) {
                    check.add(.damaged)
                }
                for name in names {
                    check.add(try client.check(level, id, name))
                    if check.attachments.isMultiple(of: 10_000) {
                        progress(check.attachments)
                    }
                }
            }
            if level == .instances {
                check.listed = listed
            }
        }
        return check
    }

    /// The attachment that is the image itself.
    private static let image = "dicom"

    private init(statistics: OrthancClient.Statistics) {
        self.statistics = statistics
    }

    private mutating func add(_ checked: OrthancClient.Checked) {
        attachments += 1
        switch checked {
        case .whole: break
        case .damaged: damaged += 1
        case .withoutSum: withoutSum += 1
        }
    }

    /// For records and programs: numbers alone.
    package var json: JSONValue {
        .object([
            "attachments": .integer(Int64(attachments)),
            "damaged": .integer(Int64(damaged)),
            "instances": .integer(Int64(statistics.instances)),
            "patients": .integer(Int64(statistics.patients)),
            "series": .integer(Int64(statistics.series)),
            "studies": .integer(Int64(statistics.studies)),
            "withoutSum": .integer(Int64(withoutSum)),
        ])
    }
}
