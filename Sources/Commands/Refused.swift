import ArgumentParser
import Linux

/// Why a command did not do what it was asked; one line, lower case, without a full stop.
package struct Refused: Error {
    package let sentence: String
    package let hint: String?

    package init(_ sentence: String, hint: String? = nil) {
        self.sentence = sentence
        self.hint = hint
    }

    /// Says so as `obscura` does, whichever program it is that refuses.
    package func tell() {
        complain("obscura: refused: \(sentence)")
        if let hint { complain("obscura: hint: \(hint)") }
    }
}

extension ParsableCommand {
    /// Ends the process as an error of a command asks: 0 after help, 1 refused, 2 misused, for which ArgumentParser's own exit
    /// status is 64.
    package static func end(_ error: any Error) -> Never {
        if let status = error as? ExitCode { exitProcess(status.rawValue) }
        let text = fullMessage(for: error)
        if exitCode(for: error) == .success {
            print(text)
            exitProcess(0)
        }
        complain(text)
        exitProcess(exitCode(for: error) == .validationFailure ? 2 : 1)
    }
}
