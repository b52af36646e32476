-- Pages go out by more than one gateway: which of them has a request, and whose an id is.
alter table hotline.page_requests add column gateway text not null default 'twilio';
alter table hotline.page_sids add column gateway text not null default 'twilio';
