import Pod
import Profiles

/// The `[pod]` table of the configuration: which capture pod is this station's.
struct PodSetting: Sendable, Equatable {
    let place: PodPlace

    init(reading table: consuming TableReader) throws(TableFault) {
        var table = table
        guard let place = PodPlace(parsing: try table.required("device")) else {
            throw .invalid(
                table.key("device"), "must be the pod's serial number, 16 of 0-9 and A-F, or a USB socket, as 1-2.4")
        }
        self.place = place
        try table.finish()
    }
}
