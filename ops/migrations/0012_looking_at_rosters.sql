-- Rosters are looked at in advance: those that stand already begin to be at once.
insert into hotline.timers (key, kind, stream, due_at)
select 'roster:' || replace(id::text, '-', '') || ':gaps', 'roster.gaps', id, opened_at from hotline.files where kind = 'roster'
on conflict do nothing;
