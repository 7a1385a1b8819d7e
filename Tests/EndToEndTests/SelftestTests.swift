import Clinical
import Custody
import Drills
import Model
import Testing

/// A self-test makes every sabotage that is known.
@Suite struct SelftestTests {
    @Test func `each store is spoilt in every way that is known, and each is found by its name`()
        throws
    {
        try ClinicalSite.run { site, _ in
            let result = try site.drill("look", controls: .all).result
            let controls = result.controls
            #expect(controls.allSatisfy { $0.foundAs != nil }, "\(controls)")
            let formats: [ClinicalFormat] = [.ssmix2, .dicom, .fhir, .hl7, .uke]
            for format in formats {
                // The fixtures have no transaction log.
                for sabotage in StoreSabotage.all(of: format) where sabotage.suffix != ".DAT" {
                    let name = "\(format.rawValue): \(sabotage.name)"
                    let made = controls.filter { $0.sabotage == name }
                    #expect(made.map(\.foundAs) == [sabotage.expected], "\(name)")
                }
            }
            #expect(result.verdict == .proven, "\(result.findings)")
            // Other drills make a few of each: the next one takes others.
            let rotating = try site.drill("look").result.controls
            #expect(rotating.count < controls.count)
            #expect(Set(rotating.map(\.sabotage)).isSubset(of: Set(controls.map(\.sabotage))))
        }
    }
}
