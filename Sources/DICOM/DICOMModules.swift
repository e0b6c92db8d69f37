/// The data set up to the pixels, in rising order of tags as PS3.5, 7.1 demands; PS3.3 is named where it is not plain.
extension DICOMObject {
    func writeImage(_ writer: inout DICOMWriter, count: Int) {
        writeIdentification(&writer)
        writePatient(&writer)
        writeAcquisition(&writer)
        writeSeries(&writer)
        writePixelDescription(&writer, count: count)
        // Acquisition Context Sequence (C.7.6.14) is type 2: nothing is known beyond the other attributes.
        writer.put(0x0040, 0x0555, items: [])
        if case .dermoscopy(let look) = kind, let tracking = look.tracking {
            writer.put(0x0062, 0x0020, "UT", tracking.label.text)
            writer.put(0x0062, 0x0021, tracking.uid)
        }
    }

    private func writeIdentification(_ writer: inout DICOMWriter) {
        writer.put(0x0008, 0x0005, "CS", "ISO_IR 192")
        // Overwritten pixels are no longer those that the camera made (C.7.6.1.1.2).
        switch faces {
        case .overwritten: writer.put(0x0008, 0x0008, "CS", "DERIVED\\PRIMARY")
        case .none, .present: writer.put(0x0008, 0x0008, "CS", "ORIGINAL\\PRIMARY")
        }
        writer.put(0x0008, 0x0016, sopClass)
        writer.put(0x0008, 0x0018, names.instance)
        writer.put(0x0008, 0x0020, "DA", acquired.date)
        writer.put(0x0008, 0x0021, "DA", acquired.date)
        writer.put(0x0008, 0x0022, "DA", acquired.date)
        writer.put(0x0008, 0x0023, "DA", acquired.date)
        writer.put(0x0008, 0x002A, "DT", acquired.date + acquired.time + "+0000")
        writer.put(0x0008, 0x0030, "TM", acquired.time)
        writer.put(0x0008, 0x0031, "TM", acquired.time)
        writer.put(0x0008, 0x0032, "TM", acquired.time)
        writer.put(0x0008, 0x0033, "TM", acquired.time)
        writer.put(0x0008, 0x0050, "SH", "")
        switch kind {
        case .photograph: writer.put(0x0008, 0x0060, "CS", "XC")
        case .dermoscopy: writer.put(0x0008, 0x0060, "CS", "DMS")
        }
        writer.put(0x0008, 0x0070, "LO", device.manufacturer.text)
        writer.put(0x0008, 0x0090, "PN", "")
        writer.put(0x0008, 0x0201, "SH", "+0000")
        writer.put(0x0008, 0x1010, "SH", String(device.station.text.prefix(16)))
        writer.put(0x0008, 0x1090, "LO", device.model.text)
        if case .overwritten = faces {
            writer.put(0x0008, 0x2111, "ST", "Recognizable faces were overwritten before the picture was stored")
        }
        writer.put(0x0008, 0x2218, site)
    }

    private func writePatient(_ writer: inout DICOMWriter) {
        writer.put(0x0010, 0x0010, "PN", "")
        switch subject {
        case .patient(let handle): writer.put(0x0010, 0x0020, "LO", handle.text)
        case .qualityControl: writer.put(0x0010, 0x0020, "LO", "")
        }
        writer.put(0x0010, 0x0030, "DA", "")
        writer.put(0x0010, 0x0040, "CS", "")
        if case .qualityControl = subject { writer.put(0x0010, 0x0200, "CS", "YES") }
        // A masked face alone does not remove the identity (PS3.15, E.1).
        writer.put(0x0012, 0x0062, "CS", "NO")
        if case .overwritten = faces, let method = Self.cleanFeatures { writer.put(0x0012, 0x0064, method) }
    }

    private static let cleanFeatures = try? DICOMCode(
        value: "113102", scheme: "DCM", meaning: "Clean Recognizable Visual Features Option")

    private func writeAcquisition(_ writer: inout DICOMWriter) {
        if case .dermoscopy(let look) = kind { write(look, &writer) }
        writer.put(0x0018, 0x1000, "LO", device.serial.text)
        writer.put(0x0018, 0x1020, "LO", device.software.text)
        if let qualification { writer.put(0x0018, 0x9004, "CS", qualification.rawValue) }
    }

    private func write(_ look: Dermoscopy, _ writer: inout DICOMWriter) {
        if let polarization = look.polarization { writer.put(0x0016, 0x1001, "CS", polarization.rawValue) }
        // Type 2 (PS3.5, 7.4.3): present and empty where nobody knows.
        writer.put(0x0016, 0x1002, "DS", look.emitterKelvin.map { String($0) } ?? "")
        switch look.contact {
        case .apart: writer.put(0x0016, 0x1003, "CS", "NON_CONTACT")
        case .contact(let immersion):
            writer.put(0x0016, 0x1003, "CS", "CONTACT")
            writer.put(0x0016, 0x1004, "CS", immersion.rawValue)
        case nil: writer.put(0x0016, 0x1003, "CS", "")
        }
        writer.put(0x0016, 0x1005, "DS", look.magnificationTenths.map { "\($0 / 10).\($0 % 10)" } ?? "")
    }

    private func writeSeries(_ writer: inout DICOMWriter) {
        writer.put(0x0020, 0x000D, names.study)
        writer.put(0x0020, 0x000E, names.series)
        writer.put(0x0020, 0x0010, "SH", "")
        writer.put(0x0020, 0x0011, "IS", String(names.seriesNumber))
        writer.put(0x0020, 0x0013, "IS", String(names.instanceNumber))
        writer.put(0x0020, 0x0020, "CS", "")
        if case .dermoscopy = kind {
            writer.put(0x0020, 0x0052, names.frameOfReference)
        }
        writer.put(0x0020, 0x0062, "CS", laterality.rawValue)
        if case .dermoscopy = kind { writer.put(0x0020, 0x1040, "LO", "") }
    }

    private func writePixelDescription(_ writer: inout DICOMWriter, count: Int) {
        let allocated = picture.bitsStored > 8 ? 16 : 8
        writer.put(0x0028, 0x0002, number: UInt16(picture.samplesAPixel))
        writer.put(0x0028, 0x0004, "CS", picture.photometricInterpretation)
        if picture.samplesAPixel == 3 { writer.put(0x0028, 0x0006, number: 0) }
        writer.put(0x0028, 0x0010, number: UInt16(picture.height))
        writer.put(0x0028, 0x0011, number: UInt16(picture.width))
        writer.put(0x0028, 0x0100, number: UInt16(allocated))
        writer.put(0x0028, 0x0101, number: UInt16(picture.bitsStored))
        writer.put(0x0028, 0x0102, number: UInt16(picture.bitsStored - 1))
        writer.put(0x0028, 0x0103, number: 0)
        if case .qualityControl = subject { writer.put(0x0028, 0x0300, "CS", "YES") }
        writer.put(0x0028, 0x0301, "CS", "NO")
        switch faces {
        case .overwritten, .none: writer.put(0x0028, 0x0302, "CS", "NO")
        case .present: writer.put(0x0028, 0x0302, "CS", "YES")
        }
        if let iccProfile, picture.samplesAPixel == 3 {
            writer.put(0x0028, 0x2000, "OB", bytes: iccProfile + (iccProfile.count % 2 == 1 ? [0] : []))
        }
        switch picture.coding {
        case .jpeg:
            writer.put(0x0028, 0x2110, "CS", "01")
            writer.put(0x0028, 0x2112, "DS", picture.ratio(to: count))
            writer.put(0x0028, 0x2114, "CS", "ISO_10918_1")
        case .losslessRGB, .losslessGrey: writer.put(0x0028, 0x2110, "CS", "00")
        }
    }
}
