// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "embed",
  dependencies: [
    // In a program of your own: .package(url: …, from: …).
    .package(name: "sagatop", path: "../..")
  ],
  targets: [
    .executableTarget(name: "embed", dependencies: [.product(name: "SagaEngine", package: "sagatop")])
  ],
  swiftLanguageModes: [.v6]
)
