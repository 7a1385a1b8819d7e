package import Model
import PostgreSQL
import Workers

/// A program of the hospital's own that is asked about a restored database.
extension DatabasePart {
    /// What the database of the control is called, in which nothing is.
    private static let nothing = "nothing"

    /// Asks the set's application about what came back.
    ///
    /// - Returns: what is wrong; nothing if the set has none.
    package func judgeUse(_ context: DrillContext) throws -> [Finding] {
        guard let application else {
            return []
        }
        // It may write into the database: what is sabotaged later is what was judged.
        try copyDatabase(try equipment().0)
        context.progress("\(set): asking its application")
        return try ask(application, about: Self.database, context)
    }

    /// The same on an empty database: whoever calls that whole asks nothing.
    func applicationControls(_ context: DrillContext) throws -> [DrillControl] {
        guard let application else {
            return []
        }
        let (cluster, _) = try equipment()
        let connection = try Connection.open(cluster.server.database("postgres"))
        try connection.query("CREATE DATABASE \(Self.nothing)", for: "an empty database")
        return [
            ApplicationRun.control(
                set,
                findings: try ask(application, about: Self.nothing, context)
            )
        ]
    }

    private func ask(
        _ application: Application,
        about database: String,
        _ context: DrillContext
    ) throws -> [Finding] {
        let (cluster, _) = try equipment()
        let stop = stop
        let run = ApplicationRun(
            application: application,
            set: set,
            account: cluster.account,
            isStopping: { stop.isStopping }
        )
        return try run.ask(
            cluster.server.database(database).programEnvironment,
            seeing: [cluster.socketDirectory],
            scratch: try context.makeServerFolder()
        )
    }
}
