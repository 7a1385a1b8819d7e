// swift-tools-version: 6.2
import PackageDescription

/// The building, bottom floor first. A module may use only modules on floors below its own;
/// a wrong `uses:` stops the manifest, a wrong `import` stops the build (see Makefile).
let floors: [[Module]] = [
    // 0 Words
    [Module("Model")],
    // 1 Pure
    [
        Module("Primitives", uses: ["Model"], owns: ["COpenSSL"]),
        Module("Compression", uses: ["Model"], owns: ["CZstd"]),
        Module("Chunking", uses: ["Model"]),
        Module("Format", uses: ["Model"]),
        Module("Scheduling", uses: ["Model"]),
        Module("Workers", uses: ["Model"]),
        Module("Reporting", uses: ["Model"]),
    ],
    // 1 Pure, above Primitives and Format: the formats of clinical stores and their rules
    [
        Module("Clinical", uses: ["Model", "Primitives", "Format"], owns: ["CZlib"])
    ],
    // 2 Keys and hands
    [
        Module("Sealing", uses: ["Model", "Primitives", "Compression", "Format"]),
        Module("Opening", uses: ["Model", "Primitives", "Format"]),
        Module("ObjectStore", uses: ["Model", "Workers"]),
        Module("FileSystem", uses: ["Model"], owns: ["CSystem"]),
        Module("Processes", uses: ["Model"], owns: ["CSystem"]),
        Module("HTTP", uses: ["Model"], owns: ["CCurl"]),
        Module("Network", uses: ["Model"]),
    ],
    // 3 Ports
    [
        Module("LocalStore", uses: ["Model", "ObjectStore", "FileSystem"]),
        Module("S3Store", uses: ["Model", "Primitives", "Format", "ObjectStore", "HTTP"]),
        Module("HostState", uses: ["Model", "Primitives", "Format", "Sealing", "FileSystem"]),
        Module(
            "Configuration",
            uses: ["Model", "Scheduling", "Clinical", "FileSystem"],
            owns: [.product(name: "Yams", package: "Yams")]
        ),
        Module(
            "Catalog",
            uses: ["Model", "Format"],
            owns: [.product(name: "GRDB", package: "GRDB.swift")]
        ),
        Module(
            "PostgreSQL",
            uses: ["Model", "Primitives", "Format", "FileSystem", "Processes"],
            owns: ["CPostgreSQL", "CSystem"]
        ),
        Module("Orthanc", uses: ["Model", "Format", "FileSystem", "Processes", "HTTP"]),
    ],
    // 4 Layout
    [
        Module("Repository", uses: ["Model", "Primitives", "Format", "ObjectStore"])
    ],
    // 5 Movement
    [
        Module(
            "Verification",
            uses: ["Model", "Primitives", "Format", "Workers", "ObjectStore", "Repository"]
        ),
        Module(
            "Copying",
            uses: [
                "Model", "Primitives", "Format", "Workers", "ObjectStore", "Network", "Repository",
            ]
        ),
        Module(
            "Backup",
            uses: [
                "Model", "Primitives", "Chunking", "Format", "Workers", "Sealing", "ObjectStore",
                "FileSystem", "HostState", "Repository",
            ]
        ),
        Module(
            "Recovery",
            uses: [
                "Model", "Primitives", "Format", "Workers", "Sealing", "Opening", "ObjectStore",
                "FileSystem", "Repository",
            ]
        ),
        Module(
            "Cataloging",
            uses: [
                "Model", "Format", "ObjectStore", "FileSystem", "HostState", "Catalog",
                "Repository",
            ]
        ),
    ],
    // 6 Proof
    [
        Module(
            "Drills",
            uses: [
                "Model", "Primitives", "Format", "Workers", "Clinical", "Sealing", "FileSystem",
                "Processes", "PostgreSQL", "Orthanc", "ObjectStore", "Repository", "Verification",
                "Recovery",
            ]
        ),
        Module(
            "DeepVerification",
            uses: [
                "Model", "Primitives", "Format", "Workers", "Sealing", "Opening", "ObjectStore",
                "Repository", "Recovery", "Verification",
            ]
        ),
    ],
    // 7 Work
    [
        Module(
            "Console",
            uses: [
                "Model", "Primitives", "Format", "Workers", "Reporting", "FileSystem",
                "Verification",
            ]
        ),
        Module(
            "Jobs",
            uses: [
                "Model", "Primitives", "Format", "Scheduling", "Workers", "Clinical", "Sealing",
                "ObjectStore", "FileSystem", "Processes", "Network", "LocalStore", "S3Store",
                "HostState", "Configuration", "Catalog", "PostgreSQL", "Repository",
                "Verification", "Backup", "Copying", "Cataloging",
            ]
        ),
    ],
    // 8 Custody: work with an identity at hand. Daemon: without one; it reaches no Opening
    [
        Module(
            "Daemon",
            uses: [
                "Model", "Format", "Scheduling", "Workers", "FileSystem", "Processes",
                "HostState", "Configuration", "Catalog", "Verification", "Backup", "Copying",
                "Jobs", "Console",
            ],
            owns: [.product(name: "Logging", package: "swift-log")]
        ),
        Module(
            "Custody",
            uses: [
                "Model", "Primitives", "Format", "Workers", "Clinical", "Opening", "ObjectStore",
                "FileSystem", "HostState", "Configuration", "Catalog", "PostgreSQL", "Repository",
                "Verification", "Recovery", "Cataloging", "Drills", "DeepVerification", "Jobs",
            ]
        ),
    ],
    // 9 Surfaces
    [
        Module(
            "Commands",
            uses: [
                "Model", "Primitives", "Format", "Workers", "Clinical", "Sealing", "Opening",
                "ObjectStore", "FileSystem", "Network", "LocalStore", "HostState", "Configuration",
                "Catalog", "Cataloging", "Copying",
                "Orthanc", "Repository", "Verification", "Backup", "Recovery", "Drills", "Jobs",
                "Reporting", "Custody", "Scheduling", "Console",
            ],
            owns: [.product(name: "ArgumentParser", package: "swift-argument-parser")]
        ),
        // Nothing here may reach a secret of a set, an identity, a database or a configuration.
        Module(
            "Keyless",
            uses: [
                "Model", "Primitives", "Workers", "Reporting", "ObjectStore", "LocalStore",
                "Repository", "Verification", "Console",
            ]
        ),
    ],
    // Tests' own
    [
        Module(
            "TestSupport",
            uses: [
                "Model", "Primitives", "Format", "Opening", "ObjectStore", "FileSystem",
                "LocalStore", "HostState", "Repository", "Verification", "Backup", "Recovery",
                "DeepVerification", "Processes", "HTTP", "PostgreSQL", "Workers",
            ]
        )
    ],
    // Every parser of foreign bytes, for the fuzzer and for its tests
    [
        Module(
            "Fuzzing",
            uses: [
                "Model", "Primitives", "Compression", "Format", "Scheduling", "Reporting",
                "Clinical",
                "Sealing", "Opening", "FileSystem", "HostState", "Configuration", "PostgreSQL",
                "Repository", "S3Store", "Verification", "Copying", "Backup", "Jobs",
                "TestSupport",
            ]
        )
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
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(name: "CSystem"),
    // Not a system library: its header has functions, for calls that Swift cannot make.
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
]

/// The top: main and wiring only.
let programs: [Target] = [
    .executableTarget(
        name: "toride",
        dependencies: ["Commands"],
        swiftSettings: .strict
    ),
    .executableTarget(
        name: "torided",
        dependencies: ["Daemon"],
        swiftSettings: .strict
    ),
    .executableTarget(
        name: "toride-verify",
        dependencies: ["Keyless"],
        swiftSettings: .strict
    ),
]

/// What `make bench` runs; not installed.
let benches: [Target] = [
    .executableTarget(
        name: "toride-bench",
        dependencies: [
            "Model", "Primitives", "Compression", "Chunking", "Format", "Sealing", "FileSystem",
            "Console", "Clinical", "Workers", "Drills",
        ],
        swiftSettings: .strict
    )
]

let tests: [Target] = [
    .executableTarget(
        name: "toride-testhost",
        dependencies: [
            "Model", "Primitives", "Format", "Opening", "FileSystem", "HostState", "LocalStore",
            "Repository", "Backup", "Recovery",
        ],
        swiftSettings: .strict
    ),
    .tests(of: "Model"),
    .tests(of: "Primitives", uses: ["Model"]),
    .tests(of: "Format", uses: ["Model", "Primitives", "TestSupport"]),
    .tests(of: "Fuzzing", uses: ["TestSupport", "Model", "FileSystem"]),
    .tests(of: "Scheduling", uses: ["TestSupport", "Model"]),
    .tests(
        of: "Configuration",
        uses: ["TestSupport", "Model", "Scheduling", "Clinical", "HostState"]
    ),
    .tests(of: "Opening", uses: ["Model", "Primitives", "Format", "Sealing", "TestSupport"]),
    .tests(of: "Reporting", uses: ["Model"]),
    // GRDB here, and nowhere else above it: to damage rows, and to look at the file from outside.
    .tests(
        of: "Catalog",
        uses: ["TestSupport", "Model", "Primitives", "Format", "Workers"],
        products: [.product(name: "GRDB", package: "GRDB.swift")]
    ),
    .tests(
        "Tidy",
        uses: ["Model", "Chunking", "Format", "FileSystem", "Reporting"]
    ),
    .tests(
        of: "Cataloging",
        uses: [
            "TestSupport", "Model", "Primitives", "Format", "ObjectStore", "FileSystem",
            "HostState", "LocalStore", "Catalog", "Repository", "Backup",
        ],
        products: [.product(name: "GRDB", package: "GRDB.swift")]
    ),
    .tests(
        "EndToEnd",
        uses: [
            "TestSupport", "Model", "Format", "FileSystem", "HostState", "LocalStore",
            "ObjectStore", "Repository", "Verification", "Backup", "Recovery", "Drills", "Workers",
            "Primitives", "Processes", "Opening", "Sealing", "Configuration", "PostgreSQL", "Jobs",
            "Clinical", "Catalog", "DeepVerification", "Custody", "Console", "Commands", "Orthanc",
            "toride", "toride-testhost",
        ]
    ),
    // The program itself, as a user runs it.
    .tests(
        "Commands",
        uses: [
            "TestSupport", "Model", "Primitives", "Format", "FileSystem", "Processes", "HostState",
            "LocalStore", "ObjectStore", "Repository", "toride", "toride-verify",
        ]
    ),
    .tests(of: "Drills", uses: ["Model", "Primitives", "Format", "Clinical"]),
    .tests(of: "FileSystem", uses: ["TestSupport", "Processes", "toride-testhost"]),
    .tests(of: "Processes", uses: ["Model"]),
    .tests(of: "HTTP", uses: ["TestSupport", "Model", "Workers"]),
    .tests(of: "Network", uses: ["TestSupport", "Model"]),
    .tests(
        of: "Jobs",
        uses: [
            "TestSupport", "Model", "Primitives", "Format", "Scheduling", "FileSystem", "HostState",
            "Configuration", "Catalog", "Cataloging", "Copying", "ObjectStore", "LocalStore",
            "Repository", "Workers", "Processes", "toride",
        ]
    ),
    .tests(
        of: "Daemon",
        uses: [
            "TestSupport", "Model", "Primitives", "Format", "Scheduling", "Opening", "ObjectStore",
            "FileSystem", "Processes", "LocalStore", "HostState", "Configuration", "Catalog",
            "Repository", "Verification", "Workers", "Jobs", "toride", "torided",
        ],
        products: [.product(name: "Logging", package: "swift-log")]
    ),
    .tests(of: "PostgreSQL", uses: ["TestSupport", "Model", "Format", "FileSystem", "Processes"]),
    .tests(
        of: "Clinical",
        uses: ["Model", "Primitives", "Format", "FileSystem", "Reporting", "TestSupport"]
    ),
    .tests(of: "Chunking", uses: ["Model", "Primitives", "TestSupport"]),
    .tests(of: "Workers", uses: ["TestSupport", "Model"]),
    .tests(
        of: "Sealing",
        uses: ["Model", "Primitives", "Compression", "Format", "TestSupport"]
    ),
    .tests(
        of: "Copying",
        uses: [
            "TestSupport", "Model", "Primitives", "Format", "HostState", "ObjectStore",
            "LocalStore", "Network", "Repository", "Verification", "Workers",
        ]
    ),
    .tests(of: "LocalStore", uses: ["Model", "ObjectStore", "FileSystem", "TestSupport"]),
    .tests(
        of: "S3Store",
        uses: ["Model", "Primitives", "ObjectStore", "HTTP", "FileSystem", "TestSupport"]
    ),
    .tests(of: "ObjectStore", uses: ["TestSupport", "Workers"]),
    // One contract, for every kind of store and every wrapper of one.
    .tests(
        "Store",
        uses: [
            "TestSupport", "Model", "Format", "Workers", "ObjectStore", "FileSystem", "HTTP",
            "LocalStore", "S3Store", "Repository", "Verification", "Copying", "Backup",
            "Processes", "toride",
        ]
    ),
    .tests(
        of: "Backup",
        uses: [
            "TestSupport", "Model", "Primitives", "Format", "FileSystem", "HostState",
            "ObjectStore", "Repository", "Opening", "Recovery", "Verification", "Workers",
            "Processes", "toride-testhost",
        ]
    ),
    .tests(
        of: "Recovery",
        uses: [
            "TestSupport", "Model", "Primitives", "Format", "Sealing", "FileSystem", "HostState",
            "ObjectStore",
            "LocalStore", "Repository", "Opening", "Backup", "Verification", "Processes",
            "toride-testhost",
        ]
    ),
    .tests(
        of: "DeepVerification",
        uses: ["Model", "Primitives", "Format"]
    ),
    .tests(
        of: "Verification",
        uses: [
            "TestSupport", "Model", "Primitives", "Format", "FileSystem", "HostState",
            "ObjectStore", "LocalStore", "Repository", "Workers",
        ]
    ),
]

let package = Package(
    name: "toride",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    ],
    targets: shims + floors.targets + programs + benches + tests
)

struct Module {
    let name: String
    let uses: [String]
    let dependencies: [Target.Dependency]

    /// Names a module.
    ///
    /// - Parameters:
    ///   - name: its own and that of its folder.
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
    static func tests(
        of module: String,
        uses: [String] = [],
        products: [Target.Dependency] = []
    ) -> Target {
        tests(module, uses: [module] + uses, products: products)
    }

    /// Tests of no single module: `Tests/<name>Tests`.
    static func tests(
        _ name: String,
        uses: [String],
        products: [Target.Dependency] = []
    ) -> Target {
        .testTarget(
            name: "\(name)Tests",
            dependencies: uses.map { .target(name: $0) } + products,
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
