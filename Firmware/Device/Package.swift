// swift-tools-version: 6.3
import PackageDescription

// What runs on the chip; a package of its own, because a host cannot build it. The build scripts name triple and toolset.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableExperimentalFeature("Lifetimes"), .strictMemorySafety(), .treatAllWarnings(as: .error),
    .unsafeFlags(["-parse-as-library"]),
]

let package = Package(
    name: "Device",
    products: [
        .executable(name: "PodQemu", targets: ["PodQemu"]), .executable(name: "PodBoard", targets: ["PodBoard"]),
    ],
    dependencies: [.package(path: "..")],
    targets: [
        .target(name: "CRuntime"),
        .target(name: "CBoard", dependencies: ["CRuntime"]),
        .target(name: "CChip", dependencies: ["CRuntime"]),
        .executableTarget(
            name: "PodQemu", dependencies: ["CBoard", "CRuntime", .product(name: "PodCore", package: "Firmware")],
            swiftSettings: settings),
        .executableTarget(
            name: "PodBoard",
            dependencies: [
                "CChip", "CRuntime", .product(name: "PodCore", package: "Firmware"),
                .product(name: "PodUSB", package: "Firmware"),
            ],
            swiftSettings: settings),
    ]
)
