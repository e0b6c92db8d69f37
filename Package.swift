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
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let podCore = Target.Dependency.product(name: "PodCore", package: "Firmware")
let podUSB = Target.Dependency.product(name: "PodUSB", package: "Firmware")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
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

/// - Parameter excluded: files of its folder that are not built.
func program(_ name: String, excluded: [String] = [], _ dependencies: Target.Dependency...) -> Target {
    .executableTarget(name: name, dependencies: dependencies, exclude: excluded, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// `make fuzz` alone builds it, for all parsers or for those of pictures: its main function is libFuzzer's.
let fuzzed = Context.environment["OBSCURA_FUZZ"]
let fuzzer: [Target] =
    fuzzed == nil
    ? []
    : [
        .executableTarget(
            name: "obscura-fuzz",
            dependencies: ["ForeignPictures", "Linux"] + (fuzzed == "pictures" ? [] : ["ForeignBytes"]),
            path: "Tests/Fuzz/Driver",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]
                + (fuzzed == "pictures" ? [.define("PICTURES")] : []))
    ]

let package = Package(
    name: "obscura",
    products: [
        // What libgphoto2 loads by name: its port to one USB device, and the one of the tests.
        .library(name: "obscura-still-usb", type: .dynamic, targets: ["CStillUSB"]),
        .library(name: "obscura-still-usbip", type: .dynamic, targets: ["StillPort"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", "4.5.2"..<"5.0.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(path: "Firmware"),
    ],
    targets: [
        // Drivers: one C shim and one safe front for each thing that the kernel or a C library does.
        shim("CLinux"),
        driver("Linux", "CLinux"),
        driver("Hex"),
        driver("LockedMemory"),
        shim("CAEAD", links: "crypto"),
        driver("AEAD", "CAEAD"),
        shim("CSecp256k1", links: "crypto"),
        driver("Secp256k1", "CSecp256k1"),
        shim("CTPM", links: "tss2-esys", "tss2-tctildr", "tss2-mu", "tss2-rc"),
        driver("TPM", "CTPM", "LockedMemory"),
        shim("CV4L2", links: "v4lconvert"),
        driver("V4L2", "CV4L2", "Linux", "LockedMemory"),
        shim("CEvdev"),
        driver("Evdev", "CEvdev", "Linux"),
        shim("CUSB", links: "usb-1.0"),
        driver("DeviceDescriptors", "Linux"),
        driver("USB", "CUSB", "DeviceDescriptors", "Linux"),
        driver("UVC", "DeviceDescriptors"),
        shim("CJPEG", links: "jpeg"),
        driver("JPEG", "CJPEG", "PixelLoops"),
        shim("CCharLS", links: "charls"),
        driver("JPEGLS", "CCharLS"),
        shim("CPNG", links: "png16"),
        driver("PNG", "CPNG"),
        shim("CPixels"),
        driver("PixelLoops", "CPixels"),
        shim("CZlib", links: "z"),
        driver("Zlib", "CZlib"),
        shim("COpenVINO"),
        driver("FaceNet", "COpenVINO", "AEAD", "Hex"),
        shim("CCurl", links: "curl"),
        driver("Curl", "CCurl"),
        shim("CStillTransport"),
        driver("StillNode", "CStillTransport", "DeviceDescriptors"),
        .target(
            name: "CStillPort", dependencies: ["CStillTransport"], path: "Drivers/CStillPort",
            linkerSettings: [.linkedLibrary("gphoto2_port")]),
        .target(name: "CStillUSB", dependencies: ["CStillPort"], path: "Drivers/CStillUSB"),
        shim("CGPhoto", links: "gphoto2", "gphoto2_port"),
        driver("GPhoto", "CGPhoto"),

        // Policy: formats and words.
        policy("JOSE", "Hex", crypto),
        policy("BundleFormat", "AEAD", "Hex", "Linux"),
        policy("DICOM"),
        policy("Pixels", "PixelLoops"),
        policy("Control", "JOSE"),
        policy("KeyLink", "AEAD", "Linux", "LockedMemory"),
        policy("DetectLink", "Linux"),
        policy("StillLink", "Linux", "LockedMemory"),
        policy("ForwardLink", "JOSE"),
        policy("Policy", "Hex", "JOSE", crypto),
        policy("Age", "AEAD", "BundleFormat", "LockedMemory", crypto),
        policy("Open", "AEAD", "BundleFormat", "JOSE", "Linux", crypto),
        // Policy: the path of a frame.
        policy("Consent", "BundleFormat", "Hex", "JOSE", "Policy", "Zlib", crypto),
        policy("Depth", "Consent", "LockedMemory", "Pixels"),
        policy("Scan", "BundleFormat", "Consent", "JPEG", "Linux", "LockedMemory", "PNG"),
        policy(
            "Camera", "BundleFormat", "Consent", "Depth", "JPEG", "Linux", "LockedMemory", "PNG", "Pixels", "StillLink",
            "V4L2"),
        policy("Profiles", "Camera", "Consent", "Depth", "Linux", "Pixels", "StillLink", "V4L2"),
        policy("Pod", "DeviceDescriptors", "Linux", "USB", podCore),
        policy("Loader", "DeviceDescriptors", "Linux", "USB"),
        policy("PodImage", "AEAD", "Secp256k1"),
        policy(
            "Mask", "AEAD", "BundleFormat", "Camera", "Consent", "Depth", "DetectLink", "DICOM", "JPEG", "JPEGLS",
            "LockedMemory", "PNG", "PixelLoops", "Pixels", "Policy"),
        policy("MaskAudit", "JOSE"),
        policy("Seal", "AEAD", "Age", "BundleFormat", "LockedMemory", "Mask", "Scan"),
        policy("Outbox", "BundleFormat", "Linux", "Policy", "Seal"),
        policy("Journal", "AEAD", "BundleFormat", "Hex", "JOSE", "Linux", "LockedMemory"),
        policy("Forward", "BundleFormat", "Curl", "ForwardLink", "JOSE", "Linux"),
        policy(
            "Store", "AEAD", "BundleFormat", "JOSE", "Linux", "Policy", httpTypes, hummingbird, hummingbirdTLS, logging,
            nioCore, nioPosix, nioSSL),
        policy(
            "Clinic", "AEAD", "Age", "BundleFormat", "Consent", "DICOM", "JOSE", "JPEG", "JPEGLS", "Linux",
            "LockedMemory", "Open", "PNG", "Policy", "Scan", "Store", asn1, crypto, x509),

        policy("Commands", "Linux", arguments),

        // Programs.
        program(
            "obscura-capture", "AEAD", "Age", "BundleFormat", "Camera", "Consent", "Control", "Depth", "DetectLink",
            "Evdev", "ForwardLink", "JOSE", "JPEG", "Journal", "KeyLink", "Linux", "LockedMemory", "Mask", "Outbox",
            "Pixels",
            "Pod", "Policy", "Profiles", "Scan", "Seal", "StillLink", "V4L2", podCore),
        program("obscura-detect", "DetectLink", "FaceNet", "Linux"),
        program("obscura-still", "GPhoto", "Linux", "StillLink", "StillNode", "UVC"),
        program(
            "obscura-mask", "Camera", "Commands", "DetectLink", "JOSE", "JPEG", "Linux", "LockedMemory", "Mask",
            "MaskAudit", "PNG",
            arguments),
        program(
            "obscura-pod-update", "Commands", "Hex", "Linux", "Loader", "Pod", "PodImage", "USB", arguments, podCore),
        program("obscura-keys", "AEAD", "Hex", "KeyLink", "Linux", "LockedMemory", "TPM"),
        program("obscura-forward", "Forward", "ForwardLink", "Linux"),
        program(
            "obscura-desk", excluded: ["openapi.json"], "Control", "JOSE", "Linux", httpTypes, hummingbird,
            hummingbirdCore, logging, nioCore,
            nioPosix),
        program("obscura", "BundleFormat", "Commands", "Control", "Curl", "JOSE", "Linux", arguments),
        program("obscura-clinic", "Clinic", "Consent", "Hex", "JOSE", "Linux", "Policy", arguments, crypto),

        // Tests, and the simulated devices that they use.
        .target(name: "USBIP", dependencies: ["Linux"], path: "Tests/Station/usbip", swiftSettings: strict),
        .executableTarget(
            name: "uvc-scope", dependencies: ["Linux", "USBIP"], path: "Tests/Station/uvc-scope", swiftSettings: strict),
        .target(name: "Seeded", path: "Tests/Seeded", swiftSettings: strict),
        .target(name: "PodROM", path: "Tests/Station/pod-rom", swiftSettings: strict),
        .target(
            name: "PodBoard", dependencies: ["Linux", podCore, podUSB], path: "Tests/Station/pod-board",
            swiftSettings: strict),
        .executableTarget(
            name: "pod-usbip",
            dependencies: ["Linux", "PodBoard", "PodImage", "PodROM", "USBIP", podCore, podUSB],
            path: "Tests/Station/pod-usbip", swiftSettings: strict),
        .executableTarget(
            name: "pod-host", dependencies: ["Linux", "Pod", podCore], path: "Tests/Station/pod-host",
            swiftSettings: strict),
        .executableTarget(
            name: "ptp-still", dependencies: ["Linux", "USBIP"], path: "Tests/Station/ptp-still", swiftSettings: strict),
        .target(name: "StillPort", dependencies: ["CStillPort"], path: "Tests/Station/still-port"),
        .executableTarget(
            name: "obscura-bench",
            dependencies: [
                "Age", "BundleFormat", "Camera", "DetectLink", "Linux", "LockedMemory", "Mask", "Outbox", "Seal",
                "StoreRig", "V4L2", crypto, "obscura-detect",
            ],
            path: "Tests/Bench", swiftSettings: strict),
        .executableTarget(
            name: "raw-search", dependencies: ["Linux"], path: "Tests/Station/raw-search", swiftSettings: strict),
        .target(
            name: "StoreRig",
            dependencies: [
                "BundleFormat", "JOSE", "Linux", "Policy", "Store", asn1, crypto, nioCore, nioPosix, nioSSL, x509,
            ], path: "Tests/StoreRig", swiftSettings: strict),
        .target(
            name: "ForeignPictures", dependencies: ["DICOM", "JPEG", "JPEGLS", "Linux", "PNG", "PixelLoops"],
            path: "Tests/Fuzz/Pictures", swiftSettings: strict),
        .target(
            name: "ForeignBytes",
            dependencies: [
                "AEAD", "BundleFormat", "Consent", "Control", "DetectLink", "DeviceDescriptors", "Evdev",
                "ForeignPictures",
                "Forward", "ForwardLink", "JOSE", "KeyLink", "Linux", "Loader", "MaskAudit", "Pod", "PodBoard",
                "PodImage",
                "Policy",
                "Profiles", "Scan", "StillLink", "USB", "UVC", "V4L2", "Zlib", podCore, podUSB,
            ], path: "Tests/Fuzz/Parsers", swiftSettings: strict),
        tests("FuzzTests", "ForeignBytes", "ForeignPictures"),
        tests("PTPStillTests", "ptp-still"),
        tests("StillTests", "Linux", "LockedMemory", "StillLink", "obscura-still", "ptp-still", "uvc-scope"),
        tests("UVCTests", "DeviceDescriptors", "UVC"),
        tests("StoreTests", "BundleFormat", "Curl", "JOSE", "Store", "StoreRig"),
        tests("ForwardTests", "BundleFormat", "ForwardLink", "StoreRig", "obscura-forward", nioSSL),
        tests("LinuxTests", "CLinux", "Linux"),
        tests("AEADTests", "AEAD", "LockedMemory"),
        tests("PodTests", "Linux", "Pod", "PodBoard", "Seeded", "USB", podCore),
        tests("LoaderTests", "Loader", "PodROM", "Seeded", "USB"),
        tests("PodImageTests", "PodImage", "Secp256k1", "Seeded"),
        tests("USBTests", "DeviceDescriptors", "Linux", "USB"),
        tests("V4L2Tests", "Linux", "LockedMemory", "V4L2"),
        tests("EvdevTests", "Evdev"),
        tests("JPEGTests", "ForeignPictures", "JPEG", "PixelLoops"),
        tests("JPEGLSTests", "JPEGLS", "PNG"),
        tests("PixelsTests", "PixelLoops", "Pixels"),
        tests("DepthTests", "Depth", "LockedMemory", "Pixels", "Scan"),
        tests("ScanTests", "Linux", "Scan"),
        tests("DICOMTests", "DICOM", "JPEG", "JPEGLS", "PixelLoops"),
        tests("BundleFormatTests", "AEAD", "BundleFormat"),
        tests("JOSETests", "JOSE", crypto),
        tests("PolicyTests", "JOSE", "Policy", crypto),
        tests(
            "ConsentTests", "BundleFormat", "Consent", "Depth", "Hex", "JOSE", "Linux", "LockedMemory", "PNG", "Policy",
            "Scan", "Zlib",
            crypto),
        tests("ControlTests", "Control", "JOSE"),
        tests("JournalTests", "BundleFormat", "JOSE", "Journal", "Linux", "LockedMemory"),
        tests(
            "CameraTests", "Camera", "Depth", "JPEG", "Linux", "LockedMemory", "PNG", "Pixels", "StillLink", "V4L2"),
        tests(
            "CaptureTests", "BundleFormat", "Camera", "Consent", "Control", "Evdev", "ForwardLink", "Journal", "Linux",
            "Pod",
            "Profiles", "V4L2", "obscura-capture", podCore),
        tests("ProfilesTests", "Camera", "Depth", "Linux", "Pixels", "Profiles", "StillLink", "V4L2"),
        tests(
            "OutboxTests", "AEAD", "Age", "BundleFormat", "JOSE", "Linux", "LockedMemory", "Open", "Outbox", "Policy",
            "Seal", crypto),
        tests("KeysTests", "AEAD", "KeyLink", "Linux", "LockedMemory", "TPM", "obscura-keys", crypto),
        tests(
            "DetectTests", "COpenVINO", "DetectLink", "FaceNet", "JPEG", "Linux", "LockedMemory", "Mask",
            "Policy", "obscura-detect"),
        tests(
            "MaskTests", "BundleFormat", "Camera", "Consent", "Depth", "DetectLink", "JPEG", "LockedMemory", "Mask",
            "PNG",
            "Pixels", "Policy", "V4L2"),
        tests("MaskAuditTests", "JOSE", "MaskAudit"),
        tests(
            "SealTests", "AEAD", "Age", "BundleFormat", "Linux", "LockedMemory", "Open", "Seal", crypto),
        tests(
            "OpenTests", "AEAD", "Age", "BundleFormat", "JOSE", "Linux", "LockedMemory", "Open", "Seal", "Zlib", crypto),
        tests(
            "ClinicTests", "Age", "BundleFormat", "Clinic", "Consent", "Curl", "DICOM", "JOSE", "JPEGLS",
            "LockedMemory",
            "Open",
            "Policy", "obscura-clinic", crypto),
    ] + fuzzer)
