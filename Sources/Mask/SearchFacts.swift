import DetectLink

/// What the search counts and adds, computed from its own code, for records and for the model card.
package enum SearchFacts {
    /// The smallest score that makes a face in any pass, in thousandths.
    package static func smallestScore(_ expectation: FaceExpectation) -> Int {
        // The thresholds are the same for every shape of picture.
        guard let passes = try? planPasses(width: 1920, height: 1080, expectation: expectation),
            let smallest = passes.map(\.plane.threshold).min()
        else { preconditionFailure("a picture of 1920 x 1080 has passes") }
        return thousandths(smallest)
    }

    /// A plane's threshold in thousandths.
    package static func thousandths(_ threshold: UInt16) -> Int { (Int(threshold) * 1000 + 65534) / 65535 }

    /// Thousandths as in `0.035`.
    package static func text(_ thousandths: Int) -> String {
        let digits = "\(thousandths % 1000)"
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }

    /// By how many hundredths of its size a box grows on each side.
    package static var margin: Int {
        -FineBox(left: 0, top: 0, right: 1000, bottom: 1000).grown().left / 10
    }
}
