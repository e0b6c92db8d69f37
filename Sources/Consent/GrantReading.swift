import JOSE

extension ObjectReader {
    /// The permitted grants, and the purposes that are denied or not known here.
    mutating func grants() throws(ConsentError) -> (permitted: [ConsentClaims.Grant], denied: [String]) {
        var permitted: [ConsentClaims.Grant] = []
        var denied: [String] = []
        for var entry in try reading({ () throws(JOSEError) in try objects("grants") }) {
            let name = try entry.text("p")
            guard !denied.contains(name), !permitted.contains(where: { $0.purpose.rawValue == name }) else {
                throw .grantTwice(name)
            }
            let grant = try entry.grant(name)
            try reading { () throws(JOSEError) in try entry.finish() }
            if let grant { permitted.append(grant) } else { denied.append(name) }
        }
        return (permitted, denied)
    }

    /// One grant, nil unless it permits a purpose that this station knows.
    private mutating func grant(_ name: String) throws(ConsentError) -> ConsentClaims.Grant? {
        _ = try optionalText("basis")
        let form = optional("form") == nil ? nil : try choice("form") as Form
        let recipients = try recipients()
        if optional("where") != nil { _ = try reading { () throws(JOSEError) in try strings("where") } }
        let retains = try retention()
        try analyser()
        let withdraw = optional("withdraw") == nil ? nil : try choice("withdraw") as WithdrawalRule
        let status = optional("status") == nil ? nil : try status()
        _ = try optionalText("duo")
        switch try text("decision") {
        case "permit": break
        case "deny": return nil
        default: throw .malformed(.invalid(path("decision")))
        }
        // What a later vocabulary permits, this station does not do.
        guard let purpose = Purpose(rawValue: name) else { return nil }
        guard let form else { throw .grantIncomplete(purpose, "form") }
        guard !recipients.isEmpty else { throw .grantIncomplete(purpose, "recipients") }
        guard retains else { throw .grantIncomplete(purpose, "retain") }
        guard let withdraw else { throw .grantIncomplete(purpose, "withdraw") }
        guard let status else { throw .grantIncomplete(purpose, "status") }
        return ConsentClaims.Grant(
            purpose: purpose, form: form, recipients: recipients, withdraw: withdraw, status: status)
    }

    private mutating func recipients() throws(ConsentError) -> [ConsentClaims.Recipient] {
        guard let value = optional("recipients") else { return [] }
        guard case .array(let entries) = value else { throw .malformed(.invalid(path("recipients"))) }
        var recipients: [ConsentClaims.Recipient] = []
        for entry in entries {
            switch entry {
            case .string(let id) where !id.isEmpty: recipients.append(ConsentClaims.Recipient(id: id, to: nil))
            case .object(let object):
                var reader = ObjectReader(object, path: path("recipients"))
                recipients.append(
                    ConsentClaims.Recipient(id: try reader.text("id"), to: try reader.text("to")))
                try reading { () throws(JOSEError) in try reader.finish() }
            default: throw .malformed(.invalid(path("recipients")))
            }
        }
        return recipients
    }

    /// Checks the retention rule; whether there is one.
    private mutating func retention() throws(ConsentError) -> Bool {
        guard optional("retain") != nil else { return false }
        try within("retain") { retain throws(ConsentError) in
            for key in ["rule", "until", "event", "on"] { _ = try retain.optionalText(key) }
        }
        return true
    }

    private mutating func analyser() throws(ConsentError) {
        guard optional("ai") != nil else { return }
        try within("ai") { system throws(ConsentError) in
            for key in ["system", "version_max", "processor"] { _ = try system.text(key) }
            _ = try system.optionalText("model_card_uri")
        }
    }
}
