import Linux

/// A point in a plane in units of 1/16 pixel.
package struct PlanePoint: Equatable, Sendable {
    package var x: Int32
    package var y: Int32

    package init(x: Int32, y: Int32) {
        self.x = x
        self.y = y
    }
}

/// One face in a plane, in units of 1/16 pixel; the box lies inside the plane and is not empty.
package struct PlaneFace: Equatable, Sendable {
    package var left: Int32
    package var top: Int32
    package var right: Int32
    package var bottom: Int32
    /// Units of 1/65535.
    package var score: UInt16
    /// Right eye, left eye, nose, right and left corner of the mouth, as the person has them.
    package var landmarks: [PlanePoint]

    package init(
        left: Int32, top: Int32, right: Int32, bottom: Int32, score: UInt16, landmarks: [PlanePoint]
    ) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
        self.score = score
        self.landmarks = landmarks
    }
}

/// What the worker answers: the faces of each plane, in the request's order.
///
/// Layout, big-endian: `ODA1`, the request's identifier (8 bytes), number of planes (1); for each plane the number
/// of faces (2); for each face left, top, right, bottom (4 each, signed), score (2), five points x, y (4 each, signed).
package struct DetectionAnswer: Equatable, Sendable {
    package static let mostFaces = 256
    /// Bytes of the longest message.
    package static let longestMessage = 13 + DetectionRequest.mostPlanes * (2 + mostFaces * 58)

    package let identifier: UInt64
    package let planes: [[PlaneFace]]

    package init(identifier: UInt64, planes: [[PlaneFace]]) {
        self.identifier = identifier
        self.planes = planes
    }

    /// Reads an answer and believes it only where it can be one to `request`.
    package init(parsing message: Span<UInt8>, to request: DetectionRequest) throws(DetectionFormatError) {
        var reader = MessageReader<DetectionFormatError>(message)
        guard try reader.take(4) == 0x4F44_4131 else { throw .notThisProtocol }
        identifier = try reader.take(8)
        let count = Int(try reader.take(1))
        guard identifier == request.identifier, count == request.planes.count else { throw .otherRequest }
        var planes: [[PlaneFace]] = []
        for plane in request.planes {
            let faceCount = Int(try reader.take(2))
            guard faceCount <= Self.mostFaces else { throw .faces(faceCount) }
            var faces: [PlaneFace] = []
            for _ in 0..<faceCount { faces.append(try Self.face(from: &reader, in: plane)) }
            planes.append(faces)
        }
        try reader.end()
        self.planes = planes
    }

    private static func face(
        from reader: inout MessageReader<DetectionFormatError>, in plane: DetectionPlane
    ) throws(DetectionFormatError) -> PlaneFace {
        let width = Int32(16 * plane.width)
        let height = Int32(16 * plane.height)
        let left = try reader.takeSigned()
        let top = try reader.takeSigned()
        let right = try reader.takeSigned()
        let bottom = try reader.takeSigned()
        guard 0 <= left, left < right, right <= width, 0 <= top, top < bottom, bottom <= height else {
            throw .geometry
        }
        let score = UInt16(try reader.take(2))
        // Equal is right: rounding to 1/65535 may meet the threshold from above.
        guard score >= plane.threshold else { throw .score(score) }
        var points: [PlanePoint] = []
        for _ in 0..<5 {
            let point = PlanePoint(x: try reader.takeSigned(), y: try reader.takeSigned())
            guard (-width...2 * width).contains(point.x), (-height...2 * height).contains(point.y) else {
                throw .geometry
            }
            points.append(point)
        }
        return PlaneFace(left: left, top: top, right: right, bottom: bottom, score: score, landmarks: points)
    }

    package var message: [UInt8] {
        var writer = MessageWriter()
        writer.put(0x4F44_4131, 4)
        writer.put(identifier, 8)
        writer.put(UInt64(planes.count), 1)
        for faces in planes {
            writer.put(UInt64(faces.count), 2)
            for face in faces {
                for side in [face.left, face.top, face.right, face.bottom] { writer.put(signed: side) }
                writer.put(UInt64(face.score), 2)
                for point in face.landmarks {
                    writer.put(signed: point.x)
                    writer.put(signed: point.y)
                }
            }
        }
        return writer.bytes
    }
}
