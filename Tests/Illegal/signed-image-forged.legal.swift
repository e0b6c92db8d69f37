import PodImage

extension SignedImage {
    init(looking file: [UInt8]) throws {
        try self.init(FlashImage(parsing: file))
    }
}
