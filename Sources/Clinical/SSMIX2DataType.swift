/// The kinds of data that standardized storage keeps (NHO, SS-MIX2 module specification, table
/// 1-1): the name of a folder and of a part of every file's name.
enum SSMIX2DataType: String, Hashable, Sendable, CaseIterable {
    /// A patient's demographics.
    case adt00 = "ADT-00"
    /// The doctor in charge.
    case adt01 = "ADT-01"
    /// An outpatient's arrival.
    case adt12 = "ADT-12"
    /// A planned admission.
    case adt21 = "ADT-21"
    /// An admission.
    case adt22 = "ADT-22"
    /// A leave from the ward, and the return.
    case adt31 = "ADT-31", adt32 = "ADT-32"
    /// A planned transfer, and a transfer.
    case adt41 = "ADT-41", adt42 = "ADT-42"
    /// A planned discharge, and a discharge.
    case adt51 = "ADT-51", adt52 = "ADT-52"
    /// Allergies.
    case adt61 = "ADT-61"
    /// Diagnoses.
    case ppr01 = "PPR-01"
    /// An order for meals.
    case omd = "OMD"
    /// A prescription, and that it was given.
    case omp01 = "OMP-01", omp11 = "OMP-11"
    /// An order for injections, and that they were given.
    case omp02 = "OMP-02", omp12 = "OMP-12"
    /// An order to the laboratory, and its results.
    case oml01 = "OML-01", oml11 = "OML-11"
    /// An order for radiology, and what was done.
    case omg01 = "OMG-01", omg11 = "OMG-11"
    /// An order for endoscopy, and what was done.
    case omg02 = "OMG-02", omg12 = "OMG-12"
    /// An order for physiological tests, and their results.
    case omg03 = "OMG-03", omg13 = "OMG-13"

    /// What MSH-9 may say: a message that records, and one that cancels where there is one.
    var messages: [String] {
        switch self {
        case .adt00: ["ADT^A08", "ADT^A23"]
        case .adt01: ["ADT^A54", "ADT^A55"]
        case .adt12: ["ADT^A04"]
        case .adt21: ["ADT^A14", "ADT^A27"]
        case .adt22: ["ADT^A01", "ADT^A11"]
        case .adt31: ["ADT^A21", "ADT^A52"]
        case .adt32: ["ADT^A22", "ADT^A53"]
        case .adt41: ["ADT^A15", "ADT^A26"]
        case .adt42: ["ADT^A02", "ADT^A12"]
        case .adt51: ["ADT^A16", "ADT^A25"]
        case .adt52: ["ADT^A03", "ADT^A13"]
        case .adt61: ["ADT^A60"]
        case .ppr01: ["PPR^ZD1"]
        case .omd: ["OMD^O03"]
        case .omp01, .omp02: ["RDE^O11"]
        case .omp11, .omp12: ["RAS^O17"]
        case .oml01: ["OML^O33"]
        case .oml11: ["OUL^R22"]
        case .omg01, .omg02, .omg03: ["OMG^O19"]
        case .omg11, .omg12: ["OMI^Z23"]
        case .omg13: ["ORU^R01"]
        }
    }

    /// Whether `-` stands where others have a day.
    ///
    /// For ADT-01, see NHO doctor_info.md; the others, the samples of NHO's test tool.
    var isDateless: Bool {
        switch self {
        case .adt00, .adt01, .adt61, .ppr01: true
        default: false
        }
    }

    /// Whether its day of care may lie after the message: what is planned, asked for or going on.
    var mayLieAhead: Bool {
        switch self {
        case .adt21, .adt31, .adt41, .adt51: true
        case .omd, .omp01, .omp02, .oml01, .omg01, .omg02, .omg03: true
        default: false
        }
    }

    /// Whether the order's number in its files' names is one of the message's: messages about
    /// patients and stays have a number that means nothing, nines throughout.
    var hasOrder: Bool {
        switch self {
        case .ppr01, .omd, .omp01, .omp11, .omp02, .omp12: true
        case .oml01, .oml11, .omg01, .omg11, .omg02, .omg12, .omg03, .omg13: true
        default: false
        }
    }

    /// Whether results may refer to it.
    var isOrder: Bool {
        switch self {
        case .omp01, .omp02, .oml01, .omg01, .omg02, .omg03: true
        default: false
        }
    }

    /// The kind of the order that a result is of; nil for what is no result.
    var order: SSMIX2DataType? {
        switch self {
        case .oml11: .oml01
        case .omp11: .omp01
        case .omp12: .omp02
        case .omg11: .omg01
        case .omg12: .omg02
        case .omg13: .omg03
        default: nil
        }
    }
}
