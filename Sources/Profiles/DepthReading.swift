import Depth

extension Calibration {
    /// The table `[depth]`: what one count is, how far the camera measures, and how its picture lies to the colour one.
    init(reading table: inout TableReader) throws(TableFault) {
        guard let unit = try table.decimal("metres-per-count") else { throw .missing(table.key("metres-per-count")) }
        let range = try table.decimals("range", count: 2)
        guard range[0] < range[1] else { throw .invalid(table.key("range"), "must be the nearest and the farthest") }
        guard let bound = try table.integer("bound") else { throw .missing(table.key("bound")) }
        var alignment = Alignment.unaligned
        if var inner = try table.table("aligned") {
            alignment = .aligned(
                depth: try Intrinsics(reading: &inner, "depth"), colour: try Intrinsics(reading: &inner, "colour"),
                try Placement(reading: &inner))
            try inner.finish()
        }
        try table.finish()
        do {
            self = try Calibration(unit: unit, range: range[0]...range[1], bound: bound, alignment: alignment)
        } catch { throw table.fault(error) }
    }
}

extension Intrinsics {
    /// `<name>-size`, `<name>-focal` and `<name>-centre`, in pixels.
    fileprivate init(reading table: inout TableReader, _ name: String) throws(TableFault) {
        guard let (width, height) = try table.size("\(name)-size") else { throw .missing(table.key("\(name)-size")) }
        let focal = try table.decimals("\(name)-focal", count: 2)
        let centre = try table.decimals("\(name)-centre", count: 2)
        do {
            try self.init(
                width: width, height: height, focal: SIMD2(focal[0], focal[1]), centre: SIMD2(centre[0], centre[1]))
        } catch { throw .invalid(table.key("\(name)-focal"), "and \(name)-centre are no camera's") }
    }
}

extension Placement {
    /// `rotation`, nine numbers row by row, and `translation`, metres: from the depth camera's axes to the colour one's.
    fileprivate init(reading table: inout TableReader) throws(TableFault) {
        let rotation = try table.decimals("rotation", count: 9)
        let translation = try table.decimals("translation", count: 3)
        do { try self.init(rotation: rotation, translation: translation) } catch { throw table.fault(error) }
    }
}

extension TableReader {
    fileprivate func fault(_ fault: DepthFault) -> TableFault {
        switch fault {
        case .calibration(.unit): .invalid(key("metres-per-count"), "must lie between 0.000001 and 0.01")
        case .calibration(.range): .invalid(key("range"), "must lie between 0.01 and 100 metres")
        case .calibration(.bound): .invalid(key("bound"), "must lie between 1 and 4096 pixels")
        case .calibration(.rotation): .invalid(key("rotation"), "must be nine numbers of a rotation, row by row")
        default: .invalid(key("translation"), "must be three numbers, at most a metre")
        }
    }
}
