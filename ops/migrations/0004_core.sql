-- One row a stream: what boards, lists and the change feed read. Written inline with the append, repaired and rebuilt by the tail.
create table hotline.files (
    id           uuid primary key,
    kind         text not null,
    version      bigint not null,
    number       text not null,
    state        text not null,
    stage        text,
    triage       text,
    division     text not null,
    organisation uuid,
    filed_by     uuid,
    owner        uuid,
    report       uuid,
    case_id      uuid,
    is_open      boolean not null,
    due_at       timestamptz,
    opened_at    timestamptz not null,
    body         jsonb not null
);
create unique index files_number on hotline.files (kind, number);
create index files_board on hotline.files (kind, is_open, division text_pattern_ops, triage, due_at);
create index files_report on hotline.files (report) where report is not null;
create index files_case on hotline.files (case_id) where case_id is not null;
create index files_filed_by on hotline.files (filed_by, opened_at desc) where filed_by is not null;
create index files_opened on hotline.files (kind, opened_at desc, id);

-- Idempotency keys: scope is account + method + path; the answer is stored once it is known.
create table hotline.keys (
    scope     text not null,
    key       text not null,
    body_hash bytea not null,
    stream    uuid not null,
    at        timestamptz not null,
    status    integer,
    location  text,
    answer    text,
    primary key (scope, key)
);
create index keys_at on hotline.keys (at);

-- Look-up codes of reports without an account; only the hash is kept.
create table hotline.lookups (
    code_hash bytea primary key,
    report    uuid not null
);

-- Every look at personal data.
create table hotline.looks (
    id       uuid primary key,
    at       timestamptz not null,
    account  uuid,
    role     text not null,
    what     text not null,
    class    integer not null,
    file     uuid not null,
    why      text not null
);
create index looks_file on hotline.looks (file, at);

create sequence hotline.case_numbers increment by 20;
