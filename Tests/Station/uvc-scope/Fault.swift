/// What the camera does wrong, for tests of the host.
enum Fault: String, CaseIterable {
    /// A frame ends, marked as complete, after two thirds of its bytes.
    case wrongLength = "wrong-length"
    /// The last payload of a frame carries no end mark.
    case noEnd = "no-eof"
    /// A payload in the middle of a frame says that its header has no bytes.
    case badHeader = "bad-header"
    /// The endpoint halts in the middle of a frame.
    case stall
    /// The trigger is taken, and nothing comes.
    case stillMissing = "still-missing"
    /// A still ends, marked as complete, after two thirds of its bytes.
    case stillShort = "still-short"
    /// The last payload of a still carries no end mark.
    case stillNoEnd = "still-no-eof"
    /// A still repeats its bytes for ever.
    case stillEndless = "still-endless"
    /// A payload in the middle of a still carries the mark of an error.
    case stillError = "still-error"
    /// A payload in the middle of a still says that its header has no bytes.
    case stillBadHeader = "still-bad-header"
    /// The endpoint that carries a still halts in its middle.
    case stillStall = "still-stall"
    /// The probe promises less room than the still takes.
    case stillSmall = "still-small"
    /// The trigger is taken, and the video goes on as if it had not come.
    case stillVideo = "still-video"
}
