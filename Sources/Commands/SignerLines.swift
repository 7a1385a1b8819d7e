import Console
import Format
import HostState
import Jobs
import Model
import Primitives
import Reporting

/// Pins as an operator reads them, and as programs do.
enum SignerLines {
    /// Where a pin stands.
    enum Place: String {
        /// A key that this host signs with.
        case own
        /// The host's own list.
        case state
        /// The configuration.
        case configuration
    }

    /// A pin on a line or, where it is retired, on several.
    static func text(
        _ pin: SignerPin,
        _ place: Place,
        _ names: [SetID: String],
        _ terminal: Terminal
    ) -> String {
        let kinds =
            pin.kinds.map { $0.sorted().map(\.text).joined(separator: ", ") }
            ?? terminal.words("全種類", "all kinds")
        let sets =
            pin.sets.map { $0.sorted().map { name($0, names) }.joined(separator: ", ") }
            ?? terminal.words("全セット", "all sets")
        var words = [Hex.encode(pin.key)]
        if place == .own {
            words.append(terminal.words("このホスト", "this host"))
        }
        words += [pin.label, "\(kinds)", "\(sets)"].compactMap(\.self)
        if pin.retirement != nil {
            words.append(terminal.words("廃止", "retired"))
        }
        let heads = pin.retirement.map { self.heads($0, names) } ?? []
        return ([words.joined(separator: "  ")] + heads.map { "  \($0)" }).joined(separator: "\n")
    }

    /// As `--through` and `--expect-head` take them.
    private static func heads(
        _ retirement: SignerPin.Retirement,
        _ names: [SetID: String]
    ) -> [String] {
        let snapshots = retirement.snapshots.map { "\(name($0.key, names))=\($0.value.text)" }
        let records = retirement.records.flatMap { kind, heads in
            heads.map { "\(kind.rawValue)=\($0.text)" }
        }
        return snapshots.sorted() + records.sorted()
    }

    private static func name(_ set: SetID, _ names: [SetID: String]) -> String {
        names[set] ?? set.hex
    }

    /// A pin for programs: sets by id and, where it is known, by name.
    static func json(
        _ pin: SignerPin,
        _ place: Place,
        _ names: [SetID: String]
    ) -> JSONValue {
        let set = { (id: SetID) in
            JSONValue.object([
                "name": names[id].map { .string($0) } ?? .null, "setId": .string(id.hex),
            ])
        }
        return .object([
            "key": .string(Hex.encode(pin.key)),
            "kinds": pin.kinds.map { .array($0.sorted().map { .string($0.text) }) } ?? .null,
            "label": pin.label.map { .string($0) } ?? .null,
            "line": .string(pin.line),
            "place": .string(place.rawValue),
            "sets": pin.sets.map { .array($0.sorted().map(set)) } ?? .null,
            "through": pin.retirement.map { .array(heads($0, names).map { .string($0) }) } ?? .null,
        ])
    }

    /// What came of a retirement, and what is to be done next.
    static func tell(
        _ outcome: SignerRetirement.Outcome,
        _ names: [SetID: String],
        _ terminal: Terminal
    ) {
        terminal.say(text(outcome.pin, .state, names, terminal))
        if outcome.wasRetired {
            terminal.remark(terminal.words("すでに廃止済みです。", "it was retired already"))
        }
        for (set, epoch) in outcome.epochs.sorted(by: { $0.key < $1.key }) {
            terminal.say(
                terminal.words(
                    "\(set): 第 \(epoch) 期。次のバックアップはすべてを新しく保存します。",
                    "\(set): epoch \(epoch); its next backup stores everything anew"
                )
            )
        }
        if let own = outcome.own, let next = outcome.next {
            let key = Hex.encode(next.bytes)
            terminal.say(
                terminal.words(
                    "新しい署名鍵 (\(own.rawValue)): \(key)",
                    "new signing key (\(own.rawValue)): \(key)"
                )
            )
            terminal.remark(
                terminal.words(
                    "照合する人すべてに `toride signer list --file` の出力を渡してください。",
                    "hand what `toride signer list --file` prints to everyone who verifies"
                )
            )
        }
        for set in outcome.forgotten {
            terminal.remark(
                terminal.words(
                    "\(name(set, names)): 覚えている世代がないため、この鍵の署名は一つも信用しません。"
                        + "--through で示せます。",
                    "\(name(set, names)): no head is remembered, so nothing that the key signed is "
                        + "believed; --through would have named one"
                )
            )
        }
        for (store, reason) in outcome.unread {
            terminal.remark(
                terminal.words(
                    "\(store) を読めませんでした (\(reason))。そこにあるこの鍵の記録は信用しません。",
                    "\(store) could not be read (\(reason)): none of the key's records there is "
                        + "believed"
                )
            )
        }
        terminal.answer(
            .object([
                "epochs": .object(
                    outcome.epochs.mapValues { .integer(Int64(clamping: $0)) }
                ),
                "forgotten": .array(outcome.forgotten.map { .string($0.hex) }),
                "next": outcome.next.map { .string(Hex.encode($0.bytes)) } ?? .null,
                "own": outcome.own.map { .string($0.rawValue) } ?? .null,
                "signer": json(outcome.pin, .state, names),
                "unread": .array(outcome.unread.map { .string($0.store) }),
                "wasRetired": .bool(outcome.wasRetired),
            ])
        )
    }
}
