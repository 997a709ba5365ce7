-- +goose Up

-- Times are milliseconds since 1970 UTC, 0 for "not known". Leases and spacing run on the database's clock, all other
-- times on the time of the news. Ids are the 16 bytes of a UUID. n is a row's own number and means nothing outside.

-- meta holds the counters: next_seq, which numbers what the Sorter places, and next_item.
create table meta (
  key   text primary key,
  value bigint not null
);
insert into meta (key, value) values ('next_seq', 1), ('next_item', 1);

-- configs holds every configuration that was applied.
create table configs (
  n        integer primary key,
  hash     text   not null,
  applied  bigint not null,
  document text   not null
);

-- leases are the single seats: one Sorter at a time.
create table leases (
  name   text primary key,
  holder text   not null,
  until  bigint not null
);

create table sources (
  n             integer primary key,
  id            text    not null unique,
  position      integer not null, -- in the configuration; -1: not configured
  active        integer not null, -- 1: configured and not disabled
  facts         text    not null, -- news.Source as JSON, secrets unexpanded
  host          text    not null, -- host:port that is polled
  next_poll     bigint,           -- null: never
  earliest      bigint  not null default 0,
  hold          bigint  not null default 0,
  reason        text    not null default '',
  etag          text    not null default '',
  last_modified text    not null default '',
  last_poll     bigint  not null default 0,
  outcome       text    not null default '',
  http_status   integer not null default 0,
  failures      integer not null default 0,
  error         text    not null default '',
  gone          integer not null default 0,
  memory        text    not null default '{}', -- the rest of news.SourceState as JSON
  lease_owner   text    not null default '',
  lease_until   bigint  not null default 0,
  pass          text    not null default ''
);
create index sources_due on sources (next_poll);

-- hosts are the slots for requests: one row a slot.
create table hosts (
  host        text    not null,
  slot        integer not null,
  lease_owner text    not null default '',
  lease_until bigint  not null default 0,
  free_at     bigint  not null default 0, -- spacing, on the database's clock
  hold        bigint  not null default 0, -- Retry-After, in the time of the news
  primary key (host, slot)
) without rowid;

create table polls (
  n         integer primary key,
  source    integer not null,
  at        bigint  not null,
  took      integer not null, -- milliseconds
  outcome   text    not null,
  status    integer not null,
  bytes     integer not null,
  new       integer not null,
  changed   integer not null,
  unchanged integer not null,
  skipped   integer not null,
  error     text    not null
);

create table items (
  n             integer primary key,
  id            blob    not null unique,
  source        integer not null,
  place         integer not null,
  first_seen    bigint  not null,
  published     bigint  not null,
  version       integer not null,
  fingerprint   blob    not null,
  unsorted      integer not null, -- 1: waits for the Sorter
  seq           bigint,           -- place in the Sorter's order
  story         integer,
  duplicate_of  integer,
  duplicate_why text    not null default ''
);
create index items_unsorted on items (n) where unsorted = 1;
create index items_story on items (story) where story is not null;
create index items_source on items (source, n);

create table versions (
  item    integer not null,
  version integer not null,
  seen    bigint  not null,
  title   text    not null,
  text    integer,          -- the block with its other texts; null once their time is over
  start   integer not null, -- where in the block, once that is unpacked
  size    integer not null,
  primary key (item, version)
);

-- texts are blocks of what versions say, packed together as their document brought them.
create table texts (
  n    integer primary key,
  body blob    not null
);

-- item_keys hold the identities of an item within its source.
create table item_keys (
  source integer not null,
  key    blob    not null,
  item   integer not null,
  primary key (source, key)
) without rowid;

-- prints hold what a copy in another source is known by; of originals only.
create table prints (
  print blob    not null primary key,
  item  integer not null
) without rowid;

-- n is the seq at which the story was founded.
create table stories (
  n       integer primary key,
  id      blob    not null unique,
  founder integer not null,
  lead    integer not null
);

create table topics (
  n           integer primary key,
  id          blob    not null unique,
  slug        text    not null unique,
  position    integer not null,
  facts       text    not null, -- news.Topic as JSON
  removed     integer not null default 0,
  rule        integer not null, -- number of the configuration that its rule came with
  refile      bigint,           -- items up to this n are decided under the rule; null: all are
  revision    bigint  not null default 0,
  updated     bigint  not null default 0,
  next_number bigint  not null default 1,
  pages       integer not null default 0,
  interval    bigint  not null default 0
);

create table decisions (
  item      integer not null,
  version   integer not null,
  topic     integer not null,
  rule      integer not null,
  taken     integer not null, -- 1: in
  score     integer not null,
  min_score integer not null,
  verdict   text    not null,
  detail    text    not null,
  spans     text    not null, -- a line each: role, place, start, length, points, term, group, with tabs between
  primary key (item, topic, version, rule)
) without rowid;

-- entries are the entry log: one row for a story in a topic, for ever.
create table entries (
  topic     integer not null,
  number    bigint  not null,
  story     integer not null,
  published bigint  not null,
  updated   bigint  not null,
  page      integer not null default 0, -- 0: the head
  version   integer,                    -- of the lead, fixed when its page was sealed
  sealed    bigint,                     -- next_seq when its page was sealed: later reports do not show on it
  removed   integer not null default 0,
  primary key (topic, number)
) without rowid;
create unique index entries_story on entries (story, topic);
create index entries_page on entries (topic, page, number);

-- pending are the stories decided but not filed yet.
create table pending (
  topic     integer not null,
  story     integer not null,
  published bigint  not null,
  touched   integer not null, -- 0: to enter; 1: an entry whose lead was edited; 2: an entry whose story has grown
  primary key (topic, story)
) without rowid;

-- +goose Down
drop table pending; drop table entries; drop table decisions; drop table topics; drop table stories; drop table prints;
drop table item_keys; drop table texts; drop table versions; drop table items; drop table polls; drop table hosts; drop table sources;
drop table leases; drop table configs; drop table meta;
