-- Who may sign in, for whom they act, and who is signed in now. Passwords and tokens are kept as hashes alone.
create schema if not exists hotline;

-- Names of places for people to read; the codes are the national division codes (6, 9 or 12 digits).
create table hotline.divisions (
    code text primary key,
    name_zh text not null,
    name_en text not null
);

create table hotline.organisations (
    id uuid primary key,
    type text not null,
    name_zh text not null,
    name_en text not null,
    division text not null,
    demo boolean not null default false
);

create table hotline.accounts (
    id uuid primary key,
    user_name text not null unique,             -- NFC and lower case: what is typed is folded before it is compared
    display_name text not null,
    password_hash text,
    must_change_password boolean not null default false,
    roles text[] not null,
    division text not null,
    organisation_id uuid not null references hotline.organisations,
    disabled_at timestamptz,
    demo boolean not null default false,        -- such an account opens nothing outside the demo
    created_at timestamptz not null
);

create table hotline.sessions (
    token_hash bytea primary key,               -- SHA-256 of a 256-bit random token
    account_id uuid not null references hotline.accounts on delete cascade,
    cookie boolean not null,
    created_at timestamptz not null,            -- machine time, from the application
    seen_at timestamptz not null
);

create index sessions_account on hotline.sessions (account_id);
