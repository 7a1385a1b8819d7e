import Format
import Sealing

/// The keys of one run. The run key is erased when the last owner of this goes.
final class RunKeys: Sendable {
    let scope: SealingScope
    let run: RunKey
    let secret: SetSecret
    /// Where the two keys are stored, sealed to the recipients.
    let runObject: ObjectRef
    let secretObject: ObjectRef

    init(
        scope: SealingScope,
        run: consuming RunKey,
        secret: consuming SetSecret,
        runObject: ObjectRef,
        secretObject: ObjectRef
    ) {
        self.scope = scope
        self.run = run
        self.secret = secret
        self.runObject = runObject
        self.secretObject = secretObject
    }
}
