-- What each person was told by which channel, and when: the next message waits for it. A number is claimed, so that two workers
-- cannot both take the same turn.
create table hotline.page_told (
    person    uuid not null,
    channel   text not null,
    serial    bigint not null,
    at        timestamptz not null,   -- business time
    emergency boolean not null,
    attempt   uuid not null,
    code      bigint,                 -- of a message that tells of several pages: it answers for all of them
    primary key (person, channel, serial)
);
create index page_told_attempt on hotline.page_told (attempt);

-- Attempts that wait for their turn, and the attempt whose message told of them (itself included).
create table hotline.page_bundles (
    attempt    uuid primary key,
    page       uuid not null,
    person     uuid not null,
    channel    text not null,
    triage     text not null,
    planned_at timestamptz not null,
    lead       uuid,
    lead_page  uuid
);
create index page_bundles_waiting on hotline.page_bundles (person, channel) where lead is null;
create index page_bundles_lead on hotline.page_bundles (lead);
