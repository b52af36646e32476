-- Every policy pack a case may have begun under, as its files were: a case keeps its pack, also after the files change.
create table hotline.packs (
    version  text primary key,
    files    jsonb not null,
    seen_at  timestamptz not null
);
