import Linux
import PodCore
import Synchronization
import USB

/// One conversation with one pod, from plugging in to the first mistake: whatever breaks the protocol ends it, and the next
/// one begins anew.
final class PodLine: Sendable {
    let hello: PodHello
    private let transport: any PodTransport
    private let sequence: Mutex<UInt16>
    private let clock = Mutex(PodClock())

    init(_ transport: any PodTransport) throws(PodError) {
        self.transport = transport
        // A reply that an earlier conversation left is not taken for one of this.
        sequence = Mutex(UInt16.random(in: 0...UInt16.max))
        let hello = try Self.exchange(HelloQuestion(), over: transport, sequence)
        guard hello.version == MessageHeader.version else { throw .version(hello.version) }
        guard transport.serial == nil || transport.serial == hello.serialText else { throw .serial }
        self.hello = hello
    }

    func close() { transport.cancel() }

    /// - Throws: `usb`, `malformed`, `sequence`: the conversation is over; `refused`: it goes on.
    func ask<Question: PodQuestion>(_ question: Question) throws(PodError) -> Question.Answer {
        try Self.exchange(question, over: transport, sequence)
    }

    private static func exchange<Question: PodQuestion>(
        _ question: Question, over transport: any PodTransport, _ sequence: borrowing Mutex<UInt16>
    ) throws(PodError) -> Question.Answer {
        try sequence.withLock { number throws(PodError) in
            number &+= 1
            let message = question.message(sequence: number)
            do throws(USBError) { try transport.send(message) } catch { throw .usb(error) }
            // One reply can be left of the conversation before; a pod that sends more of them is none.
            for _ in 0..<2 {
                let bytes: [UInt8]
                do throws(USBError) { bytes = try transport.reply() } catch { throw .usb(error) }
                let reply: PodReply<Question.Answer>
                do throws(PodStatus) { reply = try Question.reply(bytes, sequence: number) } catch {
                    throw .malformed(error)
                }
                switch reply {
                case .done(let answer): return answer
                case .refused(let status): throw .refused(Question.request, status)
                case .late: continue
                }
            }
            throw .sequence
        }
    }

    /// Reads the pod's clock so many times. Waiting for another's request widens a reading, it does not spoil it.
    func compareClocks(times: Int) throws(PodError) {
        for _ in 0..<times {
            let before = Clock.monotonic()
            let time = try ask(TimeQuestion())
            let sample = PodClock.Sample(time, before: before, after: Clock.monotonic())
            try clock.withLock { clock throws(PodError) in try clock.add(sample) }
        }
    }

    /// A time of the pod on CLOCK_MONOTONIC, see `PodClock`.
    func monotonic(_ time: PodMicros) throws(PodError) -> (at: Int64, uncertainty: Duration) {
        try clock.withLock { clock throws(PodError) in try clock.monotonic(time) }
    }

    /// Waits for the pod's next word.
    func signal() throws(PodError) -> PodSignal {
        let bytes: [UInt8]
        do { bytes = try transport.event() } catch { throw .usb(error) }
        do { return try PodSignal(parsing: bytes) } catch { throw .malformed(error) }
    }
}
