-- Pages are asked for by the number of their report, also when tens of thousands ring.
create index files_page_report on hotline.files ((body ->> 'reportNumber')) where kind = 'page';
