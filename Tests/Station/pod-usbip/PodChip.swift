import PodBoard
import PodImage
import PodROM
import USBIP

/// The chip that the firmware runs on: where the pod asks for the loader it leaves the bus, and comes back as that.
///
/// Whatever is written into its flash, what runs is the firmware that this program was built with: an emulator of the chip is
/// another thing. Whether it runs is decided as the ROM does, by the signature over what is in flash.
struct PodChip: USBIPDevice, ~Copyable {
    let speed = USBIPSpeed.full
    private let board: SimulatedBoard
    private let memory: OneTimeMemory
    private var pod: PodDevice
    private var loader: LoaderDevice
    private var isLoading = false
    /// What starts next, where the chip restarts by itself; nil where its power goes.
    private var next: Start?
    /// Whether what the next host finds is decided already.
    private var isSettled = true
    private var reports: [String] = []
    /// Whether the loader says nothing more once it has erased something.
    private var isStuck = false

    private enum Start {
        case loader
        /// Whatever the ROM finds in flash.
        case flash
    }

    init(_ board: SimulatedBoard, _ memory: OneTimeMemory) {
        (self.board, self.memory) = (board, memory)
        pod = PodDevice(board)
        loader = LoaderDevice(number: board.serial, memory: memory)
    }

    var deviceDescriptor: [UInt8] { isLoading ? loader.deviceDescriptor : pod.deviceDescriptor }
    var configurationDescriptor: [UInt8] { isLoading ? loader.configurationDescriptor : pod.configurationDescriptor }

    /// A host that comes finds what the last one's going has left.
    mutating func reset(at now: ContinuousClock.Instant) {
        defer { isSettled.toggle() }
        guard !isSettled else { return }
        let wasLoading = isLoading
        isLoading = next == .loader || !canStart
        if isLoading != wasLoading { reports.append(isLoading ? "loader" : "firmware") }
        next = nil
        loader.restart()
        pod.reset(at: now)
    }

    /// As delivered there is a firmware in its flash.
    private var canStart: Bool {
        guard let flash = loader.rom.flash else { return true }
        let end = flash.lastIndex { $0 != 0xFF }.map { ($0 / 256 + 1) * 256 } ?? 0
        guard end <= FlashImage.mostBytes, let image = try? SignedImage(FlashImage(pages: Array(flash.prefix(end))))
        else {
            return false
        }
        return !memory.isSecured || memory.trusts(image.keyDigest)
    }

    mutating func hasLeft() -> Bool {
        guard isLoading ? loader.rom.isLeaving : pod.hasLeft() else { return false }
        next = board.now.restart == .loader ? .loader : .flash
        return true
    }

    mutating func answer(_ transfer: Transfer, at now: ContinuousClock.Instant) throws(WireError) -> Reply? {
        guard isLoading else { return try pod.answer(transfer, at: now) }
        let before = loader.rom.erasures
        if isStuck, before > 0, transfer.endpoint != 0 { return nil }
        defer { if loader.rom.erasures > before { reports.append("erased") } }
        return loader.answer(transfer)
    }

    mutating func pause(waiting: [Transfer], at now: ContinuousClock.Instant) -> Duration? {
        isLoading ? nil : pod.pause(waiting: waiting, at: now)
    }

    mutating func obey(_ words: [Substring], at now: ContinuousClock.Instant) -> Obedience {
        switch words {
        case ["loader", "stuck"]: isStuck = true
        case ["loader", "sound"]: isStuck = false
        default: return pod.obey(words, at: now)
        }
        return .done
    }

    mutating func takeReports() -> [String] {
        defer { reports = [] }
        return reports + pod.takeReports()
    }
}
