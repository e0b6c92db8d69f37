import Linux
import Control
import StillLink
import V4L2

extension Refusal {
    /// Why there is no picture of a still camera.
    static func still(_ error: StillError) -> Refusal {
        switch error {
        case .unreachable, .otherUser, .died, .system:
            Refusal(
                "still-absent", "the still camera's process does not answer", hint: "systemctl status obscura-still")
        case .late: Refusal("camera-late", "the still camera took too long", hint: "turn it off and on, then try again")
        case .cancelled: Refusal("cancelled", "the session ended before the picture was taken")
        case .nonsense: Refusal("still", "the still camera's process answered nonsense")
        case .memory:
            Refusal("memory", "no locked memory for the picture", hint: "raise LimitMEMLOCK of obscura-capture")
        case .fault(let fault, let words): .fault(fault, DeviceText(cleaning: words).description)
        }
    }

    private static func fault(_ fault: StillFault, _ words: String) -> Refusal {
        switch fault {
        case .driver:
            Refusal("still-driver", "libgphoto2 is not as it was installed", hint: "journalctl -u obscura-still")
        case .absent: Refusal("camera-unplugged", "the camera was unplugged", hint: "plug it in, then try again")
        case .taken: Refusal("camera-taken", "another program is using the camera", hint: "close it, then try again")
        case .target:
            Refusal(
                "camera-target",
                "the camera does not say that its pictures go to the station"
                    + (words.isEmpty ? "" : ": it says \(words)"),
                hint: "another model; see README")
        case .quality:
            Refusal(
                "camera-quality", "the camera is set to raw pictures: \(words)",
                hint: "set it to JPEG alone, in its menu")
        case .unnamed: Refusal("camera-unnamed", "the camera does not tell its \(words)")
        case .crowded:
            Refusal(
                "camera-card", "the camera's card holds too many files to be looked through",
                hint: "take the card out, or empty it")
        case .late:
            Refusal("camera-late", "the camera gave no picture", hint: "does it find its focus? is it in its menu?")
        case .card: Refusal("camera-card", "the camera put the picture on its card, where it was deleted")
        case .kept:
            Refusal(
                "camera-card", "the camera kept a picture on its card", hint: "take the card out and empty it, now")
        case .picture: Refusal("camera-picture", "the camera sent no whole picture", hint: "try again")
        case .large:
            Refusal("camera-picture", "the camera's picture is too large", hint: "set a smaller size, in its menu")
        case .denied:
            Refusal(
                "camera-denied", "the process for stills may not open the camera's USB node",
                hint: "a rule as in 71-obscura.rules; see README, stills of video cameras")
        case .offer:
            Refusal(
                "camera-format", "the camera offers no such still",
                hint: "set method, format and size of [still] in its profile to something of: lsusb -v")
        case .wire: Refusal("camera-wire", "the camera broke its protocol (\(words))", hint: "unplug it and plug it in")
        }
    }
}
