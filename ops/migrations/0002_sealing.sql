-- Sealed personal data. Events carry the value's id and a commitment alone; the key that opens a row lies in the key
-- store, a database of its own, so a dump of this one opens nothing.
create table hotline.sealed (
    value_id uuid primary key,
    person_id uuid not null,
    class bigint not null,
    key_version uuid not null,
    alg text not null,
    nonce bytea not null,
    ciphertext bytea not null
);
create index sealed_person on hotline.sealed (person_id);

-- What the installation itself remembers: whether it has ever held demo data, and the demo clock's offset.
create table hotline.settings (
    name text primary key,
    value jsonb not null
);
