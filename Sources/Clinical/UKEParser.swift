import Model

/// Reads a claim file line by line.
struct UKEParser {
    /// Longest line: 症状詳記 has 2,400 bytes of text, 歯科診療行為 some 600 in all.
    static let lineBytesMax = 64 << 10
    /// More claims than six digits can number; 32 bytes for each thing that they say for others.
    private static let claimsMax = 1_000_000, entriesMax = 4_000_000

    /// How many lines have been read.
    private(set) var lineNumber: UInt64 = 0
    /// What the file says so far.
    var facts = FileFacts(.judged)
    /// What is wrong with it so far.
    var violations = UKEViolations()
    /// Its first record; nil until that is read.
    private(set) var head: UKEHead?
    /// The claim that details belong to; nil outside of claims.
    var claim: UKEClaim?
    /// The last record, once it is read.
    private(set) var last: (record: UKERecord, line: UKELine)?

    /// Seconds by which the hospital's clock is ahead of UTC.
    let localOffset: Int64
    /// What the claims so far come to.
    private(set) var totals = UKETotals()
    /// How many claims there are.
    private(set) var claimCount = 0
    /// The first line whose claim has not the number that it should have.
    private(set) var serialFault: UInt64?
    /// Whether there are claims of DPC.
    private(set) var isDPC = false
    /// Whether claims come with their history, or with reasons why they were sent back: these keep
    /// the numbers that they had.
    private(set) var isReturned = false
    /// Characters outside of JIS X 0208.
    private(set) var externals: UInt64 = 0
    /// How often there is each record, by ``UKERecord/cell``.
    private(set) var recordCounts = [UInt64](repeating: 0, count: UKERecord.cellCount)
    /// What the values of the file's claims begin with.
    private(set) var claimKey: UInt64 = 0
    private var days = UKEDays(nil)
    private var hasDays = false
    private var previousSerial: Int?
    private var isOver = false

    /// Begins to read.
    ///
    /// - Parameter localOffset: seconds by which the hospital's clock is ahead of UTC.
    init(localOffset: Int64) {
        self.localOffset = localOffset
    }

    // MARK: - Lines

    /// Takes the next line.
    ///
    /// - Parameters:
    ///   - line: without LF; loses CR.
    ///   - hasFeed: whether LF follows.
    /// - Throws: ``ContentError/overLimit`` for more claims than there can be.
    mutating func take(_ line: inout [UInt8], hasFeed: Bool) throws {
        lineNumber &+= 1
        if line == [0x1A], !hasFeed {
            isOver = true
            return
        }
        let hasReturn = line.last == UInt8(ascii: "\r")
        if hasReturn {
            line.removeLast()
        }
        if isOver || !hasFeed || !hasReturn {
            violations.add(.ukeLayout, at: "line \(lineNumber)")
        }
        try takeRecord(line)
    }

    private mutating func takeRecord(_ bytes: [UInt8]) throws {
        guard let record = UKERecord(beginning: bytes) else {
            return takeOther(bytes)
        }
        if let cell = UKERecord.cell(bytes[0], bytes[1]) {
            recordCounts[cell] &+= 1
        }
        if !UKEText.isPlain(bytes) {
            check(UKEText(bytes), of: record)
        }
        guard last == nil || record.role == .free else {
            violations.add(.ukeOrder, at: place(record))
            return
        }
        switch record.role {
        case .head: takeHead(record, UKELine(bytes))
        case .claim: try takeClaim(UKELine(bytes))
        case .detail: takeDetail(record, bytes)
        case .free: isReturned = isReturned || record == .hr || record == .rc
        case .end:
            closeClaim()
            last = (record, UKELine(bytes))
        }
    }

    /// A line of a claim's history, or nothing that is known. History begins with three numbers,
    /// then follows the record (再請求ファイルに係る記録条件仕様, 履歴管理情報).
    private mutating func takeOther(_ bytes: [UInt8]) {
        let line = UKELine(bytes)
        guard line.count > 3, line.number(0) != nil, line.number(1) != nil,
            let record = UKERecord(named: line[3])
        else {
            violations.add(.ukeRecordKnown, at: "line \(lineNumber)")
            return
        }
        isReturned = true
        if claimCount == 0 {
            violations.add(.ukeOrder, at: place(record))
        }
        if !UKEText(bytes).isValid {
            violations.add(.ukeReadable, at: place(record))
        }
    }

    private mutating func check(_ text: UKEText, of record: UKERecord) {
        if !text.isValid {
            violations.add(.ukeReadable, at: place(record))
        }
        externals &+= text.externals
        for field in text.mixedFields {
            violations.add(.ukeLayout, at: place(record, field + 1))
        }
        for field in text.kanaFields
        where !record.mayHaveKana(in: field) && !text.mixedFields.contains(field) {
            violations.add(.ukeLayout, at: place(record, field + 1))
        }
    }

    /// `SI[12]`, `SI[12]-5`.
    func place(_ record: UKERecord, _ item: Int? = nil) -> String {
        "\(record.rawValue)[\(lineNumber)]" + (item.map { "-\($0)" } ?? "")
    }

    // MARK: - Records

    private mutating func takeHead(_ record: UKERecord, _ line: UKELine) {
        closeClaim()
        guard let head else {
            guard let head = UKEHead(record, line) else {
                return
            }
            if head.month == nil {
                violations.add(.ukeMonth, at: place(record, head.monthItem))
            }
            hasDays = head.kind == .medical
            claimKey = head.key(volume: 0)
            self.head = head
            return
        }
        // In dental files each claim has an IR of its own; those that come back keep theirs.
        guard record == .ir, head.kind == .dental || head.kind == .returned else {
            violations.add(.ukeOrder, at: place(record))
            return
        }
        if head.kind == .dental, !isReturned, line[4] != head.institution {
            violations.add(.ukeMonthLoose, at: place(record, 5))
        }
    }

    private mutating func takeClaim(_ line: UKELine) throws {
        closeClaim()
        guard claimCount < Self.claimsMax, facts.entries.count < Self.entriesMax else {
            throw ContentError.overLimit
        }
        claimCount += 1
        guard let head else {
            violations.add(.ukeOrder, at: place(.re))
            return
        }
        let claim = UKEClaim(line, line: lineNumber, chartField: head.chartField)
        isDPC = isDPC || claim.isDPC
        checkSerial(of: claim, head)
        if claim.month == nil || head.month.map({ claim.month ?? $0 > $0 }) == true {
            violations.add(.ukeMonth, at: place(.re, 4))
        }
        self.claim = claim
        days = UKEDays(claim.month)
    }

    /// レセプト番号 rises by one from 1. A volume goes on where the one before it ended, as far as is
    /// known; the parts of a DPC claim may have its number.
    private mutating func checkSerial(of claim: UKEClaim, _ head: UKEHead) {
        defer { previousSerial = claim.serial ?? previousSerial }
        let isRight: Bool
        if let previousSerial {
            isRight =
                claim.serial == previousSerial &+ 1
                || claim.isPart && claim.serial == previousSerial
        } else {
            isRight = claim.serial == 1 || head.volume.map { $0 > 0 } == true
        }
        if !isRight {
            serialFault = serialFault ?? lineNumber
        }
    }

    private mutating func takeDetail(_ record: UKERecord, _ bytes: [UInt8]) {
        if record == .bu {
            isDPC = true
        }
        guard claim != nil else {
            violations.add(.ukeOrder, at: place(record))
            return
        }
        switch record {
        case .ho:
            if claim?.takeInsurer(UKELine(bytes)) == false {
                violations.add(.ukeOrder, at: place(record))
            }
        case .ko: claim?.takePublicPayer(UKELine(bytes))
        case .si where hasDays:
            if let day = days.take(bytes) {
                violations.add(.ukeMonthLoose, at: place(record, UKEDays.item(of: day)))
            }
        default: break
        }
    }

    /// Ends the claim that is open, if there is one.
    mutating func closeClaim() {
        guard let claim else {
            return
        }
        self.claim = nil
        totals.take(claim)
        if let told = claim.payersTold, told != claim.payers {
            violations.add(.ukeTotalLoose, at: "RE[\(claim.line)]-3")
        }
        note(claim)
        guard let month = claim.month else {
            return
        }
        if days.isEmpty {
            facts.days[month.day(1), default: 0] &+= 1
        } else {
            for (day, count) in days.counts.enumerated() where count > 0 {
                facts.days[month.day(day), default: 0] &+= count
                noteVisit(of: claim, on: month.day(day))
            }
        }
    }
}
