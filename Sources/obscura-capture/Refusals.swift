import Age
import BundleFormat
import Camera
import Consent
import Depth
import Control
import JPEG
import Journal
import KeyLink
import Linux
import Mask
import Outbox
import Policy
import Seal
import V4L2

/// Every failure as the person at the station reads it.
extension Refusal {
    static func consent(_ error: ConsentError) -> Refusal {
        if case .ledger(let fault) = error {
            return .journal(.notDurable(SystemCallError(call: fault.call, errno: fault.errno)))
        }
        let hint: String? =
            switch error {
            case .noFramesLeft: "ask the patient for a new consent, or close the session"
            case .expired: "ask the clinic for a new consent"
            case .statusListMissing, .statusListExpired:
                "the clinic's status list has to arrive first: check the network"
            case .sessionAlreadyOpen: "close the open session first"
            case .clockBelowFloor, .clockDrift: "set the clock; journal, lists and receipts are from later than now"
            default: nil
            }
        return Refusal("consent-\(error.code)", error.operatorLine, hint: hint)
    }

    static func journal(_ error: JournalError) -> Refusal {
        switch error {
        case .altered(let segment):
            Refusal(
                "journal-altered", "the journal was altered (segment \(segment)); no session opens",
                hint: "call the clinic: the station has to be recovered")
        case .otherKey: Refusal("journal-key", "the journal was written with another TPM's key")
        case .notDurable(let error):
            Refusal(
                "disk", "the journal cannot be written: \(error)",
                hint: error.errno == Errno.noSpace ? "free some disk space" : "check the disk")
        case .recordTooLarge, .cipher: Refusal("journal", "the journal cannot be written")
        case .unreadable(let error): Refusal("journal", "the journal cannot be read: \(error)")
        }
    }

    static func outbox(_ error: OutboxError) -> Refusal {
        switch error {
        case .notDurable(let error):
            Refusal(
                "disk", "the picture cannot be kept: \(error)",
                hint: error.errno == Errno.noSpace ? "free some disk space" : "check the disk")
        case .unreadable(let error): Refusal("outbox", "the outbox cannot be read: \(error)")
        case .absent(let name): Refusal("outbox-absent", "bundle \(name.seq) is not on this station")
        case .altered(let name): Refusal("outbox-altered", "bundle \(name.seq) was cut or altered on the disk")
        }
    }

    static func keys(_ error: KeyLinkError) -> Refusal {
        switch error {
        case .unreachable, .silent, .late:
            Refusal("keys-absent", "the key service does not answer", hint: "systemctl status obscura-keys")
        case .absent: Refusal("tpm-absent", "the TPM is absent; without it there is no capture")
        case .lockedOut: Refusal("tpm-locked-out", "the TPM is locked out", hint: "wait, or ask the administrator")
        case .otherDevice:
            Refusal(
                "tpm-other", "this TPM is not the one that made the station's keys",
                hint: "after a mainboard swap: obscura enroll --recover")
        case .stateKeySealedAway:
            Refusal(
                "tpm-state", "the TPM does not give the state key: the firmware's state changed",
                hint: "what is sealed goes on to the clinic; then: obscura enroll --recover")
        case .refused(.notApproved):
            Refusal(
                "recovery-firmware", "the word is for another state of the firmware", hint: "obscura enroll --recover")
        case .refused(.otherClinic): Refusal("enrolled", "this station's keys are bound to another clinic")
        case .refused(.storage):
            Refusal(
                "disk", "the key service cannot write to its disk", hint: "free some disk space, or see why it fails")
        case .refused(let refusal): Refusal("keys-refused", "the key service refused: \(refusal)")
        case .protocol, .memory: Refusal("keys", "the key service answered nonsense")
        }
    }

    static func camera(_ error: CameraError) -> Refusal {
        switch error {
        case .noStream:
            Refusal(
                "camera-profile", "no profile knows this camera, and the configuration names no format",
                hint: "a profile in /etc/obscura/profiles, or format and size in its table of /etc/obscura/obscura.toml"
            )
        case .replay(.picture(let error)): .jpeg(error)
        case .replay(let error): Refusal("replay", "the picture cannot be replayed: \(error)")
        case .driver(let error): .driver(error)
        case .still(let error): .still(error)
        case .stillPicture(let error): .jpeg(error)
        case .noStill:
            Refusal(
                "still-absent", "the profile wants a still, and the station has no process for stills",
                hint: "the user obscura-still of the package, or station.still-user")
        case .otherStill:
            Refusal(
                "camera-format", "the camera's still has another size than its profile says",
                hint: "set [still] in its profile to what the camera gives")
        case .noLiveView:
            Refusal("camera-no-live-view", "a still camera has no live view here", hint: "look through its own finder")
        case .noCalibration:
            Refusal(
                "depth-profile", "no profile says how this camera's depth lies to its colours",
                hint: "a profile with [depth] in /etc/obscura/profiles, named by profile in the camera's table")
        case .node(let kind, let error): .driver(error).about(kind)
        case .depth(let kind, let fault): .depth(fault).about(kind)
        }
    }

    private static func driver(_ error: V4L2Error) -> Refusal {
        switch error {
        case .absent(let name):
            Refusal("camera-absent", "camera \(name) is not there", hint: "plug it in, then try again")
        case .notACamera(let name): Refusal("camera-kind", "\(name) is not a camera that streams")
        case .taken: Refusal("camera-taken", "another program is using the camera", hint: "close it, then try again")
        case .unplugged: Refusal("camera-unplugged", "the camera was unplugged", hint: "plug it in, then try again")
        case .stalled(let time):
            Refusal("camera-stalled", "the camera sent no frame for \(time) ms", hint: "unplug it and plug it in")
        case .formatNotOffered(let format): Refusal("camera-format", "the camera does not offer \(format)")
        case .formatChanged(let got):
            Refusal("camera-format", "the driver would take \(got) instead of what is configured")
        case .tooFewBuffers(let count): Refusal("camera-buffers", "the driver gave only \(count) buffers")
        case .implausible(let what): Refusal("camera-implausible", "the driver says what cannot be: \(what)")
        case .damagedFrames(let count): Refusal("camera-damaged", "the camera sent only damaged frames (\(count))")
        case .control(let name): Refusal("camera-control", "the camera does not take the setting \(name)")
        case .controlMoved(let name, let wanted, let got):
            Refusal(
                "camera-control",
                "the camera did not hold the setting \(name): \(got.map { "\($0)" } ?? "nothing") instead of \(wanted)",
                hint: "try again; if it comes back, the camera drives this itself and cannot be locked")
        case .swapped: Refusal("camera-swapped", "another camera was plugged in meanwhile", hint: "obscura devices")
        case .cancelled: Refusal("cancelled", "the session ended before the picture was taken")
        case .notConvertible(let format): Refusal("camera-format", "frames of format \(format) cannot be read")
        case .system(let error): Refusal("camera", "the camera failed: \(error)")
        case .memory: Refusal("memory", "no locked memory for the frame", hint: "raise LimitMEMLOCK of obscura-capture")
        }
    }

    static func mask(_ error: MaskFailure) -> Refusal {
        switch error {
        case .refused(.tooDark(let lightness)):
            Refusal(
                "mask-too-dark", "too dark to be sure that no face is missed (lightness \(lightness))",
                hint: "more light")
        case .refused(.noFaceFound):
            Refusal(
                "mask-undecided", "no face was found, which does not mean that there is none",
                hint:
                    "look: if none is in view, say so (--no-face); if one is, turn it to the camera or cover it (--cover)"
            )
        case .refused(.faceWhereNoneCanBe):
            Refusal("mask-unexpected-face", "a face where none can be: another instrument or site?")
        case .refused(.coversSite): Refusal("mask-covers-site", "mask covers the site, reframe")
        case .refused(.faceRemains): Refusal("mask-face-remains", "a face was still seen after masking")
        case .picture(let error), .proof(let error): .jpeg(error)
        case .pixels(let error): Refusal("frame", "the camera's frame is not what it promised: \(error)")
        case .detector(let error):
            Refusal(
                "detector", "the face detector did not answer: \(error)",
                hint: "it is started again by itself; try again")
        case .search(let error): Refusal("mask", "the picture cannot be searched for faces: \(error)")
        case .depth(let fault): .depth(fault).about(.depth)
        case .depthUndecided:
            Refusal(
                "depth-undecided", "nobody can say where a face is, so the depth cannot be masked",
                hint: "turn the face to the camera, cover it (--cover), or say that none is in view (--no-face)")
        case .memory: Refusal("memory", "no locked memory for masking", hint: "raise LimitMEMLOCK of obscura-capture")
        }
    }

    private static func jpeg(_ error: JPEGError) -> Refusal {
        switch error {
        case .progressive: Refusal("jpeg-progressive", "the picture is a progressive JPEG, which is not masked")
        case .truncated: Refusal("jpeg-truncated", "the picture is cut short")
        default: Refusal("jpeg", "the picture is not a JPEG that can be masked: \(error)")
        }
    }

    static func depth(_ fault: DepthFault) -> Refusal {
        switch fault {
        case .empty(let perMille):
            Refusal(
                "depth-dark", "the frame is of the dark: \(perMille) of 1000 pixels show anything",
                hint: "is the lens covered, or everything out of its range?")
        case .unpaired(let nearest):
            Refusal(
                "depth-unpaired",
                "no frame belongs to the picture: the nearest is \(nearest.map { "\($0 / 1_000_000) ms" } ?? "nowhere")",
                hint: "try again; if it comes back, set both cameras to the same rate")
        case .size(let width, let height):
            Refusal("depth-size", "the profile's calibration is not for \(width)x\(height) pixels")
        case .memory: Refusal("memory", "no locked memory", hint: "raise LimitMEMLOCK of obscura-capture")
        case .shape, .short, .format, .calibration, .noIntrinsics:
            Refusal("depth", "the frame is not what it promised: \(fault)")
        }
    }

    /// The same refusal, of a node beside the colour node.
    private func about(_ kind: DepthNode.Kind) -> Refusal {
        Refusal(code, "\(kind.rawValue): \(line)", hint: hint)
    }

    static func seal(_ error: SealError) -> Refusal { Refusal("seal", "the picture could not be sealed: \(error)") }
    static func picture(_ error: PictureError) -> Refusal {
        Refusal("picture", "the picture could not be written: \(error)")
    }
    static func policy(_ error: PolicyError) -> Refusal {
        switch error {
        case .document(let fault): Refusal("policy-document", "the document is not rightly signed: \(fault)")
        case .older(let version, let inForce):
            Refusal("policy-older", "policy version \(version) is older than version \(inForce), which is in force")
        case .changed(let version): Refusal("policy-changed", "policy version \(version) came again with other words")
        case .unknownKey(let kid): Refusal("policy-key", "the clinic policy names no key \(kid) for this")
        case .receiptDiffers(let field):
            Refusal("receipt-differs", "the receipt is for something else: its \(field) differs")
        case .audience, .ticketExpired, .ticketNotYetValid, .ticketLifetime, .ticketDiffers, .stationNotApproved:
            Refusal("ticket", "the ticket does not hold: \(error)")
        }
    }
}
