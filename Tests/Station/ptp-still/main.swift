import Linux
import USBIP

simulate(Arguments.self) { arguments in
    let folder = try Folder(path: ".")
    let pictures = try arguments.pictures.map { try folder.read($0, bound: 64 << 20) }
    var camera = Camera(identity: arguments.identity, pictures: pictures, onCard: arguments.onCard)
    camera.fault = arguments.fault
    return Still(camera: camera)
}
