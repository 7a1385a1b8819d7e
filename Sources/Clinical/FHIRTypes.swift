/// The resource types of FHIR R4.
///
/// The 148 of `resource-types` less the two abstract ones, `Resource` and `DomainResource`, of
/// which there are no instances.
///
/// - SeeAlso: hl7.org/fhir/R4/valueset-resource-types.html, FHIR 4.0.1.
enum FHIRTypes {
    /// Their names, by the alphabet; a type is known by its place here.
    static let names = [
        "Account", "ActivityDefinition", "AdverseEvent", "AllergyIntolerance", "Appointment",
        "AppointmentResponse", "AuditEvent", "Basic", "Binary", "BiologicallyDerivedProduct",
        "BodyStructure", "Bundle", "CapabilityStatement", "CarePlan", "CareTeam", "CatalogEntry",
        "ChargeItem", "ChargeItemDefinition", "Claim", "ClaimResponse", "ClinicalImpression",
        "CodeSystem", "Communication", "CommunicationRequest", "CompartmentDefinition",
        "Composition", "ConceptMap", "Condition", "Consent", "Contract", "Coverage",
        "CoverageEligibilityRequest", "CoverageEligibilityResponse", "DetectedIssue", "Device",
        "DeviceDefinition", "DeviceMetric", "DeviceRequest", "DeviceUseStatement",
        "DiagnosticReport", "DocumentManifest", "DocumentReference", "EffectEvidenceSynthesis",
        "Encounter", "Endpoint", "EnrollmentRequest", "EnrollmentResponse", "EpisodeOfCare",
        "EventDefinition", "Evidence", "EvidenceVariable", "ExampleScenario",
        "ExplanationOfBenefit", "FamilyMemberHistory", "Flag", "Goal", "GraphDefinition", "Group",
        "GuidanceResponse", "HealthcareService", "ImagingStudy", "Immunization",
        "ImmunizationEvaluation", "ImmunizationRecommendation", "ImplementationGuide",
        "InsurancePlan", "Invoice", "Library", "Linkage", "List", "Location", "Measure",
        "MeasureReport", "Media", "Medication", "MedicationAdministration", "MedicationDispense",
        "MedicationKnowledge", "MedicationRequest", "MedicationStatement", "MedicinalProduct",
        "MedicinalProductAuthorization", "MedicinalProductContraindication",
        "MedicinalProductIndication", "MedicinalProductIngredient",
        "MedicinalProductInteraction", "MedicinalProductManufactured", "MedicinalProductPackaged",
        "MedicinalProductPharmaceutical", "MedicinalProductUndesirableEffect",
        "MessageDefinition", "MessageHeader", "MolecularSequence", "NamingSystem",
        "NutritionOrder", "Observation", "ObservationDefinition", "OperationDefinition",
        "OperationOutcome", "Organization", "OrganizationAffiliation", "Parameters", "Patient",
        "PaymentNotice", "PaymentReconciliation", "Person", "PlanDefinition", "Practitioner",
        "PractitionerRole", "Procedure", "Provenance", "Questionnaire", "QuestionnaireResponse",
        "RelatedPerson", "RequestGroup", "ResearchDefinition", "ResearchElementDefinition",
        "ResearchStudy", "ResearchSubject", "RiskAssessment", "RiskEvidenceSynthesis", "Schedule",
        "SearchParameter", "ServiceRequest", "Slot", "Specimen", "SpecimenDefinition",
        "StructureDefinition", "StructureMap", "Subscription", "Substance",
        "SubstanceNucleicAcid", "SubstancePolymer", "SubstanceProtein",
        "SubstanceReferenceInformation", "SubstanceSourceMaterial", "SubstanceSpecification",
        "SupplyDelivery", "SupplyRequest", "Task", "TerminologyCapabilities", "TestReport",
        "TestScript", "ValueSet", "VerificationResult", "VisionPrescription",
    ]

    /// The names, to be looked for.
    static let words = JSONWords(names)
    /// A key of each type, for tallies.
    static let keys = names.map { KeyHash.of($0) }

    private static let bytes = names.map { Array($0.utf8) }

    /// A bundle of resources.
    static let bundle = number("Bundle")
    /// Who is treated.
    static let patient = number("Patient")
    /// A study of images.
    static let imagingStudy = number("ImagingStudy")
    /// A visit or stay.
    static let encounter = number("Encounter")
    /// An inoculation.
    static let immunization = number("Immunization")
    /// Types that say when what they tell of was the case, which is never before it is the case.
    static let observing = [
        number("Observation"), number("DiagnosticReport"), number("MedicationAdministration"),
    ]
    /// Types whose instances may do without an id wherever they stand: no one refers to them.
    static let nameless = [bundle, number("Parameters"), number("OperationOutcome")]

    /// The key of a resource, as every file makes it.
    ///
    /// - Parameters:
    ///   - type: its type, by the place in ``names``.
    ///   - id: its id.
    /// - Returns: the hash of both.
    static func key(_ type: Int, _ id: ArraySlice<UInt8>) -> UInt64 {
        KeyHash.of(bytes[type][...], id)
    }

    private static func number(_ name: String) -> Int {
        guard let number = words.number(of: Array(name.utf8)[...]) else {
            preconditionFailure("\(name) is a type of R4")
        }
        return number
    }
}
