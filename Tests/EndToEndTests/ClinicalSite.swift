import FileSystem
import Processes
import TestSupport
import Testing

/// The fixtures' files as an operator's site: one set, `charts`, backed up once.
enum ClinicalSite {
    /// Lends a site with a plan `look`.
    ///
    /// - Parameter body: gets the site, and the folder that was backed up.
    /// - Throws: what `body` throws.
    static func run(_ body: (borrowing DatabaseSite, _ source: String) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let source = "\(folder)/hospital"
            try FolderTree.make(source, mode: 0o755)
            for name in ["ssmix2", "dicom", "fhir", "hl7", "uke"] {
                let copied = try Command("/bin/cp", ["-r", Tool.fixture(name), source])
                    .run(timeout: .seconds(60))
                #expect(copied.status.isSuccess)
            }
            let site = try DatabaseSite(
                in: folder,
                """
                sets:
                  charts:
                    source: {files: {paths: [\(source)]}}
                    clinical:
                      stores:
                        - {ssmix2: \(source)/ssmix2/standard_root}
                        - {dicom: \(source)/dicom}
                        - {fhir: \(source)/fhir}
                        - {hl7: \(source)/hl7}
                        - {uke: \(source)/uke}
                drills: {look: {set: charts, level: 2}}
                """
            )
            _ = try site.backUp("charts")
            try body(site, source)
        }
    }
}
