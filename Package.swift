// swift-tools-version: 6.2
import PackageDescription

// Sources/ is policy: no unsafe code, no C. Drivers/ is mechanism: the only home of both. See docs/decisions.md.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error),
    .enableExperimentalFeature("Lifetimes"),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")

/// A C shim over one system library.
func shim(_ name: String, links libraries: String...) -> Target {
    .target(name: name, path: "Drivers/\(name)", linkerSettings: libraries.map { .linkedLibrary($0) })
}

func driver(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .target(name: name, dependencies: dependencies, path: "Drivers/\(name)", swiftSettings: strict)
}

func policy(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "obscura",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", "4.5.2"..<"5.0.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        // Drivers.
        shim("CLinux"),
        driver("Linux", "CLinux"),
        driver("LockedMemory", "Linux"),
        shim("CAEAD", links: "crypto"),
        driver("AEAD", "CAEAD", "LockedMemory", "Linux"),
        shim("CV4L2", links: "v4lconvert"),
        shim("CZlib", links: "z"),
        driver("Zlib", "CZlib"),
        driver("V4L2", "CV4L2", "Linux", "LockedMemory"),
        shim("CJPEG", links: "jpeg"),
        driver("JPEG", "CJPEG", "PixelLoops", "LockedMemory"),
        shim("CPixels"),
        driver("PixelLoops", "CPixels"),
        // Policy.
        policy("JOSE", crypto),
        policy("Control", "JOSE"),
        policy("BundleFormat", "AEAD", "Linux"),
        policy("Policy", "JOSE", crypto),
        policy("Consent", "JOSE", "Policy", "Zlib", "BundleFormat", crypto),
        policy("Pixels", "PixelLoops"),
        policy("Camera", "BundleFormat", "Consent", "JPEG", "Linux", "LockedMemory", "Pixels", "V4L2"),
        policy("Journal", "AEAD", "BundleFormat", "JOSE", "Linux", "LockedMemory"),
        // Programs.
        program("obscura-desk", "Control", "JOSE", "Linux", hummingbird, hummingbirdCore, nioCore, nioPosix, httpTypes, logging),
    ])
