import Custody
import Drills
import FileSystem
import Glibc
import Model
import PostgreSQL
import TestSupport
import Testing

/// Drills of a group whose sets must speak of the same visits and examinations.
@Suite(.enabled(if: canDrill, "no drill can be run here"), .serialized, .timeLimit(.minutes(15)))
struct JoinDrillTests {
    private static let days = """
        select patient_id, (started_at at time zone 'Asia/Tokyo')::date from ehr.encounter
        """

    private static let images = "select accession_number from ehr.imaging_study"

    /// Lends a site with the invented hospital's database and files, backed up once, and a plan
    /// `unit` of both.
    private func withUnit(_ body: (borrowing DatabaseSite) throws -> Void) throws {
        try TestServer.run { server in
            for (name, database) in [("hospital_roles", "postgres"), ("hospital", "hospital")] {
                if database == "hospital" {
                    try server.run("CREATE DATABASE hospital")
                }
                let file = try FileHandle.open(Tool.fixture("db/\(name).sql"), O_RDONLY)
                try server.run(script: try file.readAll(bytesMax: 64 << 20), in: database)
            }
            try withTemporaryFolder { folder in
                let (charts, images) = (Tool.fixture("ssmix2"), Tool.fixture("dicom"))
                let claims = Tool.fixture("uke")
                let site = try DatabaseSite(
                    in: folder,
                    """
                    sets:
                      ehr:
                        source:
                          postgresql: {connection: "\(server.connection)", database: hospital}
                        clinical:
                          time: [ehr.encounter.started_at]
                          firstRecord: "select patient_id from ehr.patient limit 1"
                      files:
                        source: {files: {paths: ["\(charts)", "\(images)", "\(claims)"]}}
                        clinical:
                          stores:
                            - {ssmix2: \(charts)/standard_root}
                            - {dicom: \(images)}
                            - {uke: \(claims)}
                    groups:
                      unit:
                        sets: [ehr, files]
                        lag: 1h
                        joins:
                          - orders:
                              of: {set: files, format: ssmix2}
                              in: {set: files, format: dicom}
                          - orders:
                              of: {set: files, format: dicom}
                              in: {set: ehr, query: "\(Self.images)"}
                          - visits:
                              of: {set: files, format: ssmix2}
                              in: {set: ehr, query: "\(Self.days)"}
                          - visits:
                              of: {set: files, format: uke}
                              in: {set: ehr, query: "\(Self.days)"}
                    drills: {unit: {group: unit, level: 3}}
                    """
                )
                _ = try site.backUp("ehr")
                _ = try site.backUp("files")
                try body(site)
            }
        }
    }

    @Test func `systems that speak of the same visits and examinations are proven`() throws {
        try withUnit { site in
            let result = try site.drill("unit").result
            #expect(result.findings.allSatisfy { $0.severity == .notice }, "\(result.findings)")
            #expect(result.verdict == .proven)
        }
    }

    @Test func `a visit on another day and a study that is gone are told`() throws {
        try withUnit { site in
            let outcome = try site.drill("unit") { moment, part, context in
                guard moment == .beforeJudging else {
                    return
                }
                guard let server = (part as? DatabasePart)?.server else {
                    let study = "\(Tool.fixture("dicom"))/0001007771/RA90003019/0001.dcm"
                    let path = context.folder(of: part.set) + study
                    #expect(unsafe unlink(path) == 0, "\(path)")
                    return
                }
                let connection = try Connection.open(server)
                try connection.query("SET session_replication_role = replica", for: "harm")
                // The only visit of its patient on that day.
                try connection.query(
                    """
                    UPDATE ehr.encounter SET started_at = started_at + interval '1 day',
                        ended_at = ended_at + interval '1 day' WHERE encounter_id = 502430
                    """,
                    for: "harm"
                )
            }
            let joins = outcome.result.findings.filter { $0.evidence["unknown"] != nil }
            #expect(joins.map(\.code) == [.orderUnknown, .visitUnknown])
            #expect(joins.map { $0.evidence["rule"] } == ["X3", "X2"])
            #expect(joins.map { $0.evidence["unknown"] } == ["1", "1"])
            #expect(outcome.result.verdict == .failed)
        }
    }
}
