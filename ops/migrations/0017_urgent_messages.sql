-- Emergencies are claimed before whatever else waits, however much that is. The previous release writes no urgency and claims
-- in order: both hold.
alter table hotline.outbox add column urgency integer not null default 0;
create index outbox_urgent on hotline.outbox (urgency desc, position) where urgency > 0;
