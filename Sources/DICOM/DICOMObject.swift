/// Everything that a picture's DICOM object says: a VL Photographic (XC) or a Dermoscopic Photography (DMS) image.
package struct DICOMObject: Sendable {
    /// What kind of picture it is.
    package enum Kind: Sendable {
        case photograph
        case dermoscopy(Dermoscopy)
    }

    /// How the dermoscope looked at the skin (PS3.3, C.8.12.13); what is not known is left out.
    package struct Dermoscopy: Sendable {
        package enum Polarization: String, Sendable { case polarized = "POLARIZED", plain = "NON_POLARIZED" }
        /// What lay between glass and skin.
        package enum Immersion: String, Sendable {
            case alcohol = "ALCOHOL", mineralOil = "MINERAL_OIL", plasticCap = "PLASTIC_CAP"
            case ultrasoundGel = "ULTRASOUND_GEL"
        }
        package enum Contact: Sendable {
            /// The glass does not touch the skin.
            case apart
            case contact(Immersion)
        }
        /// The same lesion or site over many visits: a label and its unique identifier.
        package struct Tracking: Sendable {
            package let label: DICOMText
            package let uid: DICOMUID

            package init(label: DICOMText, uid: DICOMUID) {
                self.label = label
                self.uid = uid
            }
        }
        package let polarization: Polarization?
        package let contact: Contact?
        /// Optical magnification in tenths.
        package let magnificationTenths: Int?
        /// Colour temperature of the light, in kelvin.
        package let emitterKelvin: Int?
        package let tracking: Tracking?

        package init(
            polarization: Polarization? = nil, contact: Contact? = nil, magnificationTenths: Int? = nil,
            emitterKelvin: Int? = nil, tracking: Tracking? = nil
        ) {
            self.polarization = polarization
            self.contact = contact
            self.magnificationTenths = magnificationTenths
            self.emitterKelvin = emitterKelvin
            self.tracking = tracking
        }
    }

    /// What the picture may be used for (Content Qualification).
    package enum Qualification: String, Sendable {
        case product = "PRODUCT", research = "RESEARCH", service = "SERVICE"
    }

    /// What became of faces.
    package enum Faces: Sendable {
        /// Every one was overwritten: de-identification method 113102, no recognizable features.
        case overwritten
        /// A person confirmed that there is none.
        case none
        /// There is one, or nobody can say that there is not.
        case present
    }

    package enum Laterality: String, Sendable { case right = "R", left = "L", unpaired = "U", both = "B" }

    package struct Device: Sendable {
        package let manufacturer: DICOMText
        package let model: DICOMText
        package let serial: DICOMText
        /// Versions of device and station software.
        package let software: DICOMText
        package let station: DICOMText

        package init(
            manufacturer: DICOMText, model: DICOMText, serial: DICOMText, software: DICOMText, station: DICOMText
        ) {
            self.manufacturer = manufacturer
            self.model = model
            self.serial = serial
            self.software = software
            self.station = station
        }
    }

    /// What stood before the camera.
    package enum Subject: Sendable {
        /// The patient's pseudonym (Patient ID); there is no name.
        case patient(DICOMText)
        /// No patient: a quality control image (PS3.3, C.7.1.1 and C.7.6.1).
        case qualityControl
    }

    package struct Names: Sendable {
        package let study: DICOMUID
        package let series: DICOMUID
        package let instance: DICOMUID
        /// The same for pictures taken without moving camera or patient; otherwise new for each. DMS alone has it.
        package let frameOfReference: DICOMUID
        /// Of the series within the study, and of the picture within the series, from 1.
        package let seriesNumber: Int
        package let instanceNumber: Int

        package init(
            study: DICOMUID, series: DICOMUID, instance: DICOMUID, frameOfReference: DICOMUID, seriesNumber: Int,
            instanceNumber: Int
        ) {
            self.study = study
            self.series = series
            self.instance = instance
            self.frameOfReference = frameOfReference
            self.seriesNumber = seriesNumber
            self.instanceNumber = instanceNumber
        }
    }

    package let kind: Kind
    package let subject: Subject
    package let names: Names
    /// When the shutter opened.
    package let acquired: DICOMTime
    package let device: Device
    package let site: DICOMCode
    package let laterality: Laterality
    package let faces: Faces
    package let picture: DICOMPicture
    /// Nil where nobody has said; it is then left out.
    package let qualification: Qualification?
    /// The profile of the camera's own colours; left out when there is none.
    package let iccProfile: [UInt8]?

    package init(
        kind: Kind, subject: Subject, names: Names, acquired: DICOMTime, device: Device, site: DICOMCode,
        laterality: Laterality, faces: Faces, picture: DICOMPicture, qualification: Qualification? = nil,
        iccProfile: [UInt8]? = nil
    ) {
        self.kind = kind
        self.subject = subject
        self.names = names
        self.acquired = acquired
        self.device = device
        self.site = site
        self.laterality = laterality
        self.faces = faces
        self.picture = picture
        self.qualification = qualification
        self.iccProfile = iccProfile
    }

    /// What stands before and behind the coded picture in the file.
    package struct Envelope: Sendable {
        package let prefix: [UInt8]
        package let suffix: [UInt8]
    }

    /// The file around a coded picture of `count` bytes, 1 to 2^32 - 2: prefix, the picture's bytes, suffix.
    ///
    /// The picture is not taken in, so that it is copied only once, in the caller's locked memory.
    package func envelope(pictureBytes count: Int) throws(DICOMError) -> Envelope {
        guard (1...0xFFFF_FFFE - 1).contains(count) else { throw .picture }
        var writer = DICOMWriter()
        writer.append(fileHeader())
        writeImage(&writer, count: count)
        // Encapsulated (PS3.5, A.4): an empty offset table, one fragment padded to even length, the end.
        writer.header(0x7FE0, 0x0010, "OB", count: 0xFFFF_FFFF)
        writer.tag(0xFFFE, 0xE000)
        writer.word(0)
        writer.tag(0xFFFE, 0xE000)
        writer.word(UInt32(count + count % 2))
        var end = DICOMWriter()
        if count % 2 == 1 { end.append([0]) }
        end.tag(0xFFFE, 0xE0DD)
        end.word(0)
        return Envelope(prefix: writer.bytes, suffix: end.bytes)
    }

    package var sopClass: DICOMUID {
        switch kind {
        case .photograph: .photograph
        case .dermoscopy: .dermoscopy
        }
    }

    /// Preamble and file meta information (PS3.10, 7.1).
    private func fileHeader() -> [UInt8] {
        var meta = DICOMWriter()
        meta.put(0x0002, 0x0001, "OB", bytes: [0, 1])
        meta.put(0x0002, 0x0002, sopClass)
        meta.put(0x0002, 0x0003, names.instance)
        meta.put(0x0002, 0x0010, picture.transferSyntax)
        meta.put(0x0002, 0x0012, .implementation)
        meta.put(0x0002, 0x0013, "SH", "OBSCURA_1")
        var head = DICOMWriter()
        head.append([UInt8](repeating: 0, count: 128) + Array("DICM".utf8))
        let count = UInt32(meta.bytes.count)
        head.put(0x0002, 0x0000, "UL", bytes: (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) })
        head.append(meta.bytes)
        return head.bytes
    }
}
