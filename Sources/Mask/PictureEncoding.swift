import AEAD
import Camera
import Consent
import DICOM
import JPEG
import JPEGLS
import LockedMemory
import Pixels

/// A DICOM object in locked memory.
struct EncodedObject: ~Copyable {
    let sopClass: String
    private let bytes: LockedBytes

    init(sopClass: String, bytes: consuming LockedBytes) {
        self.sopClass = sopClass
        self.bytes = bytes
    }

    consuming func takeBytes() -> LockedBytes { bytes }
}

extension FrameBody {
    /// - Parameter name: what the instance is called in its unique identifier.
    func object(
        _ context: PictureContext, _ name: String, _ faces: DICOMObject.Faces
    ) throws(PictureError) -> EncodedObject {
        switch samples {
        case .jpeg:
            let header: JPEGHeader
            do { header = try JPEGHeader(parsing: bytes.span) } catch { throw .jpeg(error) }
            let coding: DICOMPicture.JPEGColour =
                switch (header.colour, header.sampling) {
                case (.grey, _): .grey
                case (.rgb, _): .rgb
                case (.yCbCr, _): .yCbCr
                }
            return try wrap(bytes.span, .jpeg(coding), context, name, faces)
        case .rows(let kind):
            let coded = try lossless(kind)
            let coding: DICOMPicture.Coding =
                switch kind {
                case .rgb: .losslessRGB
                case .monochrome(let bits): .losslessGrey(bits: bits)
                }
            return try wrap(coded.span, coding, context, name, faces)
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
            count = try encodeJPEGLS(bytes.span, shape, into: &output)
        } catch { throw .lossless(error) }
        do { return try LockedBytes(copying: coded.span.extracting(0..<count)) } catch { throw .memory }
    }

    private func wrap(
        _ coded: Span<UInt8>, _ coding: DICOMPicture.Coding, _ context: PictureContext, _ name: String,
        _ faces: DICOMObject.Faces
    ) throws(PictureError) -> EncodedObject {
        let object: DICOMObject
        let envelope: DICOMObject.Envelope
        do {
            let picture = try DICOMPicture(width: facts.width, height: facts.height, coding: coding)
            object = try dicom(picture, context, name, faces)
            envelope = try object.envelope(pictureBytes: coded.count)
        } catch let error as DICOMError { throw .dicom(error) } catch { throw .memory }
        do {
            var whole = try LockedBuffer(capacity: envelope.prefix.count + coded.count + envelope.suffix.count)
            try whole.append(envelope.prefix)
            try whole.append(coded)
            try whole.append(envelope.suffix)
            return EncodedObject(sopClass: object.sopClass.text, bytes: whole.finish())
        } catch { throw .memory }
    }

    private func dicom(
        _ picture: DICOMPicture, _ context: PictureContext, _ name: String, _ faces: DICOMObject.Faces
    ) throws -> DICOMObject {
        let instrument = profile.instrument
        let device = DICOMObject.Device(
            manufacturer: DICOMText(cleaning: instrument.manufacturer), model: DICOMText(cleaning: instrument.model),
            serial: DICOMText(cleaning: facts.device.serial.isEmpty ? instrument.serial : facts.device.serial),
            software: DICOMText(cleaning: context.software), station: DICOMText(cleaning: "\(context.station)"))
        let visit = exposure.consent.hex
        let names = DICOMObject.Names(
            study: try uid("study", visit), series: try uid("series", visit + profile.name),
            instance: try uid(name, "\(context.bundle)"),
            frameOfReference: try uid("frame of reference", visit + profile.name), seriesNumber: 1,
            instanceNumber: context.instanceNumber)
        return DICOMObject(
            kind: exposure.modality.description == "DMS" ? .dermoscopy(dermoscopy) : .photograph,
            subject: exposure.subject.map { .patient(DICOMText(cleaning: $0.handle)) } ?? .qualityControl, names: names,
            acquired: try DICOMTime(seconds: context.acquired.seconds, microseconds: context.acquired.microseconds),
            device: device, site: try site, laterality: .unpaired,
            faces: faces, picture: picture)
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
