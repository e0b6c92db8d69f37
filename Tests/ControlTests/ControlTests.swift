import JOSE
import Testing

@testable import Control

private let requests: [ControlRequest] = [
    .status, .devices, .openSession(token: "a.b.c"), .closeSession, .withdrawSession,
    .capture(ShotWish(site: "scalp", modality: "XC")), .capture(ShotWish(modality: "XC")), .chooseSite(nil),
    .chooseSite("scalp"),
    .capture(
        ShotWish(
            site: "é\"\\\n", modality: "ES", camera: "", noFace: true,
            covers: [ShotWish.Cover(x: 0, y: 1, width: 999, height: 1000)])),
    .scan(ScanWish(site: "scalp", modality: "M3D", scanner: "é\"")),
    .preview(ShotWish(site: "scalp", modality: "XC", camera: "a"), pictures: nil),
    .preview(ShotWish(site: "scalp", modality: "XC"), pictures: 1),
    .void(sequence: 1, reason: "moved"), .void(sequence: 999_999_999_999, reason: ""), .queue,
    .approveCamera("scope"), .revokeCamera("é\n"),
    .enroll(root: "00", policy: "a.b.c"), .doctor, .podStatus, .podTest, .journal(last: 1),
    .journal(last: 10_000),
]

private let refusals: [Refusal] = [
    Refusal("consent-expired", "this consent has expired"), Refusal("", "", hint: ""),
    Refusal("frames", "no frames left", hint: "ask the patient for a new consent"),
]

@Suite struct `A request to capture` {
    @Test(arguments: requests) func `arrives as it was sent`(request: ControlRequest) throws {
        for (uid, roles) in [(UInt32(0), Set(Role.allCases)), (.max, [])] {
            let call = ControlCall(request, uid: uid, roles: roles)
            #expect(try ControlCall(parsing: call.message) == call)
        }
    }

    @Test func `is for these roles and no others`() {
        let table: [(ControlRequest, Set<Role>)] = [
            (.status, [.status, .technician, .auditor, .admin]), (.devices, [.technician, .admin]),
            (.openSession(token: ""), [.technician]), (.closeSession, [.technician]), (.withdrawSession, [.technician]),
            (.capture(ShotWish(site: "", modality: "")), [.technician]), (.chooseSite(nil), [.technician]),
            (.scan(ScanWish(site: "", modality: "", scanner: "")), [.technician]),
            (.preview(ShotWish(site: "", modality: ""), pictures: nil), [.technician]),
            (.void(sequence: 1, reason: ""), [.technician]),
            (.queue, [.technician, .admin]), (.enroll(root: "", policy: ""), [.admin]),
            (.approveCamera(""), [.admin]), (.revokeCamera(""), [.admin]),
            (.doctor, [.technician, .admin]), (.podStatus, [.technician, .admin]), (.podTest, [.technician, .admin]),
            (.journal(last: 1), [.auditor, .admin]),
        ]
        for (request, allowed) in table {
            for role in Role.allCases {
                #expect(ControlCall(request, uid: 1, roles: [role]).isAllowed == allowed.contains(role))
            }
            #expect(!ControlCall(request, uid: 1, roles: []).isAllowed)
        }
    }

    @Test(
        arguments: [
            #"{}"#, #"[]"#, #""#, #"{"ask":"status","roles":[],"uid":1} x"#,
            #"{"ask":"status","roles":[]}"#, #"{"ask":"status","uid":1}"#, #"{"roles":[],"uid":1}"#,
            #"{"ask":"erase","roles":[],"uid":1}"#, #"{"ask":1,"roles":[],"uid":1}"#,
            #"{"ask":"status","roles":["root"],"uid":1}"#, #"{"ask":"status","roles":"admin","uid":1}"#,
            #"{"ask":"status","roles":[1],"uid":1}"#,
            #"{"ask":"status","roles":[],"uid":-1}"#, #"{"ask":"status","roles":[],"uid":4294967296}"#,
            #"{"ask":"status","more":1,"roles":[],"uid":1}"#, #"{"ask":"status","ask":"doctor","roles":[],"uid":1}"#,
            #"{"ask":"open","roles":[],"uid":1}"#, #"{"ask":"open","roles":[],"token":null,"uid":1}"#,
            #"{"ask":"capture","roles":[],"site":"scalp","uid":1}"#,
            #"{"ask":"capture","modality":"XC","roles":[],"site":null,"uid":1}"#,
            #"{"ask":"site","roles":[],"site":1,"uid":1}"#,
            #"{"ask":"capture","camera":5,"modality":"XC","roles":[],"site":"scalp","uid":1}"#,
            #"{"ask":"capture","cover":[[0,0,1,1]],"modality":"XC","roles":[],"site":"scalp","uid":1}"#,
            #"{"ask":"capture","cover":[{"height":1,"width":1001,"x":0,"y":0}],"modality":"XC","roles":[],"site":"a","uid":1}"#,
            #"{"ask":"capture","cover":[{"height":1,"width":1,"x":-1,"y":0}],"modality":"XC","roles":[],"site":"a","uid":1}"#,
            #"{"ask":"capture","modality":"XC","no_face":1,"roles":[],"site":"scalp","uid":1}"#,
            #"{"ask":"preview","modality":"XC","no_face":true,"roles":[],"site":"scalp","uid":1}"#,
            #"{"ask":"preview","modality":"XC","pictures":0,"roles":[],"site":"scalp","uid":1}"#,
            #"{"ask":"preview","modality":"XC","pictures":1000001,"roles":[],"site":"scalp","uid":1}"#,
            #"{"ask":"scan","modality":"M3D","roles":[],"site":"scalp","uid":1}"#,
            #"{"ask":"scan","camera":"a","modality":"M3D","roles":[],"scanner":"a","site":"scalp","uid":1}"#,
            #"{"ask":"void","reason":"x","roles":[],"seq":0,"uid":1}"#,
            #"{"ask":"void","reason":"x","roles":[],"seq":-5,"uid":1}"#,
            #"{"ask":"void","reason":"x","roles":[],"seq":1000000000000,"uid":1}"#,
            #"{"ask":"journal","last":0,"roles":[],"uid":1}"#, #"{"ask":"journal","last":-1,"roles":[],"uid":1}"#,
            #"{"ask":"journal","last":10001,"roles":[],"uid":1}"#,
        ])
    func `that is not of the table is refused`(text: String) {
        #expect(throws: JOSEError.self) { try ControlCall(parsing: Array(text.utf8)) }
    }

    @Test(arguments: [Int64.max, .min, 0])
    func `with a number that nobody can mean is sent and refused`(number: Int64) {
        for request in [ControlRequest.journal(last: number), .void(sequence: number, reason: "x")] {
            let message = ControlCall(request, uid: 1, roles: [.admin]).message
            #expect(throws: JOSEError.self) { try ControlCall(parsing: message) }
        }
    }

    @Test func `above the bound is not looked at`() {
        let call = ControlCall(.openSession(token: String(repeating: "a", count: 256 * 1024)), uid: 1, roles: [])
        #expect(throws: JOSEError.size(call.message.count, bound: 256 * 1024)) {
            try ControlCall(parsing: call.message)
        }
    }
}

@Suite struct `A reply of capture` {
    @Test(arguments: refusals) func `that refuses arrives as it was sent`(refusal: Refusal) throws {
        #expect(try ControlReply(parsing: ControlReply.refused(refusal).message) == .refused(refusal))
    }

    @Test func `that is done arrives as it was sent`() throws {
        for object in [JSONObject(), ["a": .array([.null, .object(["b": .integer(1)])])]] {
            #expect(try ControlReply(parsing: ControlReply.done(object).message) == .done(object))
        }
    }

    @Test(
        arguments: [
            #"{}"#, #"{"done":1}"#, #"{"done":null}"#, #"{"done":{},"refused":{"code":"a","line":"b"}}"#,
            #"{"done":1,"refused":{"code":"a","line":"b"}}"#, #"{"refused":{}}"#, #"{"refused":{"code":"a"}}"#,
            #"{"refused":{"code":"a","line":"b","hint":1}}"#, #"{"refused":{"code":"a","line":"b","hint":null}}"#,
            #"{"refused":{"code":"a","line":"b","more":1}}"#, #"{"done":{},"more":1}"#,
        ])
    func `that is neither is refused`(text: String) {
        #expect(throws: JOSEError.self) { try ControlReply(parsing: Array(text.utf8)) }
    }
}
