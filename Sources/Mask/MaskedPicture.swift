import AEAD
import BundleFormat
import Camera
import Consent
import DICOM
import JPEG
import JPEGLS
import LockedMemory
import Pixels

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
    case memory
}

/// A masked frame as the DICOM object that goes into a bundle. Only a `MaskedFrame` becomes one, and only it is sealed.
package struct MaskedPicture: ~Copyable, Sendable {
    package let exposure: Exposure
    package let profile: CameraProfile
    package let facts: FrameFacts
    package let record: MaskRecord
    /// Media type of the object.
    package static let media = "application/dicom"
    package let sopClass: String
    private var bytes: LockedBytes

    init(_ frame: borrowing MaskedFrame, sopClass: String, bytes: consuming LockedBytes) {
        exposure = frame.exposure
        profile = frame.profile
        facts = frame.facts
        record = frame.record
        self.sopClass = sopClass
        self.bytes = bytes
    }

    /// The object's bytes, for sealing.
    package consuming func takeBytes() -> LockedBytes { bytes }
}

extension MaskedFrame {
    /// Makes the final DICOM object: a JPEG stays the camera's, rows become lossless JPEG-LS.
    package consuming func picture(_ context: PictureContext) throws(PictureError) -> MaskedPicture {
        switch samples {
        case .jpeg:
            let header: JPEGHeader
            do { header = try JPEGHeader(parsing: span) } catch { throw .jpeg(error) }
            let coding: DICOMPicture.JPEGColour =
                switch (header.colour, header.sampling) {
                case (.grey, _): .grey
                case (.rgb, _): .rgb
                case (.yCbCr, _): .yCbCr
                }
            return try wrap(span, .jpeg(coding), context)
        case .rows(let kind):
            let coded = try lossless(kind)
            let coding: DICOMPicture.Coding =
                switch kind {
                case .rgb: .losslessRGB
                case .monochrome(let bits): .losslessGrey(bits: bits)
                }
            return try wrap(coded.span, coding, context)
        }
    }

    private func lossless(_ kind: SampleKind) throws(PictureError) -> LockedBytes {
        let shape: JPEGLSShape
        let count: Int
        var coded: LockedBytes
        do {
            shape = try JPEGLSShape(
                width: facts.width, height: facts.height, bits: kind.bits, components: kind.components)
        } catch { throw .lossless(error) }
        do { coded = try LockedBytes(count: shape.codedBound) } catch { throw .memory }
        do {
            var output = coded.mutableSpan
            count = try encodeJPEGLS(span, shape, into: &output)
        } catch { throw .lossless(error) }
        do { return try LockedBytes(copying: coded.span.extracting(0..<count)) } catch { throw .memory }
    }

    private func wrap(
        _ coded: Span<UInt8>, _ coding: DICOMPicture.Coding, _ context: PictureContext
    ) throws(PictureError) -> MaskedPicture {
        let object: DICOMObject
        let envelope: DICOMObject.Envelope
        do {
            let picture = try DICOMPicture(width: facts.width, height: facts.height, coding: coding)
            object = try dicom(picture, context)
            envelope = try object.envelope(pictureBytes: coded.count)
        } catch let error as DICOMError { throw .dicom(error) } catch { throw .memory }
        do {
            var whole = try LockedBuffer(capacity: envelope.prefix.count + coded.count + envelope.suffix.count)
            try whole.append(envelope.prefix)
            try whole.append(coded)
            try whole.append(envelope.suffix)
            return MaskedPicture(self, sopClass: object.sopClass.text, bytes: whole.finish())
        } catch { throw .memory }
    }

    private func dicom(_ picture: DICOMPicture, _ context: PictureContext) throws -> DICOMObject {
        let instrument = profile.instrument
        let device = DICOMObject.Device(
            manufacturer: DICOMText(cleaning: instrument.manufacturer), model: DICOMText(cleaning: instrument.model),
            serial: DICOMText(cleaning: facts.device.serial.isEmpty ? instrument.serial : facts.device.serial),
            software: DICOMText(cleaning: context.software), station: DICOMText(cleaning: "\(context.station)"))
        let visit = exposure.consent.hex
        let names = DICOMObject.Names(
            study: try uid("study", visit), series: try uid("series", visit + profile.name),
            instance: try uid("instance", "\(context.bundle)"),
            frameOfReference: try uid("frame of reference", visit + profile.name), seriesNumber: 1,
            instanceNumber: context.instanceNumber)
        return DICOMObject(
            kind: exposure.modality.description == "DMS" ? .dermoscopy(dermoscopy) : .photograph,
            subject: exposure.subject.map { .patient(DICOMText(cleaning: $0.handle)) } ?? .qualityControl, names: names,
            acquired: try DICOMTime(seconds: context.acquired.seconds, microseconds: context.acquired.microseconds),
            device: device, site: try site, laterality: .unpaired,
            faces: record.outcome == .masked ? .overwritten : .none, picture: picture)
    }

    private var dermoscopy: DICOMObject.Dermoscopy {
        DICOMObject.Dermoscopy(
            polarization: profile.instrument.polarized.map { $0 ? .polarized : .plain },
            contact: profile.instrument.contact ? nil : .apart,
            magnificationTenths: profile.instrument.magnificationTenths)
    }

    private var site: DICOMCode {
        get throws {
            let parts = exposure.site.description.split(separator: ":")
            if parts[0] == "SCT", let known = DICOMCode.site(snomed: String(parts[1])) { return known }
            return try DICOMCode(value: String(parts[1]), scheme: String(parts[0]), meaning: "Body site")
        }
    }

    /// A `2.25.` identifier that the same facts always give: the first 128 bits of a SHA-256.
    private func uid(_ kind: String, _ facts: String) throws -> DICOMUID {
        let digest = try sha256(Array("obscura \(kind) \(facts)".utf8).span)
        return DICOMUID(bits: digest.prefix(16).reduce(0) { $0 << 8 | UInt128($1) })
    }
}
