// swift-tools-version: 6.2
import PackageDescription

/// The building, bottom floor first. A module may use only modules on floors below its own;
/// a wrong `uses:` stops the manifest, a wrong `import` stops the build (see Makefile).
let floors: [[Module]] = [
    // 0 Words
    [Module("Model")],
    // 1 Pure
    [
        Module("Primitives", uses: ["Model"], owns: ["COpenSSL", "CSystem"]),
        Module("Compression", uses: ["Model"], owns: ["CZstd"]),
        Module("Chunking", uses: ["Model"]),
        Module("Format", uses: ["Model"]),
        Module("Scheduling", uses: ["Model"]),
        Module("Workers", uses: ["Model"]),
    ],
    // 2 Keys and hands
    [
        Module("Sealing", uses: ["Model", "Primitives", "Compression", "Format"]),
        Module("Opening", uses: ["Model", "Primitives", "Format"]),
        Module("ObjectStore", uses: ["Model"]),
        Module("FileSystem", uses: ["Model"], owns: ["CSystem"]),
        Module("Processes", uses: ["Model"], owns: ["CSystem"]),
    ],
    // 3 Ports
    [
        Module("LocalStore", uses: ["Model", "ObjectStore", "FileSystem"]),
        Module(
            "PostgreSQL",
            uses: ["Model", "Primitives", "Format", "FileSystem", "Processes"],
            owns: ["CPostgreSQL", "CSystem"]
        ),
    ],
]

/// System libraries and C shims: declarations and static-inline wrappers, no logic.
let shims: [Target] = [
    .systemLibrary(
        name: "COpenSSL",
        pkgConfig: "libcrypto",
        providers: [.apt(["libssl-dev"])]
    ),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(name: "CSystem"),
]

let tests: [Target] = [
    .tests("Model"),
    .tests("Processes", uses: ["Model"]),
    .tests("PostgreSQL", uses: ["Model", "Format", "Processes"]),
]

let package = Package(
    name: "toride",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: shims + floors.targets + tests
)

struct Module {
    let name: String
    let uses: [String]
    let dependencies: [Target.Dependency]

    /// - Parameters:
    ///   - uses: our own modules, all on floors below.
    ///   - owns: the shims and third-party products that this module, and no other, may touch.
    init(_ name: String, uses: [String] = [], owns: [Target.Dependency] = []) {
        self.name = name
        self.uses = uses
        self.dependencies = uses.map { .target(name: $0) } + owns
    }
}

extension [[Module]] {
    var targets: [Target] {
        var below: Set<String> = []
        var targets: [Target] = []
        for floor in self {
            for module in floor {
                for used in module.uses where !below.contains(used) {
                    fatalError("\(module.name) uses \(used), which is not on a floor below it")
                }
                targets.append(
                    .target(
                        name: module.name,
                        dependencies: module.dependencies,
                        swiftSettings: .strict
                    )
                )
            }
            below.formUnion(floor.map(\.name))
        }
        return targets
    }
}

extension Target {
    /// The tests of one module: `Tests/<Module>Tests`.
    static func tests(_ module: String, uses: [String] = []) -> Target {
        .testTarget(
            name: "\(module)Tests",
            dependencies: ([module] + uses).map { .target(name: $0) },
            swiftSettings: .strict
        )
    }
}

extension [SwiftSetting] {
    static var strict: Self {
        [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            .strictMemorySafety(),
            .treatAllWarnings(as: .error),
        ]
    }
}
