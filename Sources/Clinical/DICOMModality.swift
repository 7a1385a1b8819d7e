/// The kinds of equipment that an image can be of.
enum DICOMModality {
    /// Names a modality for counting.
    ///
    /// - Parameter text: the value of (0008,0060), without padding.
    /// - Returns: the defined term; `other` for all else, for it may be anything that someone
    ///   typed.
    static func name(_ text: ArraySlice<UInt8>) -> String {
        let term = String(decoding: text, as: UTF8.self)
        return terms.contains(term) ? term : "other"
    }

    /// The defined terms of Modality (0008,0060), PS3.3 §C.7.3.1.1.1 of 2025; in the second part
    /// those that are retired, which old images have.
    private static let terms: Set<String> = [
        "ANN", "AR", "ASMT", "AU", "BDUS", "BI", "BMD", "CFM", "CR", "CT", "CTPROTOCOL", "DG",
        "DMS", "DOC", "DX", "ECG", "EEG", "EMG", "EOG", "EPS", "ES", "FID", "GM", "HC", "HD",
        "IO", "IOL", "IVOCT", "IVUS", "KER", "KO", "LEN", "LS", "M3D", "MG", "MR", "NM", "OAM",
        "OCT", "OP", "OPM", "OPT", "OPTBSV", "OPTENF", "OPV", "OSS", "OT", "PA", "PLAN", "POS",
        "PR", "PT", "PX", "REG", "RESP", "RF", "RG", "RTDOSE", "RTIMAGE", "RTINTENT", "RTPLAN",
        "RTRAD", "RTRECORD", "RTSEGANN", "RTSTRUCT", "RWV", "SEG", "SM", "SMR", "SR", "SRF",
        "STAIN", "TEXTUREMAP", "TG", "US", "VA", "XA", "XAPROTOCOL", "XC",

        "AS", "CD", "CF", "CP", "CS", "DD", "DF", "DM", "DS", "EC", "FA", "FS", "LP", "MA", "MS",
        "OPR", "ST", "VF",
    ]
}
