/// A small database with one of everything that a dump must carry.
enum HospitalSchema {
    /// Roles belong to the server: run once, in any database.
    static let roles = """
        CREATE ROLE ward LOGIN PASSWORD 'not a real one';
        CREATE ROLE audit NOLOGIN;
        GRANT ward TO audit;
        """

    static let script = """
        CREATE TYPE sex AS ENUM ('unknown', 'female', 'male');
        CREATE DOMAIN weight AS numeric(5, 1) CHECK (VALUE > 0);
        CREATE TYPE address AS (city text, street text);
        CREATE TABLE patient (
            id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,
            kana text COLLATE "C", sex sex NOT NULL DEFAULT 'unknown', born date, home address,
            weight weight, photo bytea, notes jsonb, raw json, fee money, fever real,
            allergies text[], stay tsrange, seen interval,
            initials text GENERATED ALWAYS AS (left(name, 1)) STORED,
            status varchar(10) CHECK (status IN ('in', 'out')), UNIQUE (name, born));
        COMMENT ON TABLE patient IS 'copy from program ''not run''; load ''x''';
        INSERT INTO patient (name, kana, sex, born, home, weight, photo, notes, raw, fee, fever,
            allergies, stay, seen, status)
            SELECT '患者' || i, 'カンジャ', (ARRAY['female', 'male']::sex[])[i % 2 + 1],
            '1940-01-01'::date + i, ROW('東京', i)::address, i, decode(md5(i::text), 'hex'),
            '{"a": 1}', '{"b" : 2}', i, i / 3.0, ARRAY['卵', 'x'],
            tsrange('2026-01-01', '2026-01-02'), '1 day 2 h', 'in'
            FROM generate_series(1, 500) AS i;
        CREATE TABLE visit (
            id bigserial, patient integer NOT NULL REFERENCES patient, at timestamptz NOT NULL,
            local timestamp, text text) PARTITION BY RANGE (at);
        CREATE TABLE visit_2025 PARTITION OF visit
            FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
        CREATE TABLE visit_2026 PARTITION OF visit
            FOR VALUES FROM ('2026-01-01') TO ('2300-01-01');
        ALTER TABLE visit ADD PRIMARY KEY (id, at);
        CREATE INDEX visit_patient ON visit (patient) WHERE text <> '';
        INSERT INTO visit (patient, at, local, text)
            SELECT i % 500 + 1, '2025-06-01'::timestamptz + i * interval '8 hours',
            '2025-06-01', 'note ' || i FROM generate_series(1, 1000) AS i;
        INSERT INTO visit (patient, at) VALUES (1, '2299-01-01');
        CREATE TABLE parent (a integer);
        CREATE TABLE child (c integer) INHERITS (parent);
        ALTER TABLE parent ADD COLUMN b text DEFAULT 'b';
        INSERT INTO parent VALUES (1), (2);
        INSERT INTO child VALUES (3, 4, 'c');
        CREATE TABLE nothing ();
        INSERT INTO nothing DEFAULT VALUES;
        CREATE TABLE "Odd ""name" ("a b" text, "select" integer);
        INSERT INTO "Odd ""name" VALUES (NULL, 1), ('x', NULL);
        CREATE UNLOGGED TABLE scratch (a integer);
        INSERT INTO scratch VALUES (1);
        CREATE VIEW ward_list AS SELECT id, name FROM patient WHERE status IN ('in');
        CREATE MATERIALIZED VIEW counts AS SELECT sex, count(*) FROM patient GROUP BY sex;
        CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $f$
            BEGIN NEW.text := coalesce(NEW.text, ''); RETURN NEW; END $f$;
        CREATE FUNCTION double(language integer) RETURNS integer LANGUAGE sql IMMUTABLE
            BEGIN ATOMIC SELECT CASE WHEN language > 0 THEN language ELSE 0 END * 2; END;
        CREATE TRIGGER touch BEFORE INSERT ON visit FOR EACH ROW EXECUTE FUNCTION touch();
        CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
        CREATE RULE log AS ON DELETE TO parent DO (SELECT 1; SELECT 2);
        CREATE STATISTICS patient_stats ON sex, status FROM patient;
        CREATE SEQUENCE ticket START 100 INCREMENT -5 MINVALUE 0 MAXVALUE 100;
        SELECT nextval('ticket'), nextval('ticket');
        ALTER TABLE patient ENABLE ROW LEVEL SECURITY;
        CREATE POLICY ward_only ON patient FOR SELECT TO ward USING (status = 'in');
        GRANT SELECT ON patient TO ward;
        GRANT SELECT (id, at), UPDATE (text) ON visit TO ward;
        GRANT EXECUTE ON FUNCTION touch() TO audit WITH GRANT OPTION;
        REVOKE EXECUTE ON FUNCTION touch() FROM PUBLIC;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO audit;
        ALTER TABLE parent OWNER TO ward;
        SELECT lo_from_bytea(0, decode(repeat('00', 5000) || '0102', 'hex'));
        SELECT lo_put(lo_from_bytea(0, 'abc'), 100000, 'def');
        """
}
