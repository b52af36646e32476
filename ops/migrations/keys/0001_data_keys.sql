-- Data keys, wrapped by the master key. A key is made ahead and belongs to nobody until the first value is sealed
-- under it: the sealed row in the main database names the key, so handing it out costs no commit here. An erased key
-- keeps its row without the key itself, which tells "erased on purpose" from "this is the wrong key store".
create table hotline.data_keys (
    key_id uuid primary key,
    wrapped bytea,
    nonce bytea not null,
    master_id text not null,
    made_at timestamptz not null,
    erased_at timestamptz,
    check ((wrapped is null) = (erased_at is not null))
);
create index data_keys_master on hotline.data_keys (master_id);
