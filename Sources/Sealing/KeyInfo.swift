/// The purposes that keys are derived for: no two share a key.
enum KeyInfo {
    static let id = "toride/v1/key-id"
    static let pack = "toride/v1/pack"
    static let index = "toride/v1/index"
    static let chunker = "toride/v1/chunker"
    static let chunkID = "toride/v1/chunk-id"
}
