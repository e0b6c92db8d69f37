import Linux
import USBIP

// The pictures of the video are all of one size.
simulate(Arguments.self) { arguments in
    let folder = try Folder(path: ".")
    func read(_ path: String) throws -> Picture { try Picture(parsing: try folder.read(path, bound: 64 << 20)) }
    var pictures: [Picture] = []
    for path in arguments.pictures {
        let picture = try read(path)
        if let first = pictures.first, first.size != picture.size { throw PictureError.sizeDiffers(picture.size) }
        pictures.append(picture)
    }
    var still: StillCapture?
    if let method = arguments.still, let path = arguments.stillPicture {
        still = StillCapture(method: method, picture: try read(path))
    }
    let ticks = 10_000_000 / arguments.rate
    let stream = Stream(pictures: pictures, interval: .nanoseconds(Int64(ticks) * 100), order: arguments.order)
    let streaming = VideoStreaming(
        transfer: arguments.transfer, stream: stream, still: still, fault: arguments.fault)
    return Scope(name: arguments.name, serial: arguments.serial, interval: ticks, streaming: streaming)
}
