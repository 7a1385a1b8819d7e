import HTTP
import Model
package import ObjectStore
import Primitives

extension S3Store: HealableStore {
    /// Puts a version on top of whatever is there, locked as any other: without `If-None-Match`,
    /// and whole, for no object of ours is longer than one request takes.
    package func heal(_ bytes: [UInt8], at key: String) throws(StoreError) {
        let md5 = MD5.hash(bytes)
        let lock = lockPolicy?.lock(from: clock())
        let request = S3Request(
            "healing",
            "PUT",
            key,
            headers: lock?.headers ?? [],
            body: bytes
        )
        let answer = try client.answer(to: request.with(md5: md5))
        try checkStored(answer, md5, request)
    }
}
