/// How a picture is coded and what its samples mean; decided from the picture itself.
package struct DICOMPicture: Sendable, Equatable {
    /// The coding, with what follows from it.
    package enum Coding: Sendable, Equatable {
        /// JPEG baseline as the camera made it, in these colours.
        case jpeg(JPEGColour)
        /// Lossless JPEG-LS of RGB samples of 8 bits.
        case losslessRGB
        /// Lossless JPEG-LS of grey samples of this many bits, 8 to 16.
        case losslessGrey(bits: Int)
    }

    /// Colours of a JPEG.
    package enum JPEGColour: Sendable, Equatable {
        case grey
        /// YBR_FULL_422, whatever the sampling: it is the only full-range YCbCr that VL Image (PS3.3, C.8.12.1.1.1)
        /// takes, and a decoder goes by the factors in the bit stream (PS3.5, 8.2.1).
        case yCbCr
        /// Red, green and blue without transformation.
        case rgb
    }

    /// Pixels.
    package let width: Int
    /// Pixels.
    package let height: Int
    package let coding: Coding

    package init(width: Int, height: Int, coding: Coding) throws(DICOMError) {
        guard (1...65535).contains(width), (1...65535).contains(height) else { throw .picture }
        if case .losslessGrey(let bits) = coding, !(8...16).contains(bits) { throw .picture }
        self.width = width
        self.height = height
        self.coding = coding
    }

    package var transferSyntax: DICOMUID {
        switch coding {
        case .jpeg: .jpegBaseline
        case .losslessRGB, .losslessGrey: .jpegLSLossless
        }
    }

    var samplesAPixel: Int {
        switch coding {
        case .jpeg(.grey), .losslessGrey: 1
        case .jpeg, .losslessRGB: 3
        }
    }

    var bitsStored: Int {
        switch coding {
        case .losslessGrey(let bits): bits
        case .jpeg, .losslessRGB: 8
        }
    }

    var photometricInterpretation: String {
        switch coding {
        case .jpeg(.grey), .losslessGrey: "MONOCHROME2"
        case .jpeg(.yCbCr): "YBR_FULL_422"
        case .jpeg(.rgb), .losslessRGB: "RGB"
        }
    }

    /// Uncompressed bytes to bytes of the fragment, two decimals.
    func ratio(to count: Int) -> String {
        let hundredths = (width * height * samplesAPixel * 100 + count / 2) / max(count, 1)
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
