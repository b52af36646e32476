-- The event store. What stands in schema public is Marten 9's own format, column for column, so that a deployment
-- that has Marten can open, aggregate and append to the same streams. Marten's schema tool drops what it does not know
-- from its own tables: everything of ours stands in schema hotline.

create table if not exists public.mt_streams (
    id uuid not null,
    type varchar null,
    version bigint null,
    timestamp timestamptz not null default (now()),
    created timestamptz not null default (now()),
    tenant_id varchar default '*DEFAULT*',
    is_archived bool default false,
    constraint pkey_mt_streams_id primary key (id)
);

-- CACHE 1 is a safety matter, not a taste: the gap-proof tail relies on every number being drawn under a lock that its
-- transaction holds to the end, and a cached number is drawn without one.
create sequence if not exists public.mt_events_sequence cache 1;

create table if not exists public.mt_events (
    seq_id bigint not null,
    id uuid not null,
    stream_id uuid null,
    version bigint not null,
    data jsonb not null,
    bdata bytea null,
    type varchar(500) not null,
    timestamp timestamptz not null default (now()),
    tenant_id varchar default '*DEFAULT*',
    mt_dotnet_type varchar null,
    correlation_id varchar null,
    causation_id varchar null,
    headers jsonb null,
    user_name varchar null,
    is_archived bool default false,
    constraint pkey_mt_events_seq_id primary key (seq_id),
    constraint fkey_mt_events_stream_id foreign key (stream_id) references public.mt_streams (id) on delete cascade
);

create unique index if not exists pk_mt_events_stream_and_version on public.mt_events (stream_id, version);

alter sequence public.mt_events_sequence owned by public.mt_events.seq_id;

create table if not exists public.mt_event_progression (
    name varchar not null,
    last_seq_id bigint null,
    last_updated timestamptz default (transaction_timestamp()),
    constraint pk_mt_event_progression primary key (name)
);

create schema if not exists hotline;

-- Effects to carry out after the commit. A row is deleted when its effect is done, so the table stays short.
-- ready_at and lease_until are machine time, judged by clock_timestamp() of this database alone.
create table if not exists hotline.outbox (
    id uuid primary key,
    position bigint generated always as identity,
    topic text not null,
    payload text not null,
    ready_at timestamptz null,
    attempts integer not null default 0,
    lease_holder text null,
    lease_until timestamptz null,
    last_error text null
);

create index if not exists outbox_in_order on hotline.outbox (position);

-- One row a timer. due_at is business time and comes from the application; lease_until is machine time.
create table if not exists hotline.timers (
    key text collate "C" primary key,
    kind text not null,
    stream uuid not null,
    due_at timestamptz not null,
    payload text null,
    lease_holder text null,
    lease_until timestamptz null
);

create index if not exists timers_by_due on hotline.timers (due_at, key);

-- Who does a thing that only one node may do at a time.
create table if not exists hotline.leases (
    name text primary key,
    holder text not null,
    until timestamptz not null
);
