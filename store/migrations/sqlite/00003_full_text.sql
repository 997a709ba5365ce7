-- +goose Up

-- page_fetches are the pages of Items whose Source wants full text: one row for a version, kept with how it ended. An Item
-- waits for the Sorter while the row of its version has no outcome.
create table page_fetches (
  item        integer not null,
  version     integer not null,
  source      integer not null,
  host        text    not null,            -- host:port of the page
  queued      bigint  not null,
  until       bigint  not null,            -- its Item waits no longer
  next_try    bigint  not null,
  tries       integer not null default 0,
  outcome     text    not null default '', -- news.PageOutcome
  reason      text    not null default '',
  lease_owner text    not null default '',
  lease_until bigint  not null default 0,
  primary key (item, version)
) without rowid;
create index page_fetches_waiting on page_fetches (host, queued, item) where outcome = '';

-- full_text is the row of texts with what the page said; null if it was not asked, did not say more, or its time is over.
alter table versions add column full_text integer;

-- +goose Down
alter table versions drop column full_text;
drop table page_fetches;
