import Linux
import V4L2

/// Why the profiles cannot be used; each names the file.
package enum ProfileFault: Error, Equatable, Sendable, CustomStringConvertible {
    case folder(String, FileError)
    case file(String, FileError)
    case profile(String, TableFault)
    /// The name inside is not the file's.
    case name(String, said: String)
    /// Two profiles claim the same devices.
    case twice(String, String, DeviceProfile.Match)

    package var description: String {
        switch self {
        case .folder(let path, let error): "the profiles in \(path) cannot be listed: \(error)"
        case .file(let path, let error): "the profile \(path) cannot be read: \(error)"
        case .profile(let path, let fault): fault.line(about: "the profile \(path)")
        case .name(let path, let said): "the profile \(path) calls itself \(said)"
        case .twice(let one, let other, let match):
            "the profiles \(one) and \(other) both say that they are for \(match)"
        }
    }
}

/// Every profile of the station: those of the package, and the clinic's own in their place or beside them.
package struct ProfileShelf: Sendable, Equatable {
    private let profiles: [String: DeviceProfile]

    package init(_ profiles: [DeviceProfile]) throws(ProfileFault) {
        self.profiles = Dictionary(profiles.map { ($0.name, $0) }) { $1 }
        var claimed: [DeviceProfile.Match: String] = [:]
        for profile in self.profiles.values.sorted(by: { $0.name < $1.name }) {
            for match in profile.matches {
                if let other = claimed.updateValue(profile.name, forKey: match) {
                    throw .twice(other, profile.name, match)
                }
            }
        }
    }

    /// Reads every `.toml` of the folders; a file of a later folder replaces one of the same name.
    ///
    /// - Parameter folders: one that is not there holds none.
    package init(folders: [String]) throws(ProfileFault) {
        var found: [DeviceProfile] = []
        for path in folders {
            let names: [String]
            do { names = try Folder(path: path).names() } catch {
                if error.errno == Errno.noEntry { continue }
                throw .folder(path, .system(error))
            }
            for name in names.sorted() where name.hasSuffix(".toml") {
                found.append(try Self.read("\(path)/\(name)", named: String(name.dropLast(".toml".count))))
            }
        }
        try self.init(found)
    }

    private static func read(_ path: String, named name: String) throws(ProfileFault) -> DeviceProfile {
        let bytes: [UInt8]
        do {
            bytes = try readAll(from: try openForReading(path), bound: DeviceProfile.bound)
        } catch let error as SystemCallError {
            throw .file(path, .system(error))
        } catch { throw .file(path, error as? FileError ?? .short) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .profile(path, .syntax("it is not UTF-8"))
        }
        let profile: DeviceProfile
        do { profile = try DeviceProfile(parsing: text) } catch { throw .profile(path, error) }
        guard profile.name == name else { throw .name(path, said: profile.name) }
        return profile
    }

    package var names: [String] { profiles.keys.sorted() }

    package subscript(name: String) -> DeviceProfile? { profiles[name] }

    /// The profile that is nearest to a device.
    package func profile(of device: V4L2Device) -> DeviceProfile? {
        let near = profiles.values.compactMap { profile in profile.nearness(to: device).map { (profile, $0) } }
        // Two that are equally near claim it by different names: the alphabet decides, always the same way.
        return near.max { ($0.1, $1.0.name) < ($1.1, $0.0.name) }?.0
    }
}
