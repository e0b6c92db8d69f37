import DetectLink

/// What the search counts and adds, computed from its own code, for records and for the model card.
package enum SearchFacts {
    /// The smallest score that makes a face in any pass, in hundredths.
    package static func smallestScore(_ expectation: FaceExpectation) -> Int {
        // The thresholds are the same for every shape of picture.
        guard let passes = try? planPasses(width: 1920, height: 1080, expectation: expectation),
            let smallest = passes.map(\.plane.threshold).min()
        else { preconditionFailure("a picture of 1920 x 1080 has passes") }
        return hundredths(smallest)
    }

    /// A plane's threshold in hundredths.
    package static func hundredths(_ threshold: UInt16) -> Int { (Int(threshold) * 100 + 65534) / 65535 }

    /// By how many hundredths of its size a box grows on each side.
    package static var margin: Int {
        let face = PlaneFace(left: 0, top: 0, right: 1000, bottom: 1000, score: 0, landmarks: [])
        return -grown(face, .face).left / 10
    }
}
