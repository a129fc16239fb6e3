// swift-tools-version: 6.2
import PackageDescription

// Who may import whom is decided in docs/design/architecture.md and held by Tests/AssayTidyTests.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

// Rooms that work through every row of a table or every entry of a log are optimised in debug builds too: their tests take
// hours otherwise. Assertions stay. ASSAY_PLAIN=1 builds them for a debugger.
let quick: [SwiftSetting] =
    Context.environment["ASSAY_PLAIN"] == nil
    ? [.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))] : []

func room(
    _ name: String, _ uses: [Target.Dependency] = [], resources: [Resource]? = nil, isQuick: Bool = false
) -> Target {
    .target(name: name, dependencies: uses, resources: resources, swiftSettings: strict + (isQuick ? quick : []))
}

func tests(_ name: String, _ uses: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.init(stringLiteral: name)] + uses,
        exclude: [], resources: resources, swiftSettings: strict)
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let tls = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let real = Target.Dependency.product(name: "RealModule", package: "swift-numerics")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let grpc = Target.Dependency.product(name: "GRPCCore", package: "grpc-swift-2")
let grpcTransport = Target.Dependency.product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

var targets: [Target] = [
    // C and C++ shims
    .target(name: "CArrowABI"),
    .systemLibrary(name: "CArrowSystem", pkgConfig: "arrow-dataset"),
    .target(name: "CArrow", dependencies: ["CArrowABI", "CArrowSystem"]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CSandbox"),
    // Optimised in debug builds too, as the room is that it is the inner loop of.
    .target(name: "CTreeWalk", cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),
    // The files of the control catalogue, carried inside the program.
    .target(name: "CControls", exclude: ["Data"]),
    // libldap-dev, loaded and not linked: the program runs without it where no directory is set up.
    .target(name: "CLdap"),
    // ONNX Runtime, loaded and not linked, and only in a process that is confined.
    .target(name: "COnnxRuntime"),
    // libre2-dev, loaded and not linked: Arrow's libraries export an RE2 of another release under the same names.
    .target(name: "CRE2", cxxSettings: [.unsafeFlags(["-fvisibility=hidden", "-fvisibility-inlines-hidden"])]),

    // Values and formats
    room("AssayJSON", isQuick: true),
    room("AssayTerms", isQuick: true),
    room("AssayCanonical", ["AssayTerms", "AssayJSON", crypto, cryptoExtras], isQuick: true),

    // Numbers
    room("AssayColumns", ["AssayTerms"], isQuick: true),
    room("AssayData", ["CArrow", "CArrowABI", "AssayColumns", "AssayCanonical", "AssayTerms", "AssayJSON"], isQuick: true),
    room("AssayMetrics", ["AssayColumns", "AssayTerms", real], isQuick: true),
    room("AssayRecords", ["AssayColumns", "AssayCanonical", "AssayTerms"], isQuick: true),
    room("AssayModels", ["AssayColumns", "AssayTerms", "AssayJSON", "CZlib", yams], isQuick: true),
    // The program that scores in the child stands in the binary: a file beside it could be another one's.
    room(
        "AssayForeign", ["AssayModels", "AssayColumns", "AssayTerms", "AssayJSON", "CSandbox", "COnnxRuntime"],
        resources: [.embedInCode("Driver/scorer.py")], isQuick: true),
    room("AssayExplain", ["CTreeWalk", "AssayModels", "AssayMetrics", "AssayColumns", "AssayTerms", "AssayJSON"], isQuick: true),
    room(
        "AssayEvidence",
        [
            "AssayMetrics", "AssayModels", "AssayForeign", "AssayExplain", "AssayData", "AssayCanonical", "AssayColumns", "AssayTerms",
            "AssayJSON", "CRE2",
        ], isQuick: true),

    // Governance
    room("AssayPolicy", ["AssayTerms", "AssayCanonical", "AssayJSON", yams]),
    room("AssayControls", ["CControls", "AssayPolicy", "AssayCanonical", "AssayTerms", "AssayJSON"]),
    room("AssayLedgerFormat", ["AssayCanonical", "AssayTerms", "AssayJSON"], isQuick: true),
    room("AssayLedger", ["AssayLedgerFormat", "AssayCanonical", "AssayTerms"]),
    room("AssayLedgerCheck", [crypto], isQuick: true),
    room("AssayStore", ["AssayCanonical", "AssayTerms", "AssayJSON"]),
    room("AssayStoreSQLite", ["AssayStore", "AssayCanonical", "AssayTerms", "AssayJSON", grdb, sqlite]),
    room("AssayImport", ["AssayStore", "AssayTerms", grdb, yams]),
    room(
        "AssayWorkflows",
        [
            "AssayStore", "AssayLedger", "AssayLedgerFormat", "AssayControls", "AssayPolicy", "AssayEvidence", "AssayMetrics", "AssayRecords", "AssayForeign",
            "AssayColumns", "AssayCanonical", "AssayTerms", "AssayJSON", log,
        ]),

    // Edges
    room("AssayWire", ["AssayTerms", "AssayJSON"]),
    room(
        "AssayServing",
        ["AssayModels", "AssayExplain", "AssayMetrics", "AssayData", "AssayRecords", "AssayColumns", "AssayWire", "AssayTerms", "AssayJSON"]),
    room("AssayPages", ["AssayTerms", mustache]),
    room(
        "AssayServer",
        [
            "AssayWorkflows", "AssayServing", "AssayRecords", "AssayWire", "AssayPages", "AssayControls", "AssayTerms", "AssayJSON", "AssayStore",
            "AssayCanonical", "CLdap", hummingbird, lifecycle, httpClient, tls, log,
        ]),
    .executableTarget(
        name: "assay",
        dependencies: [
            "AssayServer", "AssayServing", "AssayWorkflows", "AssayWire", "AssayPages", "AssayStore",
            "AssayStoreSQLite", "AssayImport", "AssayLedger", "AssayLedgerFormat", "AssayLedgerCheck", "AssayControls", "AssayPolicy",
            "AssayEvidence", "AssayRecords", "AssayExplain", "AssayModels", "AssayForeign", "AssayMetrics", "AssayData", "AssayColumns", "AssayCanonical", "AssayTerms",
            "AssayJSON", "CSandbox", arguments, log, lifecycle, httpClient, hummingbird, grpc,
            grpcTransport,
        ],
        swiftSettings: strict),

    // The verifier as a command of its own, which needs nothing else of ours.
    .executableTarget(name: "assay-verify", dependencies: ["AssayLedgerCheck"], swiftSettings: strict),

    // Tests
    tests("AssayTerms"),
    tests("AssayPolicy", ["AssayTerms", "AssayJSON"]),
    tests("AssayControls", ["AssayEvidence", "AssayPolicy", "AssayTerms", "AssayJSON"]),
    tests("AssayMetrics", ["AssayTerms"]),
    tests("AssayEvidence", ["AssayColumns", "AssayData", "AssayTerms", "AssayJSON"]),
    tests("AssayPages"),
    tests("AssayServer", ["AssayWorkflows", "AssayTerms"]),
    tests("AssayColumns", ["AssayTerms"]),
    tests("AssayRecords", ["AssayColumns", "AssayTerms"]),
    tests("AssayData", ["AssayColumns", "AssayCanonical", "AssayTerms", "AssayJSON"]),
    tests("AssayStore", ["AssayStoreSQLite", "AssayCanonical", "AssayTerms"]),
    tests("AssayModels", ["AssayColumns", "AssayTerms", "AssayJSON", "CZlib"]),
    tests("AssayForeign", ["AssayModels", "AssayColumns", "AssayTerms", "AssayJSON"]),
    tests("AssayServing", ["AssayModels", "AssayExplain", "AssayMetrics", "AssayColumns", "AssayTerms", "AssayJSON"]),
    tests("AssayExplain", ["CTreeWalk", "AssayModels", "AssayColumns", "AssayTerms", "AssayJSON"]),
    tests("AssayStoreSQLite", ["AssayStore", "AssayCanonical", "AssayTerms", grdb]),
    tests("AssayImport", ["AssayStore", "AssayTerms", grdb]),
    tests("AssayJSON"),
    tests("AssayWire", ["AssayTerms"]),
    tests("AssayCanonical", ["AssayTerms", "AssayJSON"]),
    tests("AssayLedgerFormat", ["AssayCanonical", "AssayTerms", "AssayJSON"]),
    tests("AssayLedger", ["AssayLedgerFormat", "AssayCanonical", "AssayTerms", "AssayJSON"]),
    tests("AssayLedgerCheck", ["AssayLedger", "AssayLedgerFormat", "AssayCanonical", "AssayTerms", "AssayJSON"]),
    tests(
        "AssayWorkflows",
        [
            "AssayStoreSQLite", "AssayStore", "AssayImport", "AssayLedger", "AssayLedgerFormat", "AssayControls", "AssayPolicy",
            "AssayCanonical", "AssayTerms", "AssayJSON", log, grdb,
        ]),
    // Readers of model files under test, for AssayFuzzTests and for libFuzzer alike.
    .target(
        name: "FuzzedModels", dependencies: ["AssayExplain", "AssayModels", "AssayColumns", "AssayTerms", "CZlib"], path: "Tests/FuzzedModels",
        swiftSettings: strict),
    .testTarget(
        name: "AssayFuzzTests",
        dependencies: ["FuzzedModels", "AssayServer", "AssayWire", "AssayRecords", "AssayModels", "AssayColumns", "AssayLedgerFormat", "AssayCanonical", "AssayTerms", "AssayJSON"],
        swiftSettings: strict),
    .testTarget(name: "AssayTidyTests", swiftSettings: strict + quick),
]

// `scripts/fuzz models` builds this with --sanitize fuzzer.
if Context.environment["ASSAY_FUZZER"] != nil {
    targets += [
        .systemLibrary(name: "CFuzzer", path: "Tests/CFuzzer"),
        .executableTarget(name: "assay-fuzz", dependencies: ["FuzzedModels", "AssayModels", "CFuzzer"], path: "Tests/assay-fuzz", swiftSettings: strict),
    ]
}

// `ASSAY_ONLY=AssayMetrics,AssayPolicy swift test` leaves out every other room's tests, so that work
// on one room does not build the house.
if let only = Context.environment["ASSAY_ONLY"], !only.isEmpty {
    var wanted = only.split(separator: ",").map(String.init)
    wanted += wanted.map { $0 + "Tests" }
    var seen: Set<String> = []
    while let name = wanted.popLast() {
        guard seen.insert(name).inserted, let target = targets.first(where: { $0.name == name }) else { continue }
        for dependency in target.dependencies {
            switch dependency {
            case .byNameItem(let name, _), .targetItem(let name, _): wanted.append(name)
            default: break
            }
        }
    }
    targets = targets.filter { seen.contains($0.name) }
}

let package = Package(
    name: "assay",
    platforms: [.macOS(.v15)],
    products: ["assay", "assay-verify"].filter { name in targets.contains { $0.name == name } }
        .map { .executable(name: $0, targets: [$0]) },
    dependencies: [
        // Exact versions, because Package.resolved is not committed. Why each is here: docs/design/dependencies.md.
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", exact: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", exact: "2.9.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: targets,
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx20
)
