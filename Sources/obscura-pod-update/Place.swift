import Commands
import Loader
import Pod
import USB

/// Finds the pod that is meant.
///
/// - Parameter place: a serial number or a socket; nil for the only one that is plugged in.
/// - Returns: a pod, or a chip in its loader: one whose update was cut off, or that was started with its button held.
func findPod(_ place: String?) throws(Refused) -> USBListing {
    let all = USBListing.all().filter { [PodUSBDoor.id, LoaderLine.id].contains($0.id) }
    guard let place else {
        guard let only = all.first else { throw Refused("no pod is plugged in") }
        guard all.count == 1 else {
            throw Refused(
                "\(all.count) pods are plugged in, at \(all.map(\.port).joined(separator: ", "))",
                hint: "name one with --device")
        }
        return only
    }
    // The loader's serial number is the chip's number, as the pod's is.
    guard let found = all.first(where: { [$0.port, $0.serial].contains(place) }) else {
        throw Refused("no pod is plugged in at \(place), and none has that serial number")
    }
    return found
}
