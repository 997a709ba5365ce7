-- +goose Up
create table page_fetches (
  item        bigint not null,
  version     bigint not null,
  source      bigint not null,
  host        text collate "C" not null,
  queued      bigint not null,
  until       bigint not null,
  next_try    bigint not null,
  tries       bigint not null default 0,
  outcome     text collate "C" not null default '',
  reason      text collate "C" not null default '',
  lease_owner text collate "C" not null default '',
  lease_until bigint not null default 0,
  primary key (item, version)
) with (fillfactor = 70);
create index page_fetches_waiting on page_fetches (host, queued, item) where outcome = '';

alter table versions add column full_text bigint;

-- +goose Down
alter table versions drop column full_text;
drop table page_fetches;
