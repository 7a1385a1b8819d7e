import FileSystem
import Glibc
package import Processes

/// Where a drill's Orthancs run, one after another, on one restored store: in a sandbox without a
/// network, each with a copy of the index, for it writes into it; what was stored it can only read.
package struct OrthancHost {
    private let store: OrthancStore
    private let scratch: String
    private let hidden: [String]
    /// Who the servers are; nil where this process is not root.
    package let account: Account?
    private let isStopping: @Sendable () -> Bool

    /// Looks for the programs and for who may read the store.
    ///
    /// - Parameters:
    ///   - store: what was restored.
    ///   - scratch: an empty folder with a short path, where the server's user may enter.
    ///   - hidden: folders that it must not see: state and stores.
    ///   - isStopping: true ends what runs.
    /// - Throws: ``OrthancError`` if a program is missing or the storage is not there.
    package init(
        _ store: OrthancStore,
        scratch: String,
        hidden: [String],
        isStopping: @escaping @Sendable () -> Bool
    ) throws(OrthancError) {
        self.store = store
        self.scratch = scratch
        self.hidden = hidden
        self.isStopping = isStopping
        for (program, package) in [("Orthanc", "orthanc"), ("socat", "socat")]
        where !Command.path.contains(where: { unsafe access("\($0)/\(program)", X_OK) == 0 }) {
            throw .toolMissing(program, package: package)
        }
        account = try OrthancHost.account(of: store)
    }

    /// Starts an Orthanc on an empty store: what does not start there says nothing about data.
    ///
    /// - Returns: what of the machine it sees.
    /// - Throws: ``OrthancError``.
    package func proveStart() throws -> SandboxEvidence {
        let folder = "\(scratch)/e"
        try make(folder)
        defer { _ = FolderTree.remove(folder) }
        let storage = "\(folder)/storage"
        try make(storage)
        let place = OrthancPlace(folder: folder, storage: storage)
        let isolation = try probe(sandbox(place))
        try start(place) { start in
            if case .refused(let said) = start {
                throw OrthancError.notStartedEmpty(said)
            }
        }
        return isolation
    }

    /// Asks from inside whether the server's user may read all that it is to serve: what it may not
    /// would look damaged, and a storage that it may not enter like one that no server starts on.
    ///
    /// - Throws: ``OrthancError``.
    package func proveReadable() throws(OrthancError) {
        let sandbox = Sandbox(hidden: hidden, readable: [store.storage], account: account)
        // The dots are of folders that cannot be gone through and of files that cannot be read.
        let script = #"""
            find "$1" '(' -type d '(' ! -readable -o ! -executable ')' -o -type f ! -readable ')' \
                -printf . | head -c 1000000
            """#
        let look = sandbox.wrap(Command("/bin/sh", ["-c", script, "look", store.storage]))
        let output: ProcessOutput
        do throws(ProcessError) {
            output = try look.run(timeout: .seconds(3_600), isStopping: isStopping)
        } catch {
            throw .process(error)
        }
        guard output.status.isSuccess else {
            throw .process(.notIsolated(String(output.errorTail.prefix(200))))
        }
        guard output.output.isEmpty else {
            throw .unreadable(output.output.count)
        }
    }

    /// Starts an Orthanc on the store, lends it, and ends it in every case.
    ///
    /// - Parameters:
    ///   - spoil: gets the path of the copied index's folder before the start.
    ///   - body: gets the server, or why it did not start.
    /// - Returns: what `body` returned.
    /// - Throws: ``OrthancError``; what `body` throws.
    package func run<R>(
        spoilingIndex spoil: (String) throws -> Void = { _ in },
        _ body: (OrthancStart) throws -> R
    ) throws -> R {
        let folder = "\(scratch)/o"
        try make(folder)
        defer { _ = FolderTree.remove(folder) }
        let place = OrthancPlace(folder: folder, storage: store.storage)
        try make(place.index)
        do {
            try copyIndex(to: place.index)
            try spoil(place.index)
        } catch let error as FileSystemError {
            // A full disk is none of the data's faults.
            throw OrthancError.file(error)
        }
        return try start(place, body)
    }

    // MARK: - Its folders

    private func copyIndex(to folder: String) throws(FileSystemError) {
        for name in OrthancStore.indexFiles {
            do throws(FileSystemError) {
                try copy("\(store.index)/\(name)", to: "\(folder)/\(name)")
            } catch {
                // No journal, or no index at all: then the server will show it.
                guard error.isMissing else {
                    throw error
                }
            }
        }
    }

    private func copy(_ path: String, to copy: String) throws(FileSystemError) {
        // What came back may be anything: opening a fifo would wait for ever.
        let source = try FileHandle.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        guard try source.status().kind == .regular else {
            throw FileSystemError("open", path, code: EINVAL)
        }
        let target = try FileHandle.open(copy, O_WRONLY | O_CREAT | O_EXCL)
        var block = [UInt8](repeating: 0, count: 1 << 20)
        var offset: Int64 = 0
        while true {
            let count = try source.readBlock(&block, at: offset)
            guard count > 0 else {
                break
            }
            try target.write(block[..<count], at: offset)
            offset += Int64(count)
        }
        try give(copy)
    }

    private func make(_ folder: String) throws(OrthancError) {
        guard unsafe mkdir(folder, 0o700) == 0 else {
            throw .file(.last("mkdir", folder))
        }
        do throws(FileSystemError) {
            try give(folder)
        } catch {
            throw .file(error)
        }
    }

    private func give(_ path: String) throws(FileSystemError) {
        if let account, unsafe lchown(path, account.userID, account.groupID) != 0 {
            throw .last("chown", path)
        }
    }

    // MARK: - Starting

    private func sandbox(_ place: OrthancPlace) -> Sandbox {
        Sandbox(
            hidden: hidden,
            readable: place.isInside ? [] : [place.storage],
            scratch: place.folder,
            account: account
        )
    }

    private func start<R>(
        _ place: OrthancPlace,
        _ body: (OrthancStart) throws -> R
    ) throws -> R {
        do throws(FileSystemError) {
            try place.writeConfiguration()
            try give(place.configuration)
        } catch {
            throw OrthancError.file(error)
        }
        let command = sandbox(place).wrap(place.command)
        // The server never ends by itself: what ends it is the end of this call.
        return try withRunning(
            command,
            silenceMax: .seconds(86_400 * 30),
            isStopping: isStopping
        ) { process in
            defer { process.end() }
            guard let client = try waitUntilReady(process, place) else {
                return try body(.refused(said: place.lastError))
            }
            return try body(.answering(client))
        }.result
    }

    /// An index of millions of images is read at the start.
    private static let startMax: Duration = .seconds(600)

    /// - Returns: what asks the server; nil if it ended.
    /// - Throws: ``OrthancError/silent(_:)`` if it runs on: then nobody knows.
    private func waitUntilReady(
        _ process: borrowing RunningProcess,
        _ place: OrthancPlace
    ) throws -> OrthancClient? {
        let end = ContinuousClock.now + Self.startMax
        var client: OrthancClient?
        while true {
            client = try client ?? place.client(isStopping: isStopping)
            if let client, client.isReady {
                return client
            }
            guard process.isRunning else {
                return nil
            }
            guard ContinuousClock.now < end else {
                throw OrthancError.silent(Self.startMax)
            }
            if isStopping() {
                throw OrthancError.process(.stopped("Orthanc"))
            }
            usleep(30_000)
        }
    }

    private static func account(of store: OrthancStore) throws(OrthancError) -> Account? {
        do {
            return try store.account()
        } catch {
            throw .file(error)
        }
    }

    private func probe(_ sandbox: Sandbox) throws(OrthancError) -> SandboxEvidence {
        do throws(ProcessError) {
            return try sandbox.probe()
        } catch {
            throw .process(error)
        }
    }
}

/// What came of starting an Orthanc.
package enum OrthancStart {
    /// It answers.
    case answering(OrthancClient)
    /// It ended; the last error of its log.
    case refused(said: String)
}
