-- Rosters that stand already are looked at for the next change of shifts.
insert into hotline.timers (key, kind, stream, due_at)
select 'roster:' || replace(id::text, '-', '') || ':change', 'roster.change', id, opened_at from hotline.files where kind = 'roster'
on conflict do nothing;
