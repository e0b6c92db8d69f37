import Testing

@testable import DetectLink

private func request() throws -> DetectionRequest {
    try DetectionRequest(
        identifier: 0x0102_0304_0506_0708,
        planes: [
            DetectionPlane(width: 320, height: 256, threshold: 6553),
            DetectionPlane(width: 64, height: 32, threshold: 22937),
        ])
}

private let face = PlaneFace(
    left: 16, top: 32, right: 512, bottom: 400, score: 40000,
    landmarks: (0..<5).map { PlanePoint(x: $0 * 16 - 32, y: $0) })

@Suite struct `A detection request` {
    @Test func `has the bytes that were written down`() throws {
        let bytes: [UInt8] = [
            0x4F, 0x44, 0x52, 0x31, 1, 2, 3, 4, 5, 6, 7, 8, 2, 1, 64, 1, 0, 0x19, 0x99, 0, 64, 0, 32, 0x59, 0x99,
        ]
        #expect(try request().message == bytes)
        #expect(try DetectionRequest(parsing: bytes.span) == request())
    }

    @Test func `is refused cut or lengthened`() throws {
        let whole = try request().message
        for count in 0..<whole.count {
            let part = Array(whole.prefix(count))
            #expect(throws: DetectionFormatError.length(count)) { try DetectionRequest(parsing: part.span) }
        }
        let longer = whole + [0]
        #expect(throws: DetectionFormatError.length(longer.count)) { try DetectionRequest(parsing: longer.span) }
    }

    @Test(arguments: [(0, 32), (32, 0), (33, 32), (672, 32), (65535, 32)])
    func `is refused with a side that the network does not take`(width: Int, height: Int) {
        #expect(throws: DetectionFormatError.side(width: width, height: height)) {
            try DetectionPlane(width: width, height: height, threshold: 0)
        }
    }

    @Test func `is refused with no plane, too many, or too many bytes`() throws {
        let plane = try DetectionPlane(width: 640, height: 640, threshold: 0)
        for count in [0, 9] {
            #expect(throws: DetectionFormatError.planes(count)) {
                try DetectionRequest(identifier: 1, planes: Array(repeating: plane, count: count))
            }
        }
        #expect(throws: DetectionFormatError.length(8 * 640 * 640 * 3)) {
            try DetectionRequest(identifier: 1, planes: Array(repeating: plane, count: 8))
        }
    }
}

@Suite struct `A detection answer` {
    private func parse(_ planes: [[PlaneFace]], identifier: UInt64 = 0x0102_0304_0506_0708) throws -> DetectionAnswer {
        let bytes = DetectionAnswer(identifier: identifier, planes: planes).message
        return try DetectionAnswer(parsing: bytes.span, to: request())
    }

    @Test func `comes back as it was sent`() throws {
        #expect(try parse([[face, face], []]).planes == [[face, face], []])
    }

    @Test func `is refused cut or lengthened`() throws {
        let whole = DetectionAnswer(identifier: 0x0102_0304_0506_0708, planes: [[face], []]).message
        for count in 0..<whole.count {
            let part = Array(whole.prefix(count))
            #expect(throws: DetectionFormatError.length(count)) {
                try DetectionAnswer(parsing: part.span, to: request())
            }
        }
        let longer = whole + [0]
        #expect(throws: DetectionFormatError.length(longer.count)) {
            try DetectionAnswer(parsing: longer.span, to: request())
        }
    }

    @Test func `is refused for another request or another number of planes`() {
        #expect(throws: DetectionFormatError.otherRequest) { try parse([[], []], identifier: 9) }
        #expect(throws: DetectionFormatError.otherRequest) { try parse([[]]) }
    }

    @Test func `is refused with more faces than a plane can have`() {
        #expect(throws: DetectionFormatError.faces(257)) { try parse([Array(repeating: face, count: 257), []]) }
    }

    @Test(arguments: 0..<8)
    func `is refused with a box or a landmark outside its bounds`(which: Int) {
        var wrong = face
        switch which {
        case 0: wrong.left = -1
        case 1: wrong.top = -1
        case 2: wrong.right = 320 * 16 + 1
        case 3: wrong.bottom = 256 * 16 + 1
        case 4: wrong.right = wrong.left
        case 5: wrong.bottom = wrong.top
        case 6: wrong.landmarks[4].x = .max
        default: wrong.landmarks[0].y = .min
        }
        #expect(throws: DetectionFormatError.geometry) { try parse([[wrong], []]) }
    }

    @Test func `is refused with a score below what was asked for`() {
        var weak = face
        weak.score = 6552
        #expect(throws: DetectionFormatError.score(6552)) { try parse([[weak], []]) }
    }

}
