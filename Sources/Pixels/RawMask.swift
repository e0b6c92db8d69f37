import PixelLoops

extension FrameShape {
    /// What masking `rectangle` covers: rounded outward to the chroma grid; nil when it lies outside the picture.
    package func covered(by rectangle: PixelRectangle) -> PixelRectangle? {
        let step = chromaStep
        return rectangle.rounded(outwardTo: step.across, by: step.down, inside: width, by: height)
    }

    /// Overwrites the rectangles of a raw frame with mid-grey: 128 in luma, chroma, grey, red, green and blue,
    /// 512, 2048 and 32768 in Y10, Y12 and Y16.
    ///
    /// - Parameter frame: at least `byteCount` bytes; unchanged when the call throws.
    package func mask(_ frame: inout MutableSpan<UInt8>, _ rectangles: [PixelRectangle]) throws(PixelError) {
        try check(frame.count)
        for rectangle in rectangles where rectangle.right > width || rectangle.bottom > height {
            throw .rectangle(rectangle)
        }
        for rectangle in rectangles {
            guard let area = covered(by: rectangle) else { throw .rectangle(rectangle) }
            // A grey sample of 16 bits is half of its range: the low byte is zero.
            let grey: (even: UInt8, odd: UInt8) = samples.bits > 8 ? (0, 1 << UInt8(samples.bits - 9)) : (128, 128)
            fill(
                &frame, first: area.y * bytesPerLine + area.x * format.bytesAPixel, stride: bytesPerLine,
                count: area.width * format.bytesAPixel, height: area.height, even: grey.even, odd: grey.odd)
            if format == .nv12 {
                fill(
                    &frame, first: (height + area.y / 2) * bytesPerLine + area.x, stride: bytesPerLine,
                    count: area.width, height: area.height / 2, even: 128, odd: 128)
            }
        }
    }

    private var chromaStep: (across: Int, down: Int) {
        switch format {
        case .yuyv, .uyvy: (2, 1)
        case .nv12: (2, 2)
        case .mjpg, .grey, .y10, .y12, .y16, .rgb24, .bgr24: (1, 1)
        }
    }
}
