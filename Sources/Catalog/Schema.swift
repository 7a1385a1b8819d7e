import GRDB

/// The tables of the catalog, as named migrations in SQL.
///
/// A migration is never changed once it has shipped: a test holds the hash of each. What must
/// change becomes a new migration at the end. Times are whole seconds since 1970 in UTC, sizes are
/// bytes, ids and digests are their raw bytes.
enum Schema {
    /// One step, applied once and in one transaction.
    struct Migration {
        /// What `grdb_migrations` knows it by.
        let name: String
        /// What it does.
        let sql: String
    }

    /// SQLite's `application_id` of a catalog: "Trde".
    static let applicationID: Int64 = 0x5472_6465

    /// Every migration, oldest first.
    static let migrations = [
        Migration(name: "1 snapshots and objects", sql: snapshots),
        Migration(name: "2 verifications, drills and key checks", sql: proofs),
        Migration(name: "3 runs of the daemon", sql: runs),
        Migration(name: "4 copies, readings, attacks and media", sql: copies),
        Migration(name: "5 work on stores, and holds", sql: holds),
    ]

    /// What applies the migrations that a file lacks.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for migration in migrations {
            migrator.registerMigration(migration.name) { database in
                try database.execute(sql: migration.sql)
            }
        }
        return migrator
    }

    /// An object is stored once per set, under its ordinal (``ListPage``); a page keeps a bitmap
    /// of the 4,096 ordinals that it names. So what a snapshot needs costs one row a page, and a
    /// page that repeats costs nothing. `stray_objects` holds the entries that do not fit: where
    /// two histories (a fork, a store that lost its newest snapshot) gave one ordinal to two
    /// objects, or one object two ordinals.
    private static let snapshots = """
        CREATE TABLE sets (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
            name TEXT UNIQUE
        ) STRICT;

        CREATE TABLE snapshots (
            number INTEGER PRIMARY KEY,
            set_number INTEGER NOT NULL REFERENCES sets (number),
            sequence INTEGER NOT NULL CHECK (sequence >= 1),
            name BLOB NOT NULL CHECK (length(name) = 32),
            previous BLOB CHECK (length(previous) = 32),
            started INTEGER NOT NULL,
            finished INTEGER NOT NULL,
            complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
            run BLOB NOT NULL CHECK (length(run) = 32),
            secret BLOB NOT NULL CHECK (length(secret) = 32),
            epoch INTEGER NOT NULL CHECK (epoch >= 1),
            needed_objects INTEGER NOT NULL CHECK (needed_objects >= 0),
            needed_bytes INTEGER NOT NULL CHECK (needed_bytes >= 0),
            new_objects INTEGER NOT NULL CHECK (new_objects >= 0),
            new_bytes INTEGER NOT NULL CHECK (new_bytes >= 0),
            files INTEGER CHECK (files >= 0),
            content_bytes INTEGER CHECK (content_bytes >= 0),
            cut INTEGER,
            UNIQUE (set_number, sequence, name),
            CHECK ((files IS NULL) = (content_bytes IS NULL)),
            CHECK ((files IS NULL) = (cut IS NULL))
        ) STRICT;

        CREATE TABLE pages (
            number INTEGER PRIMARY KEY,
            set_number INTEGER NOT NULL REFERENCES sets (number),
            place INTEGER NOT NULL CHECK (place >= 0),
            name BLOB NOT NULL CHECK (length(name) = 32),
            size INTEGER NOT NULL CHECK (size >= 0),
            slots BLOB NOT NULL CHECK (length(slots) = 512),
            UNIQUE (name, set_number)
        ) STRICT;
        CREATE INDEX pages_by_place ON pages (set_number, place);

        CREATE TABLE snapshot_pages (
            snapshot_number INTEGER NOT NULL REFERENCES snapshots (number),
            position INTEGER NOT NULL CHECK (position >= 0),
            page_number INTEGER NOT NULL REFERENCES pages (number),
            PRIMARY KEY (snapshot_number, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX snapshot_pages_by_page ON snapshot_pages (page_number, snapshot_number);

        CREATE TABLE objects (
            set_number INTEGER NOT NULL REFERENCES sets (number),
            ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
            name BLOB NOT NULL CHECK (length(name) = 32),
            kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 255),
            size INTEGER NOT NULL CHECK (size >= 0),
            PRIMARY KEY (set_number, ordinal),
            UNIQUE (name, set_number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE stray_objects (
            page_number INTEGER NOT NULL REFERENCES pages (number),
            slot INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 4095),
            name BLOB NOT NULL CHECK (length(name) = 32),
            kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 255),
            size INTEGER NOT NULL CHECK (size >= 0),
            PRIMARY KEY (page_number, slot)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX stray_objects_by_name ON stray_objects (name);
        """

    private static let proofs = """
        CREATE TABLE verifications (
            number INTEGER PRIMARY KEY,
            store TEXT NOT NULL,
            started INTEGER NOT NULL,
            finished INTEGER NOT NULL,
            verdict TEXT NOT NULL CHECK (verdict IN ('proven', 'failed', 'not-proven')),
            claim TEXT NOT NULL CHECK (json_valid(claim)),
            objects INTEGER NOT NULL CHECK (objects >= 0),
            bytes INTEGER NOT NULL CHECK (bytes >= 0),
            findings TEXT NOT NULL CHECK (json_valid(findings)),
            record_key TEXT UNIQUE
        ) STRICT;

        CREATE TABLE verification_sets (
            verification_number INTEGER NOT NULL REFERENCES verifications (number),
            set_number INTEGER NOT NULL REFERENCES sets (number),
            head_sequence INTEGER CHECK (head_sequence >= 1),
            head_name BLOB CHECK (length(head_name) = 32),
            PRIMARY KEY (verification_number, set_number),
            CHECK ((head_sequence IS NULL) = (head_name IS NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX verification_sets_by_set ON verification_sets (set_number);

        CREATE TABLE drills (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE CHECK (id <> ''),
            plan TEXT NOT NULL,
            subject TEXT NOT NULL,
            started INTEGER NOT NULL,
            finished INTEGER,
            level INTEGER CHECK (level BETWEEN 0 AND 4),
            verdict TEXT NOT NULL CHECK (verdict IN ('proven', 'failed', 'not-proven')),
            claim TEXT NOT NULL CHECK (json_valid(claim)),
            steps TEXT NOT NULL CHECK (json_valid(steps)),
            record_key TEXT UNIQUE
        ) STRICT;

        CREATE TABLE drill_snapshots (
            drill_number INTEGER NOT NULL REFERENCES drills (number),
            set_number INTEGER NOT NULL REFERENCES sets (number),
            sequence INTEGER NOT NULL CHECK (sequence >= 1),
            PRIMARY KEY (drill_number, set_number, sequence)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX drill_snapshots_by_set ON drill_snapshots (set_number);

        CREATE TABLE key_checks (
            number INTEGER PRIMARY KEY,
            recipient TEXT NOT NULL,
            time INTEGER NOT NULL,
            verdict TEXT NOT NULL CHECK (verdict IN ('proven', 'failed', 'not-proven')),
            record_key TEXT UNIQUE
        ) STRICT;
        CREATE INDEX key_checks_by_recipient ON key_checks (recipient, time);
        """

    /// `name` is that of a set or a drill plan in the configuration, not a set's id: a first
    /// backup may fail before its set has one.
    private static let runs = """
        CREATE TABLE runs (
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('backup', 'verify', 'drill')),
            due INTEGER,
            started INTEGER NOT NULL,
            finished INTEGER,
            outcome INTEGER,
            CHECK ((finished IS NULL) = (outcome IS NULL))
        ) STRICT;
        CREATE INDEX runs_by_name ON runs (name, kind, started);
        """

    /// `copies`: a row for each set that a copy run brought to a store, how far it is whole there.
    /// `stores`: when all that lies in each was last listed; nil if only parts of it were read.
    /// `readings`: when each object of each store was last read to its end, so that all of it is
    /// read in time; an object that was listed and never read has no `read`. `attacks`: what this
    /// host tried against its own stores. `media`: what can be taken away, and when it was here.
    private static let copies = """
        CREATE TABLE copies (
            number INTEGER PRIMARY KEY,
            set_number INTEGER NOT NULL REFERENCES sets (number),
            store TEXT NOT NULL,
            started INTEGER NOT NULL,
            finished INTEGER NOT NULL,
            verdict TEXT NOT NULL CHECK (verdict IN ('proven', 'failed', 'not-proven')),
            head_sequence INTEGER CHECK (head_sequence >= 1),
            head_name BLOB CHECK (length(head_name) = 32),
            CHECK ((head_sequence IS NULL) = (head_name IS NULL))
        ) STRICT;
        CREATE INDEX copies_by_set ON copies (set_number, store);

        CREATE TABLE stores (
            number INTEGER PRIMARY KEY,
            place TEXT NOT NULL UNIQUE,
            listed INTEGER
        ) STRICT;

        CREATE TABLE readings (
            store_number INTEGER NOT NULL REFERENCES stores (number),
            key TEXT NOT NULL,
            size INTEGER NOT NULL CHECK (size >= 0),
            mark TEXT,
            arrived INTEGER NOT NULL,
            read INTEGER,
            damaged INTEGER NOT NULL DEFAULT 0 CHECK (damaged IN (0, 1)),
            PRIMARY KEY (store_number, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX readings_by_age ON readings (store_number, read, arrived);

        CREATE TABLE attacks (
            number INTEGER PRIMARY KEY,
            store TEXT NOT NULL,
            started INTEGER NOT NULL,
            finished INTEGER NOT NULL,
            verdict TEXT NOT NULL CHECK (verdict IN ('proven', 'failed', 'not-proven')),
            attempts TEXT NOT NULL CHECK (json_valid(attempts)),
            record_key TEXT UNIQUE
        ) STRICT;
        CREATE INDEX attacks_by_store ON attacks (store, number);

        CREATE TABLE media (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
            label TEXT NOT NULL UNIQUE CHECK (label <> ''),
            store TEXT NOT NULL,
            filesystem TEXT,
            custodian TEXT NOT NULL,
            location TEXT NOT NULL,
            added INTEGER NOT NULL,
            due INTEGER,
            retired INTEGER
        ) STRICT;

        CREATE TABLE media_presences (
            number INTEGER PRIMARY KEY,
            medium_number INTEGER NOT NULL REFERENCES media (number),
            attached INTEGER NOT NULL,
            detached INTEGER,
            CHECK (detached IS NULL OR detached >= attached)
        ) STRICT;
        CREATE INDEX media_presences_by_medium ON media_presences (medium_number, number);
        """

    /// `runs` takes the kinds of work that are of a store, whose name then is in `name`. `holds`: a
    /// row for each snapshot that was put under a legal hold in a store; one that was lifted has
    /// `released`. `media.serial`: of the device, where one is told. `media.doubted`: since when a
    /// medium is not what it ought to be. UUIDs of file systems are learnt anew: those that were
    /// noted may be of what was mounted before, out of blkid's cache.
    private static let holds = """
        CREATE TABLE runs_of_all_kinds (
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('backup', 'verify', 'drill', 'read', 'attack')),
            due INTEGER,
            started INTEGER NOT NULL,
            finished INTEGER,
            outcome INTEGER,
            CHECK ((finished IS NULL) = (outcome IS NULL))
        ) STRICT;
        INSERT INTO runs_of_all_kinds SELECT * FROM runs;
        DROP TABLE runs;
        ALTER TABLE runs_of_all_kinds RENAME TO runs;
        CREATE INDEX runs_by_name ON runs (name, kind, started);

        CREATE TABLE holds (
            number INTEGER PRIMARY KEY,
            set_number INTEGER NOT NULL REFERENCES sets (number),
            sequence INTEGER NOT NULL CHECK (sequence >= 1),
            name BLOB NOT NULL CHECK (length(name) = 32),
            store TEXT NOT NULL,
            reason TEXT NOT NULL CHECK (reason <> ''),
            placed INTEGER NOT NULL,
            released INTEGER,
            record_key TEXT UNIQUE
        ) STRICT;
        CREATE INDEX holds_by_store ON holds (store, set_number);

        ALTER TABLE media ADD COLUMN serial TEXT;
        ALTER TABLE media ADD COLUMN doubted INTEGER;
        UPDATE media SET filesystem = NULL;
        """
}
