-- What duty must know of a member of staff: which number answered the code, when they were trained, and the hash of the secret
-- address under which a calendar program reads their duty.
create table hotline.staff (
    person          uuid primary key,
    version         bigint not null,
    verified_number uuid,          -- the sealed value of the number that answered; another number is not verified
    verified_at     timestamptz,
    trained_on      text,          -- YYYY-MM-DD
    calendar_hash   text unique
);
