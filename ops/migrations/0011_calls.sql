-- Which calls came from one number, by its keyed hash: a repeat is seen, and one caller is called back once.
create table hotline.call_numbers (
    call        uuid primary key,
    number_hash bytea not null,
    at          timestamptz not null
);
create index call_numbers_hash on hotline.call_numbers (number_hash, at);
