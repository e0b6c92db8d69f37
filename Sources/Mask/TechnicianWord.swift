/// What the person at the station says of one shot. It can hide more and never less.
package struct TechnicianWord: Sendable, Equatable {
    /// Who says that no face is in view, and when.
    package struct Confirmation: Sendable, Equatable {
        /// The user's id on the station.
        package let user: UInt32
        /// Seconds since 1970.
        package let at: Int64

        package init(user: UInt32, at: Int64) { (self.user, self.at) = (user, at) }
    }

    /// A rectangle in thousandths of the picture's width and height, inside it and not empty.
    package struct Cover: Sendable, Equatable {
        let x: Int
        let y: Int
        let width: Int
        let height: Int

        /// - Returns: nil where it is empty or reaches out of the picture.
        package init?(x: Int, y: Int, width: Int, height: Int) {
            let whole = 0...1000
            guard [x, y, width, height].allSatisfy(whole.contains), width > 0, height > 0, x + width <= 1000,
                y + height <= 1000
            else { return nil }
            (self.x, self.y, self.width, self.height) = (x, y, width, height)
        }

        /// Rounded outwards to the pixels of a picture.
        func region(width pixels: Int, height rows: Int) -> Region {
            let (left, top) = (x * pixels / 1000, y * rows / 1000)
            let (right, bottom) = (((x + width) * pixels + 999) / 1000, ((y + height) * rows + 999) / 1000)
            return Region(x: left, y: top, width: right - left, height: bottom - top)
        }
    }

    /// Nil: nobody has said that the view is free of faces.
    package let confirmedFree: Confirmation?
    /// What is hidden besides what the search finds.
    package let covers: [Cover]

    package init(confirmedFree: Confirmation?, covers: [Cover]) {
        (self.confirmedFree, self.covers) = (confirmedFree, covers)
    }

    package static let none = TechnicianWord(confirmedFree: nil, covers: [])
}
