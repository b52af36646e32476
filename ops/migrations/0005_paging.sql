-- How the people on duty are reached. The number is sealed; its keyed hash finds the person of an inbound text.
create table hotline.contacts (
    person       uuid primary key,
    user_name    text not null,
    role         text not null,
    division     text not null,
    number_value uuid not null,
    number_hash  bytea not null unique,
    sms_off      text,           -- why no text may go there (opted-out, number-invalid); null: on
    call_off     text
);

-- A request to the gateway is noted before it is made: whoever finds the note without an end looks before repeating.
create table hotline.page_requests (
    attempt uuid primary key,
    page    uuid not null,
    at      timestamptz not null,   -- business time
    looks   bigint not null         -- how often the gateway was asked whether it had taken it
);

-- The gateway's id of an attempt, learnt from its answer, a callback or a list; one attempt has one.
create table hotline.page_sids (
    sid     text primary key,
    attempt uuid not null,
    page    uuid not null,
    channel text not null
);
create index page_sids_attempt on hotline.page_sids (attempt);

-- Each callback once.
create table hotline.page_callbacks (
    sid    text not null,
    status text not null,
    error  text not null,
    page   uuid not null,
    at     timestamptz not null,
    primary key (sid, status, error)
);

-- Reply codes: a code belongs to one number and one page, and comes round again only after many others.
create table hotline.reply_codes (
    number_hash bytea not null,
    serial      bigint not null,
    code        bigint not null,
    page        uuid not null,
    at          timestamptz not null,
    primary key (number_hash, serial)
);
create index reply_codes_code on hotline.reply_codes (number_hash, code, serial desc);
create index reply_codes_page on hotline.reply_codes (page);

-- Inbound texts that had an effect, by the gateway's id: the same one delivered twice acts once.
create table hotline.inbound_texts (
    sid text primary key,
    at  timestamptz not null
);

-- Answers "not understood" to a number since its last action; two automats must not talk for ever.
create table hotline.reply_limits (
    number_hash bytea primary key,
    unclear     bigint not null
);
