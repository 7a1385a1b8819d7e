import Opening
import Primitives
import TestSupport
import Testing

/// Key objects (FORMAT.md §5), by their vectors.
@Suite struct KeyObjectVectorTests {
    @Test(arguments: Vector.names(of: "key-object"))
    func `each identity opens a key object`(name: String) throws {
        let vector = try Vector(name)
        for identity in vector.texts("identity") {
            let identities = try AgeIdentities(file: try secret(identity))
            let opened = try AgeOpener.open(vector.bytes, with: identities)
            #expect(opened.publicBytes(0..<opened.count) == (try vector.bytes("payload")))
        }
        #expect(vector.bytes.count == 230 + 98 * vector.texts("identity").count)
    }
}
