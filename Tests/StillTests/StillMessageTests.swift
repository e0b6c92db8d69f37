import Testing

@testable import StillLink

@Suite struct `A message between capture and the still camera's process` {
    private let request: StillRequest
    private let name = StillName(manufacturer: "Obscura".utf8, model: "Still".utf8, serial: "".utf8, version: "1".utf8)

    init() throws { request = try StillRequest(identifier: 7, bus: 1, device: 4) }

    @Test func `reads back as it was written`() throws {
        #expect(try StillRequest(parsing: request.message.span) == request)
        let video = VideoStill(method: .three, format: .yuy2, width: 2592, height: 1944)
        let other = try StillRequest(identifier: 7, bus: 1, device: 4, video: video)
        #expect(try StillRequest(parsing: other.message.span) == other)
        let outcomes: [StillAnswer.Outcome] =
            [.picture(bytes: StillAnswer.mostBytes, name)]
            + StillFault.allCases.map { .fault($0, words: Array("Card".utf8)) }
        for outcome in outcomes {
            let answer = StillAnswer(identifier: 7, outcome: outcome)
            #expect(answer.message.count <= StillAnswer.longestMessage)
            #expect(try StillAnswer(parsing: answer.message.span, to: request) == answer)
        }
    }

    @Test func `cut anywhere, or with one byte more, is refused`() throws {
        let answer = StillAnswer(identifier: 7, outcome: .picture(bytes: 9, name)).message
        for count in 0..<answer.count {
            #expect(throws: StillFormatError.self) {
                try StillAnswer(parsing: Array(answer.prefix(count)).span, to: request)
            }
        }
        #expect(throws: StillFormatError.length(answer.count + 1)) {
            try StillAnswer(parsing: (answer + [0]).span, to: request)
        }
    }

    @Test func `of another request, or with a fault that nobody knows, is refused`() {
        let other = StillAnswer(identifier: 8, outcome: .fault(.late, words: [])).message
        #expect(throws: StillFormatError.otherRequest) { try StillAnswer(parsing: other.span, to: request) }
        var strange = StillAnswer(identifier: 7, outcome: .fault(.late, words: [])).message
        strange[12] = 200
        #expect(throws: StillFormatError.fault(200)) { try StillAnswer(parsing: strange.span, to: request) }
    }

    @Test(arguments: [0, StillAnswer.mostBytes + 1])
    func `of a picture without bytes, or with too many, is refused`(count: Int) {
        let answer = StillAnswer(identifier: 7, outcome: .picture(bytes: count, name)).message
        #expect(throws: StillFormatError.length(count)) { try StillAnswer(parsing: answer.span, to: request) }
    }

    @Test(arguments: [(0, 4), (1, 0), (1, 128)] as [(UInt8, UInt8)])
    func `names no place that no device has`(bus: UInt8, device: UInt8) {
        #expect(throws: StillFormatError.place(bus: bus, device: device)) {
            try StillRequest(identifier: 1, bus: bus, device: device)
        }
    }

    @Test(arguments: [(14, 1), (14, 9), (15, 0), (15, 3)])
    func `asks for no still that no video camera gives`(place: Int, value: UInt8) throws {
        let video = VideoStill(method: .two, format: .mjpeg, width: 640, height: 480)
        var bytes = try StillRequest(identifier: 7, bus: 1, device: 4, video: video).message
        bytes[place] = value
        #expect(throws: StillFormatError.still) { try StillRequest(parsing: bytes.span) }
        let empty = VideoStill(method: .two, format: .mjpeg, width: 640, height: 0)
        #expect(throws: StillFormatError.still) {
            try StillRequest(identifier: 7, bus: 1, device: 4, video: empty)
        }
    }

    @Test func `cuts a camera's endless name`() {
        let long = StillName(
            manufacturer: repeatElement(0x41, count: 500), model: "".utf8, serial: "".utf8, version: "".utf8)
        #expect(long.manufacturer.count == StillName.bound)
    }
}
