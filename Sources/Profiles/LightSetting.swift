import Camera

/// A light of the capture pod under which a frame is taken.
package enum CameraLight: String, Sendable, CaseIterable {
    case crossPolarised = "cross-polarised"
    case parallelPolarised = "parallel-polarised"
    case ultraviolet
}

/// The lights of one camera: a shot takes one frame in each, in their order.
package struct LightSetting: Sendable, Equatable {
    package let lights: [CameraLight]
    /// Brightness in thousandths, 1 to 1000.
    package let permille: Int

    /// The light between two shots, for the technician and the live view.
    package var first: CameraLight { lights[0] }

    /// - Returns: nil for a camera that takes whatever light there is.
    init?(reading table: inout TableReader, for source: CameraProfile.Source) throws(TableFault) {
        let brightness = try table.integer("light-permille")
        guard let names = try table.strings("lights") else {
            guard brightness == nil else { throw .missing(table.key("lights")) }
            return nil
        }
        var lights: [CameraLight] = []
        for name in names {
            guard let light = CameraLight(rawValue: name), !lights.contains(light) else {
                throw .invalid(
                    table.key("lights"), "must each once be cross-polarised, parallel-polarised or ultraviolet")
            }
            lights.append(light)
        }
        // The first one shines between the shots too.
        guard let first = lights.first, first != .ultraviolet else {
            throw .invalid(table.key("lights"), "must begin with a light that may shine on skin for long")
        }
        guard case .v4l2 = source else { throw .invalid(table.key("lights"), "takes a camera that streams (V4L2)") }
        permille = brightness ?? 1000
        guard (1...1000).contains(permille) else {
            throw .invalid(table.key("light-permille"), "must be 1 to 1000")
        }
        self.lights = lights
    }
}

/// Where a camera has its power from.
package enum CameraPower: Sendable, Equatable {
    /// A socket that is always on.
    case own
    /// The capture pod's net, with the recording lamp (Firmware/README.md): it is there only while the lamp shines.
    case pod

    init(reading table: inout TableReader, for source: CameraProfile.Source) throws(TableFault) {
        switch try table.string("power") {
        case nil: self = .own
        case "pod" where source.isDevice: self = .pod
        case "pod": throw .invalid(table.key("power"), "takes a camera that is plugged in")
        default: throw .invalid(table.key("power"), "must be \"pod\", or be left out")
        }
    }
}
