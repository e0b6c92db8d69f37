/// Skin tone by individual typology angle, lightest first.
package enum ToneBin: String, CaseIterable, Sendable {
    case veryLight = "> 55"
    case light = "41 to 55"
    case intermediate = "28 to 41"
    case tan = "10 to 28"
    case brown = "-30 to 10"
    case dark = "< -30"
    /// b* of the forehead is not above 0: the light is not white, or it is no skin.
    case undefined = "undefined"

    /// - Parameter angle: degrees; each bin holds its upper end.
    package init(angle: Double?) {
        guard let angle else {
            self = .undefined
            return
        }
        self =
            switch angle {
            case ...(-30): .dark
            case ...10: .brown
            case ...28: .tan
            case ...41: .intermediate
            case ...55: .light
            default: .veryLight
            }
    }
}

/// How light a face is in its picture, by its median L*.
package enum LightBin: String, CaseIterable, Sendable {
    case nearlyBlack = "0 to 15"
    case dim = "15 to 30"
    case moderate = "30 to 50"
    case bright = "50 and more"

    package init(lightness: Double) {
        self =
            switch lightness {
            case ..<15: .nearlyBlack
            case ..<30: .dim
            case ..<50: .moderate
            default: .bright
            }
    }
}

/// Hair as a label says it.
package enum HairLabel: String, CaseIterable, Sendable {
    case curly
    case afroTextured = "afro-textured"
    case veryLight = "very-light"
    /// A bald head.
    case none
}
