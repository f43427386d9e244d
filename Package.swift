// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "sagatop",
  products: [
    .library(
      name: "SagaEngine",
      targets: [
        "EngineCore", "EngineRuntime", "EngineStorage", "SQLiteAdapter", "DefinitionFormats", "BuiltinHandlers",
      ]),
    .executable(name: "sagatop", targets: ["sagatop"]),
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    // System libraries, and what Swift cannot import.
    .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
    .target(
      name: "CTerminal", dependencies: ["CNcurses"],
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),

    .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),

    // The engine: core ← runtime ← storage ← adapters.
    .target(name: "EngineCore"),
    .target(
      name: "EngineRuntime",
      dependencies: [
        "EngineCore",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HeapModule", package: "swift-collections"),
      ]),
    .target(name: "EngineStorage", dependencies: ["EngineCore", "EngineRuntime"]),
    .target(
      name: "SQLiteAdapter",
      dependencies: [
        "EngineCore", "EngineRuntime", "EngineStorage", "CSQLite",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      path: "Sources/EngineAdapters/SQLite"),
    .target(
      name: "DefinitionFormats",
      dependencies: ["EngineCore", .product(name: "Yams", package: "Yams")]),
    .target(
      name: "BuiltinHandlers",
      dependencies: [
        "EngineCore", "EngineRuntime", .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "Logging", package: "swift-log"),
      ]),

    // The console.
    .target(name: "ConsoleCore", dependencies: ["EngineCore"]),
    .target(
      name: "ConsoleView",
      dependencies: ["ConsoleCore", "EngineCore", .product(name: "Yams", package: "Yams")],
      resources: [.embedInCode("Themes/Builtin")]),
    .target(name: "ConsoleTerminal", dependencies: ["ConsoleCore", "ConsoleView", "CNcurses", "CTerminal"]),

    // The one place that puts the parts together.
    .executableTarget(
      name: "sagatop",
      dependencies: [
        "EngineCore", "EngineRuntime", "EngineStorage", "SQLiteAdapter", "DefinitionFormats", "BuiltinHandlers",
        "ConsoleCore", "ConsoleView", "ConsoleTerminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["Demo/Files/embed", "Demo/Files/run"],
      resources: [
        .embedInCode("Demo/Files/approval.yaml"),
        .embedInCode("Demo/Files/fulfilment.yaml"),
        .embedInCode("Demo/Files/order.yaml"),
        .embedInCode("Demo/Files/payment.yaml"),
        .embedInCode("Demo/Files/scripts/book.sh"),
        .embedInCode("Demo/Files/scripts/charge.sh"),
        .embedInCode("Demo/Files/scripts/hand-over.sh"),
        .embedInCode("Demo/Files/scripts/json.sh"),
        .embedInCode("Demo/Files/scripts/label.sh"),
        .embedInCode("Demo/Files/scripts/refund.sh"),
        .embedInCode("Demo/Files/scripts/release.sh"),
        .embedInCode("Demo/Files/scripts/reserve.sh"),
        .embedInCode("Demo/Files/scripts/unbook.sh"),
        .embedInCode("Demo/Files/scripts/wrap.sh"),
      ]),

    // Kits for tests, and the tests.
    .systemLibrary(name: "CVterm", path: "Tests/CVterm", providers: [.apt(["libvterm-dev"])]),
    .target(
      name: "EngineTestKit", dependencies: ["EngineCore", "EngineRuntime", "EngineStorage", "SQLiteAdapter"],
      path: "Tests/EngineTestKit"),
    .target(
      name: "ConsoleTestKit",
      dependencies: ["EngineCore", "ConsoleCore", "ConsoleView", "ConsoleTerminal", "CTerminal", "CVterm"],
      path: "Tests/ConsoleTestKit"),
    .executableTarget(
      name: "TerminalProbe", dependencies: ["ConsoleCore", "ConsoleView", "ConsoleTerminal"],
      path: "Tests/TerminalProbe"),
    .executableTarget(name: "Simulator", dependencies: ["EngineTestKit"], path: "Tests/Simulator"),
    .executableTarget(
      name: "CrashProbe", dependencies: ["EngineCore", "EngineRuntime", "SQLiteAdapter", "EngineTestKit"],
      path: "Tests/CrashProbe"),
    .testTarget(
      name: "SimulationTests",
      dependencies: [
        "EngineCore", "EngineRuntime", "EngineStorage", "SQLiteAdapter", "EngineTestKit", "CrashProbe",
      ]),
    .executableTarget(
      name: "LoopProbe", dependencies: ["EngineCore", "EngineRuntime", "SQLiteAdapter"], path: "Tests/LoopProbe"),
    .testTarget(name: "EngineCoreTests", dependencies: ["EngineCore"]),
    .testTarget(
      name: "ExtensionExampleTests",
      dependencies: ["EngineCore", "EngineRuntime", "EngineStorage", "DefinitionFormats"]),
    .testTarget(
      name: "EngineRuntimeTests", dependencies: ["EngineCore", "EngineRuntime", "EngineStorage", "EngineTestKit"]),
    .testTarget(
      name: "EngineStorageTests",
      dependencies: [
        "EngineCore", "EngineRuntime", "EngineStorage", "SQLiteAdapter", "EngineTestKit",
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    .testTarget(
      name: "EngineScenarioTests", dependencies: ["EngineCore", "EngineRuntime", "EngineTestKit", "DefinitionFormats"],
      exclude: ["Scripts"]),
    .testTarget(name: "DefinitionFormatsTests", dependencies: ["DefinitionFormats", "EngineCore"]),
    .testTarget(
      name: "BuiltinHandlersTests",
      dependencies: ["BuiltinHandlers", "EngineCore", "EngineRuntime", .product(name: "Logging", package: "swift-log")]),
    .testTarget(name: "ConsoleCoreTests", dependencies: ["ConsoleCore", "ConsoleTestKit", "EngineCore"]),
    .testTarget(
      name: "ConsoleViewTests", dependencies: ["ConsoleView", "ConsoleTestKit", "EngineCore"], exclude: ["Golden"]),
    .testTarget(
      name: "ConsoleTerminalTests",
      dependencies: ["ConsoleCore", "ConsoleTerminal", "ConsoleTestKit", "ConsoleView", "TerminalProbe"]),
    .testTarget(
      name: "SagatopTests",
      dependencies: [
        "sagatop", "ConsoleTestKit", "EngineCore", .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    .testTarget(
      name: "HouseTests", dependencies: ["sagatop", "ConsoleCore", "ConsoleTestKit", "DefinitionFormats", "EngineCore"]),
  ],
  swiftLanguageModes: [.v6]
)
