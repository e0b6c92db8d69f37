import Linux
import USBIP

// The pictures are all of one size.
simulate(Arguments.self) { arguments in
    var pictures: [Picture] = []
    let folder = try Folder(path: ".")
    for path in arguments.pictures {
        let picture = try Picture(parsing: try folder.read(path, bound: 64 << 20))
        if let first = pictures.first, first.size != picture.size { throw PictureError.sizeDiffers(picture.size) }
        pictures.append(picture)
    }
    let ticks = 10_000_000 / arguments.rate
    let stream = Stream(
        pictures: pictures, interval: .nanoseconds(Int64(ticks) * 100), order: arguments.order, fault: arguments.fault)
    return Scope(
        name: arguments.name, serial: arguments.serial, size: pictures[0].size, interval: ticks, stream: stream)
}
