-- Lists are read in their own order from an index, however many files there are. danger: open before closed, T1 before T4,
-- then the nearest clock (microseconds since 1970), then the id; it is a list's cursor too.
alter table hotline.files add column danger text collate "C" not null generated always as (
    (not is_open)::int::text || coalesce(triage, 'T9')
    || lpad((extract(epoch from coalesce(due_at at time zone 'UTC', timestamp '9999-01-01')) * 1000000)::bigint::text, 18, '0')
    || id::text) stored;

-- Most who read have one county (six digits); those above it read the second.
create index files_danger_county on hotline.files (kind, left(division, 6), danger);
create index files_danger on hotline.files (kind, danger);
create index files_newest_county on hotline.files (kind, left(division, 6), opened_at desc, id desc);
drop index hotline.files_board;
drop index hotline.files_opened;
