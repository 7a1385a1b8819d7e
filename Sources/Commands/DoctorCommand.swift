import ArgumentParser
import Configuration
import Console
import Copying
import FileSystem
import Format
import Glibc
import HostState
import Jobs
import Model
import Reporting
import Repository

/// `toride doctor`: what is missing or misconfigured, and the command that mends it.
struct DoctorCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what is missing or misconfigured, and the command that mends it.",
        discussion: Model.ExitCode.help
    )

    @OptionGroup var options: GlobalOptions

    /// One thing that was looked at.
    struct Check {
        /// The same in all languages; ``DoctorWords`` has the Japanese.
        let name: String
        /// What is wrong; nil if it is well.
        let trouble: String?
        /// What to do about it.
        let mend: String
        /// How the command ends if it is wrong.
        let code: Model.ExitCode
    }

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        var checks = host(site)
        for store in try site.storesHere() {
            checks.append(self.store(store, site))
        }
        checks += schedules(site.configuration)
        for set in site.configuration.sets {
            checks.append(self.set(set, site))
        }
        if site.configuration.role == .backup {
            checks += site.databaseServers.map { databases($0) }
        }
        checks += programs(site)
        var code: Model.ExitCode = .done
        for check in checks {
            if let trouble = check.trouble {
                let words = DoctorWords(terminal.language)
                terminal.say("✗ \(words.name(check.name)): \(words.said(trouble))")
                terminal.say("  → \(words.said(check.mend))")
                code = code.graver(check.code)
            } else {
                terminal.say("✓ \(DoctorWords(terminal.language).name(check.name))")
            }
        }
        terminal.answer(.object(["checks": .array(checks.map(json))]))
        return code
    }

    private func json(_ check: Check) -> JSONValue {
        .object([
            "mend": .string(check.trouble == nil ? "" : check.mend), "name": .string(check.name),
            "trouble": check.trouble.map { .string($0) } ?? .null,
        ])
    }

    private func host(_ site: Site) -> [Check] {
        let recovery = site.configuration.recipient(named: Configuration.recoveryName)
        return [
            attempt("signing key", mend: "toride init") { _ = try site.state.signingKey() },
            attempt("catalog", mend: "toride catalog rebuild") { _ = try site.catalog() },
            Check(
                name: "recovery recipient",
                trouble: recovery == nil ? "there is none" : nil,
                mend: "toride key new --out FILE on another machine; recipients: recovery:",
                code: .usage
            ),
            Check(
                name: "sets",
                trouble: site.configuration.sets.isEmpty ? "there are none" : nil,
                mend: "add one under sets: in the configuration",
                code: .usage
            ),
            Check(
                name: "drills",
                trouble: site.configuration.drills.isEmpty ? "there are none" : nil,
                mend: "add one under drills: in the configuration",
                code: .notProven
            ),
            Check(
                name: "drill identity",
                trouble: site.configuration.drill.identityOnThisHost
                    ? "host-can-open-past: it rests on this host" : nil,
                mend: "run drills on a machine of their own (role: drill)",
                code: .notProven
            ),
        ]
    }

    private func store(_ store: Configuration.Store, _ site: Site) -> Check {
        attempt("store \(store.name)", mend: "mount it, or toride init") {
            let repository = try site.repository(in: store)
            // A medium may be one that nobody can change.
            if let folder = store.folder, store.media == nil, unsafe access(folder, W_OK) != 0 {
                throw FileSystemError.last("write", folder)
            }
            let locks = LockKeeper(repository.store) { WallClock.now() }
            if let finding = try locks.protectionFindings().first {
                throw Unprotected(finding: finding)
            }
        }
    }

    private func set(_ set: Configuration.BackupSet, _ site: Site) -> Check {
        attempt("set \(set.name)", mend: "correct it in the configuration") {
            _ = try site.recipients(of: set)
            _ = try site.store(of: set)
            if case .files(let files) = set.source {
                for path in files.paths where unsafe access(path, R_OK) != 0 {
                    throw FileSystemError.last("read", path)
                }
            }
        }
    }

    /// Databases that no set backs up are told, and are no fault: not every one is worth it.
    private func databases(_ server: Site.DatabaseServer) -> Check {
        let name = "databases \(server.set)"
        do {
            let left = try server.databasesWithoutSet().joined(separator: ", ")
            return Check(
                name: name,
                trouble: left.isEmpty ? nil : "database-without-set: \(left)",
                mend: "add a set for each that matters",
                code: .done
            )
        } catch {
            return attempt(name, mend: "start the server, or correct the connection") {
                throw error
            }
        }
    }

    private func programs(_ site: Site) -> [Check] {
        let sets = site.configuration.sets
        let hasDatabases = sets.contains {
            if case .postgresql = $0.source { true } else { false }
        }
        let hasOrthanc = sets.contains { $0.clinical?.orthanc != nil }
        var wanted: [(program: String, package: String)] = []
        if hasDatabases || hasOrthanc {
            wanted.append(("bwrap", "bubblewrap"))
        }
        if hasDatabases {
            for program in ["pg_dump", "pg_restore", "psql"] {
                wanted.append((program, "postgresql-client"))
            }
        }
        if hasOrthanc {
            wanted.append(("Orthanc", "orthanc"))
            wanted.append(("socat", "socat"))
        }
        return wanted.map { program, package in
            let found = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/bin"].contains { folder in
                unsafe access("\(folder)/\(program)", X_OK) == 0
            }
            return Check(
                name: program,
                trouble: found ? nil : "is not installed",
                mend: "apt-get install \(package)",
                code: .couldNotLook
            )
        }
    }

    private func attempt(_ name: String, mend: String, _ body: () throws -> Void) -> Check {
        do {
            try body()
            return Check(name: name, trouble: nil, mend: mend, code: .done)
        } catch {
            let told = error as? any ToldError
            return Check(
                name: name,
                trouble: told?.description ?? "\(error)",
                mend: told?.hint ?? mend,
                code: told?.exitCode ?? .internalFault
            )
        }
    }

    /// A store whose policy says that its objects are locked can lock none.
    private struct Unprotected: ToldError {
        let finding: Finding

        var description: String { FindingText.title(finding.code, .english) }
        var hint: String { FindingText.action(finding.code, .english) }
        var exitCode: Model.ExitCode { .failed }
    }
}
