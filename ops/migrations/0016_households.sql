-- Which page a message told of, how urgent it was, and which household it concerns: what else concerns the household goes with the next.
alter table hotline.page_told
    add column page      uuid,
    add column household uuid,
    add column triage    text;
