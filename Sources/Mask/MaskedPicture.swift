import AEAD
import BundleFormat
import DICOM
import Depth
import JPEG
import JPEGLS
import LockedMemory
import PNG

/// What the station says of a picture beyond what its frame knows.
package struct PictureContext: Sendable {
    package let bundle: BundleID
    package let station: StationName
    /// Version of the station's software.
    package let software: String
    /// When the frame was exposed: seconds since 1970 and microseconds of the second.
    package let acquired: (seconds: Int64, microseconds: Int)
    /// Counts from 1 within the visit.
    package let instanceNumber: Int

    package init(
        bundle: BundleID, station: StationName, software: String, acquired: (seconds: Int64, microseconds: Int),
        instanceNumber: Int
    ) {
        self.bundle = bundle
        self.station = station
        self.software = software
        self.acquired = acquired
        self.instanceNumber = instanceNumber
    }
}

/// Why a masked frame did not become a DICOM object.
package enum PictureError: Error, Equatable, Sendable {
    case dicom(DICOMError)
    case jpeg(JPEGError)
    case lossless(JPEGLSError)
    case crypto(AEADError)
    case png(PNGError)
    case depth(DepthFault)
    case memory
}

/// A masked frame as the DICOM object that goes into a bundle. Only a `MaskedFrame` becomes one.
package struct MaskedPicture: ~Copyable, Sendable {
    /// Media type of the object.
    package static let media = "application/dicom"
    package let sopClass: String
    private let bytes: LockedBytes

    init(encoded object: consuming EncodedObject) {
        sopClass = object.sopClass
        bytes = object.takeBytes()
    }

    /// The object's bytes, for sealing.
    package consuming func takeBytes() -> LockedBytes { bytes }
}

/// A picture with the face in it as a DICOM object, and who alone may open it.
package struct IdentifiablePicture: ~Copyable, Sendable {
    package let sopClass: String
    package let recipient: RecipientText
    private let bytes: LockedBytes

    init(encoded object: consuming EncodedObject, for recipient: RecipientText) {
        sopClass = object.sopClass
        self.recipient = recipient
        bytes = object.takeBytes()
    }

    /// The object's bytes, for sealing.
    package consuming func takeBytes() -> LockedBytes { bytes }
}

extension MaskedFrame {
    /// Makes the final DICOM object: a JPEG stays the camera's, rows become lossless JPEG-LS.
    package consuming func picture(_ context: PictureContext) throws(PictureError) -> MaskedPicture {
        let faces: DICOMObject.Faces =
            switch record.outcome {
            case _ where record.showsFeatures: .present
            case .masked: .overwritten
            case .noFaceConfirmed, .notApplicable, .indeterminate: .none
            }
        return MaskedPicture(encoded: try body.object(context, "instance", faces))
    }
}

extension IdentifiableFrame {
    /// The same for the unmasked frame; an instance of its own in the same series.
    package consuming func picture(_ context: PictureContext) throws(PictureError) -> IdentifiablePicture {
        let recipient = grant.recipient
        return IdentifiablePicture(encoded: try body.object(context, "identifiable instance", .present), for: recipient)
    }
}
