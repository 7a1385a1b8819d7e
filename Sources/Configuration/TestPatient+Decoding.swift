import Clinical

extension YAMLNode {
    /// Whether a canary is asked for: `true`, or a mapping that says more of it.
    func asksForCanary() throws(ConfigurationError) -> Bool {
        if case .mapping = content {
            return true
        }
        return try bool()
    }

    /// The patient in whose name a message is written, where a canary is to be clinical.
    ///
    /// - Parameter stores: the set's own.
    /// - Returns: nil if no such message is asked for.
    /// - Throws: ``ConfigurationError``, where no store or no number can have one.
    func testPatient(
        among stores: [Configuration.ClinicalStore]
    ) throws(ConfigurationError) -> Configuration.TestPatient? {
        guard case .mapping = content else {
            return nil
        }
        let section = try Section(self, allowed: ["clinical", "patient", "store"])
        let clinical = try section.required("clinical")
        guard try clinical.bool() else {
            for key in ["patient", "store"] {
                try section.refuse(
                    key,
                    because: "needs clinical: true",
                    hint: "remove it, or write clinical: true"
                )
            }
            return nil
        }
        let stores = stores.filter { $0.format == .ssmix2 }
        guard !stores.isEmpty else {
            throw ConfigurationError(
                clinical.place,
                .rule(
                    "needs a files source with a clinical store of ssmix2",
                    hint: "write canary: true; into another system its vendor's own program can "
                        + "write a record (before:), and an assertion or a sentinel ask for it"
                )
            )
        }
        return Configuration.TestPatient(
            patient: try section.required("patient").patientNumber(),
            store: try section.store(among: stores)
        )
    }

    private func patientNumber() throws(ConfigurationError) -> SSMIX2TestPatient {
        guard let patient = SSMIX2TestPatient(try line()) else {
            throw ConfigurationError(
                place,
                .rule(
                    "is not a patient's number",
                    hint: "write the number that was set aside for this, and is nobody's: 7 to 15 "
                        + "letters, digits and hyphens"
                )
            )
        }
        return patient
    }
}

extension Section {
    /// The root of the store that is meant: by its folder, or by its format where one has it.
    fileprivate func store(
        among stores: [Configuration.ClinicalStore]
    ) throws(ConfigurationError) -> String {
        let name = try self["store"]?.line()
        let meant = stores.filter { store in
            name == nil || store.path == name || store.format.rawValue == name
        }
        guard let store = meant.first, meant.count == 1 else {
            throw ConfigurationError(
                self["store"]?.place ?? place.below("store"),
                .rule(
                    name == nil
                        ? "is missing, and the set has several stores of ssmix2"
                        : "names no single store of ssmix2",
                    hint: "name one by its folder: \(stores.map(\.path).joined(separator: ", "))"
                )
            )
        }
        return store.path
    }
}
