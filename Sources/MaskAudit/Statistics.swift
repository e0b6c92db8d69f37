/// A range of which its maker says how sure it is; both ends included.
package struct Interval: Equatable, Sendable {
    package let lower: Double
    package let upper: Double
}

/// The standard normal quantile of .975, for intervals of 95 per cent.
private let z = 1.959963984540054

/// So many of so many.
package struct Share: Equatable, Sendable {
    package private(set) var hits: Int
    package private(set) var count: Int

    package init(hits: Int = 0, of count: Int = 0) {
        precondition((0...count).contains(hits))
        self.hits = hits
        self.count = count
    }

    package mutating func add(_ hit: Bool) {
        count += 1
        if hit { hits += 1 }
    }

    /// 0 ... 1; nil of nothing.
    package var value: Double? { count == 0 ? nil : Double(hits) / Double(count) }

    /// Wilson's score interval, 95 per cent (Wilson 1927); 0 ... 1 of nothing.
    package var wilson: Interval {
        guard count > 0 else { return Interval(lower: 0, upper: 1) }
        let (n, share) = (Double(count), Double(hits) / Double(count))
        let centre = share + z * z / (2 * n)
        let reach = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        return Interval(lower: max(0, (centre - reach) / scale), upper: min(1, (centre + reach) / scale))
    }
}

/// Two answers about each of the same things.
package struct Pairs: Equatable, Sendable {
    package private(set) var both = 0
    package private(set) var firstOnly = 0
    package private(set) var secondOnly = 0
    package private(set) var neither = 0

    package init() {}

    package mutating func add(first: Bool, second: Bool) {
        switch (first, second) {
        case (true, true): both += 1
        case (true, false): firstOnly += 1
        case (false, true): secondOnly += 1
        case (false, false): neither += 1
        }
    }

    package var count: Int { both + firstOnly + secondOnly + neither }

    /// Share of the first answers minus share of the second; nil of nothing.
    package var difference: Double? {
        count == 0 ? nil : Double(firstOnly - secondOnly) / Double(count)
    }

    /// Adjusted interval of the difference, 95 per cent (Bonett and Price 2012); -1 ... 1 of nothing.
    package var interval: Interval {
        guard count > 0 else { return Interval(lower: -1, upper: 1) }
        let n = Double(count + 2)
        let (first, second) = (Double(firstOnly + 1) / n, Double(secondOnly + 1) / n)
        let middle = first - second
        let reach = z * ((first + second - middle * middle) / n).squareRoot()
        return Interval(lower: max(-1, middle - reach), upper: min(1, middle + reach))
    }
}
