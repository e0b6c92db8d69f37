// swift-tools-version: 6.3
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableExperimentalFeature("Lifetimes"), .strictMemorySafety(), .treatAllWarnings(as: .error),
]

// The capture pod's own rules, and the USB device they are behind. The firmware's images take these targets by path
// (Device), and so does the station.
let package = Package(
    name: "Firmware",
    products: [.library(name: "PodCore", targets: ["PodCore"]), .library(name: "PodUSB", targets: ["PodUSB"])],
    targets: [
        .target(name: "PodCore", swiftSettings: settings),
        .target(name: "PodUSB", dependencies: ["PodCore"], swiftSettings: settings),
        .target(name: "Numbers", path: "Tests/Numbers", swiftSettings: settings),
        .testTarget(name: "PodCoreTests", dependencies: ["Numbers", "PodCore"], swiftSettings: settings),
        .testTarget(name: "PodUSBTests", dependencies: ["Numbers", "PodCore", "PodUSB"], swiftSettings: settings),
    ]
)
