// swift-tools-version: 6.3
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableExperimentalFeature("Lifetimes"), .strictMemorySafety(), .treatAllWarnings(as: .error),
]

// The capture pod's own rules. The firmware's images take this target by path (Device), and so does the station.
let package = Package(
    name: "Firmware",
    products: [.library(name: "PodCore", targets: ["PodCore"])],
    targets: [
        .target(name: "PodCore", swiftSettings: settings),
        .testTarget(name: "PodCoreTests", dependencies: ["PodCore"], swiftSettings: settings),
    ]
)
