import Catalog
import Configuration
import Model

/// Where copies are brought.
extension CopyJob {
    /// What is to be brought where.
    ///
    /// - Parameters:
    ///   - site: whose stores.
    ///   - sets: which are to be brought.
    ///   - target: to this store alone; nil for all that are here.
    ///   - source: from this store; nil for each set's first, helped by its others.
    /// - Returns: a part for each store and way to it.
    /// - Throws: ``SiteError``; ``HostStateError`` or ``CatalogError`` if ids cannot be read.
    static func parts(
        _ site: Site,
        _ sets: [Configuration.BackupSet],
        _ target: String?,
        _ source: String?
    ) throws -> [Part] {
        var parts: [[String]: [SetID: String]] = [:]
        var order: [[String]] = []
        // A medium that lies in a safe gets its copies when it is back.
        let here = Set(try site.storesHere().map(\.name))
        for set in sets {
            guard let id = try site.setID(named: set.name) else {
                continue
            }
            for store in site.configuration.stores(of: set)
            where target.map({ $0 == store.name }) ?? here.contains(store.name) {
                guard let sources = sources(of: set, for: store, from: source) else {
                    continue
                }
                let route = [store.name] + sources
                if parts[route] == nil {
                    order.append(route)
                }
                parts[route, default: [:]][id] = set.name
            }
        }
        guard !order.isEmpty || target == nil else {
            throw SiteError.noCopy(target ?? "")
        }
        return order.map { route in
            Part(store: route[0], sets: parts[route] ?? [:], sources: Array(route.dropFirst()))
        }
    }

    /// What is held where nothing is brought: in a first store without `lock:`, or in one that no
    /// set names any more.
    ///
    /// - Parameters:
    ///   - site: whose catalog knows the holds.
    ///   - sets: names; all if empty, those that are configured no more too.
    ///   - parts: those stores are looked at anyway.
    /// - Returns: a part for each store.
    /// - Throws: ``HostStateError`` or ``CatalogError``.
    static func looks(
        _ site: Site,
        _ sets: [String],
        besides parts: [Part]
    ) throws -> [Part] {
        let names = try site.setNames()
        var looks: [String: [SetID: String]] = [:]
        for row in try site.openHolds() {
            let name = names[row.set] ?? row.set.hex
            let store = site.configuration.stores.first { Site.place(of: $0) == row.store }
            guard let store, sets.isEmpty || sets.contains(name),
                !parts.contains(where: { $0.store == store.name && $0.sets[row.set] != nil })
            else {
                continue
            }
            looks[store.name, default: [:]][row.set] = name
        }
        return looks.sorted { $0.key < $1.key }
            .map { Part(store: $0.key, sets: $0.value, sources: []) }
    }

    /// Where what a set needs in a store is taken from; nil if nothing is to be done there.
    ///
    /// The first store is made by backups, and mended by `toride repair`. Where it locks what it is
    /// given, it is its own source: all is there, and its locks are looked after.
    private static func sources(
        of set: Configuration.BackupSet,
        for store: Configuration.Store,
        from source: String?
    ) -> [String]? {
        let others = set.stores.filter { $0 != store.name }
        if store.name == set.stores.first {
            return source == nil && store.lock != nil ? [store.name] + others : nil
        }
        guard let source else {
            return others
        }
        return source == store.name ? nil : [source] + others.filter { $0 != source }
    }
}
