/// The records of 電子レセプト files, by the two characters that each line begins with.
///
/// - SeeAlso: オンライン又は光ディスク等による請求に係る記録条件仕様 (医科用, DPC用, 歯科用, 調剤用),
///   第1章 3(3); オンラインによる返戻ファイル及び再請求ファイルに係る記録条件仕様;
///   労災レセプト電算処理システム 記録条件仕様. Read by way of public implementations of them (2026-11),
///   not from the papers themselves.
enum UKERecord: String, CaseIterable, Sendable {
    // Who claims: 受付情報, 医療機関情報, 薬局情報, 返戻医療機関
    case uk = "UK"
    case ir = "IR"
    case yk = "YK"
    case hi = "HI"
    /// レセプト共通: begins a claim.
    case re = "RE"
    // Of every claim: 保険者, 公費, 国保連固有情報, 資格確認, 受診日等, 窓口負担額
    case ho = "HO"
    case ko = "KO"
    case kh = "KH"
    case sn = "SN"
    case jd = "JD"
    case mf = "MF"
    // 医科: 傷病名, 診療行為, 医薬品, 特定器材, コメント, 日計表, 症状詳記, 臓器提供者
    case sy = "SY"
    case si = "SI"
    case iy = "IY"
    case to = "TO"
    case co = "CO"
    case ni = "NI"
    case sj = "SJ"
    case ti = "TI"
    case tr = "TR"
    case ts = "TS"
    // DPC: 包括評価対象外理由, 診断群分類, 傷病, 患者基礎, 診療関連, 外泊, 包括評価, 合計調整, コーディング
    case gr = "GR"
    case bu = "BU"
    case sb = "SB"
    case kk = "KK"
    case sk = "SK"
    case ga = "GA"
    case hh = "HH"
    case gt = "GT"
    case cd = "CD"
    // 歯科: 傷病名部位, 歯科診療行為
    case hs = "HS"
    case ss = "SS"
    // 調剤: 処方基本, 調剤情報, 調剤基本料・薬学管理料, 摘要欄, 分割技術料
    case sh = "SH"
    case cz = "CZ"
    case ki = "KI"
    case tk = "TK"
    case st = "ST"
    // 労災: 労災レセプト, アフターケアレセプト
    case rr = "RR"
    case ar = "AR"
    // What the payers add: レセプト管理, レコード管理, 返戻理由, 事由, 審査運用, 再審査等, 資格確認運用
    case mn = "MN"
    case rc = "RC"
    case hr = "HR"
    case jy = "JY"
    case ex = "EX"
    case md = "MD"
    case rt = "RT"
    case jr = "JR"
    case mk = "MK"
    case on = "ON"
    // The end: 診療報酬請求書, 返戻合計, 労災診療費請求書, アフターケア委託費請求書
    case go = "GO"
    case hg = "HG"
    case rs = "RS"
    case aftercare = "AS"

    /// Where a record may stand.
    enum Role: Hashable, Sendable {
        /// First, and in dental files before each claim too.
        case head
        /// At the beginning of a claim.
        case claim
        /// Within a claim.
        case detail
        /// Anywhere: the payers' own.
        case free
        /// Last.
        case end
    }

    /// Where it may stand.
    var role: Role {
        switch self {
        case .uk, .ir, .yk, .hi: .head
        case .re: .claim
        case .mn, .rc, .hr, .jy, .ex, .md, .rt, .jr, .mk, .on: .free
        case .go, .hg, .rs, .aftercare: .end
        default: .detail
        }
    }

    /// In which field the last record has マルチボリューム識別情報 (記録条件仕様 診療報酬請求書レコード;
    /// 労災レセプト電算処理システム, 労災診療費請求書レコード).
    var volumeField: Int {
        switch self {
        case .rs, .aftercare: 12
        default: 3
        }
    }

    /// Whether one of its fields may hold katakana of half width: names, and symbols of insurance
    /// cards. Elsewhere text is of full width (記録条件仕様, 漢字モード), and numbers have none.
    ///
    /// - Parameter field: from 0, the record's own name.
    /// - Returns: true also for records whose fields are not known here.
    func mayHaveKana(in field: Int) -> Bool {
        switch self {
        // 氏名; 請求情報, which each kind of file has at another place.
        case .re: field == 4 || (20...22).contains(field) || field == 39
        // 記号, 番号.
        case .ho: field == 2 || field == 3
        // 記号, 番号（資格確認）.
        case .sn: field == 4 || field == 5
        case .kh, .ti, .tr, .rr, .ar, .rs, .aftercare: true
        default: role == .free
        }
    }

    /// Finds a record by the beginning of its line; nil for none that is known.
    ///
    /// - Parameter line: without its end.
    init?(beginning line: [UInt8]) {
        guard line.count >= 2, line.count == 2 || line[2] == UInt8(ascii: ",") else {
            return nil
        }
        self.init(line[0], line[1])
    }

    /// Finds a record by its name alone; nil for none that is known.
    ///
    /// - Parameter name: a whole field.
    init?(named name: ArraySlice<UInt8>) {
        guard name.count == 2, let first = name.first, let second = name.last else {
            return nil
        }
        self.init(first, second)
    }

    private init?(_ first: UInt8, _ second: UInt8) {
        guard let cell = Self.cell(first, second), let record = Self.cells[cell] else {
            return nil
        }
        self = record
    }

    // MARK: - A table of all names of two capitals

    /// How many names there can be.
    static let cellCount = 26 * 26
    /// The record of each name; nil for names that no record has.
    static let cells: [UKERecord?] = {
        var cells = [UKERecord?](repeating: nil, count: cellCount)
        for record in allCases {
            cells[record.cell] = record
        }
        return cells
    }()

    /// Where its name stands among all.
    var cell: Int {
        let name = Array(rawValue.utf8)
        guard let cell = Self.cell(name[0], name[1]) else {
            preconditionFailure("\(rawValue) is no name of two capitals")
        }
        return cell
    }

    /// Where a name stands among all.
    ///
    /// - Parameters:
    ///   - first: its first byte.
    ///   - second: its second.
    /// - Returns: nil if they are not two capitals.
    static func cell(_ first: UInt8, _ second: UInt8) -> Int? {
        let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
        guard capitals.contains(first), capitals.contains(second) else {
            return nil
        }
        return Int(first - capitals.lowerBound) * 26 + Int(second - capitals.lowerBound)
    }
}
