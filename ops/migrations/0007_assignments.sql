-- Tasks, hand-overs and visits lie between two bodies: organisation is the one it goes to, sender the one it comes from.
alter table hotline.files add column sender uuid;
create index files_inbox on hotline.files (organisation, kind) where kind in ('task', 'transfer', 'visit');
create index files_sent on hotline.files (sender, kind) where sender is not null;
