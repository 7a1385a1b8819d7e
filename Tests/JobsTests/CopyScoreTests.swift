import Testing

@testable import Jobs

@Suite struct CopyScoreTests {
    private func place(
        _ kind: CopyScore.Kind = .folder,
        isNewest: Bool = true,
        isRead: Bool = true,
        isAway: Bool = false,
        resists: Bool = false,
        isDamaged: Bool = false
    ) -> CopyScore.Place {
        CopyScore.Place(
            kind: kind,
            isNewest: isNewest,
            isRead: isRead,
            isAway: isAway,
            resists: resists,
            isDamaged: isDamaged
        )
    }

    @Test func `all of the rule is three copies, two kinds, one away, one that resists`() {
        let score = CopyScore([
            place(), place(.bucket, isAway: true, resists: true), place(.medium),
        ])
        #expect(score.text == "3-3-1-1-0" && score.isFull)
    }

    @Test func `nothing is nothing`() {
        #expect(CopyScore([]).text == "0-0-0-0-0")
        #expect(!CopyScore([]).isFull)
    }

    @Test func `two folders are one kind of place`() {
        let score = CopyScore([place(), place()])
        #expect(score.text == "2-1-0-0-0" && !score.isFull)
    }

    @Test func `what is behind, unread or damaged is no copy`() {
        let bucket = place(.bucket, isNewest: false, isAway: true, resists: true)
        #expect(CopyScore([place(), bucket]).text == "1-1-0-0-0")
        #expect(CopyScore([place(), place(isRead: false)]).text == "1-1-0-0-0")
        #expect(CopyScore([place(), place(isDamaged: true)]).text == "1-1-0-0-1")
    }

    @Test func `each part is lacking alone`() {
        let bucket = place(.bucket, isAway: true, resists: true)
        #expect(CopyScore([place(), place(), bucket]).isFull)
        #expect(!CopyScore([place(), bucket]).isFull)
        #expect(!CopyScore([place(), place(), place(.bucket, resists: true)]).isFull)
        #expect(!CopyScore([place(), place(), place(.bucket, isAway: true)]).isFull)
        #expect(!CopyScore([bucket, bucket, bucket]).isFull)
        #expect(!CopyScore([place(), place(), bucket, place(isDamaged: true)]).isFull)
    }
}
