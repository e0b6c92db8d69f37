// swift-tools-version: 6.3
import PackageDescription

// What runs on the chip; a package of its own, because a host cannot build it. The build scripts name triple and toolset.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableExperimentalFeature("Lifetimes"), .enableExperimentalFeature("Volatile"), .strictMemorySafety(),
    .treatAllWarnings(as: .error), .unsafeFlags(["-parse-as-library"]),
]

let package = Package(
    name: "Device",
    products: [.executable(name: "PodQemu", targets: ["PodQemu"])],
    dependencies: [.package(path: "..")],
    targets: [
        .target(name: "CBoard"),
        .executableTarget(
            name: "PodQemu", dependencies: ["CBoard", .product(name: "PodCore", package: "Firmware")],
            swiftSettings: settings),
    ]
)
