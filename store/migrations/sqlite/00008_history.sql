-- +goose Up

-- facts are the forms that the facts of Sources have had, numbered as they were applied. None is ever changed.
create table facts (
  n      integer primary key,
  source integer not null,
  facts  text    not null -- as sources.facts
);
create index facts_source on facts (source, n);
insert into facts (source, facts) select n, facts from sources order by n;

-- pages are the sealed pages, with what they show beside their entries, for good.
create table pages (
  topic integer not null,
  page  integer not null,
  facts bigint  not null, -- the newest of facts when it was sealed
  title text    not null, -- of the topic then; empty: not known, and so the present one
  primary key (topic, page)
) without rowid;
insert into pages (topic, page, facts, title)
  select distinct topic, page, (select coalesce(max(n), 0) from facts), '' from entries where page > 0;

-- revisions are the states that a topic was published in.
create table revisions (
  topic    integer not null,
  revision bigint  not null,
  at       bigint  not null, -- topics.updated
  seq      bigint  not null, -- next_seq then: reports from there on came later
  facts    bigint  not null, -- as in pages
  pages    integer not null,
  interval bigint  not null,
  title    text    not null,
  primary key (topic, revision)
) without rowid;
create index revisions_at on revisions (topic, at);
insert into revisions (topic, revision, at, seq, facts, pages, interval, title)
  select n, revision, updated, (select value from meta where key = 'next_seq'), (select coalesce(max(n), 0) from facts), pages, interval, ''
  from topics where revision > 0;

-- When an entry was made, left the head, and was taken out and back. What was before this migration counts as made then.
alter table entries add column entered bigint not null default 0;
alter table entries add column first integer not null default 1; -- version of the lead when it was made
alter table entries add column left_head bigint; -- null: it is in the head
alter table entries add column taken_out bigint; -- null: never
alter table entries add column put_back bigint;  -- null: never, or before taken_out
update entries set entered = updated, left_head = case when page > 0 then updated end,
  taken_out = case when removed = 1 then updated end,
  first = (select i.version from stories st join items i on i.n = st.lead where st.n = entries.story);
create index entries_published on entries (topic, published);

-- showings are the times at which an entry moved its date, with the version of its lead that it showed from then on.
create table showings (
  topic   integer not null,
  number  bigint  not null,
  at      bigint  not null, -- entries.updated
  version integer not null,
  primary key (topic, number, at)
) without rowid;

-- An edit of a published report concerns every topic that it stands in.
alter table topics add column edits bigint not null default 0;  -- how many
alter table topics add column edited bigint not null default 0; -- when the newest was seen
create index versions_edits on versions (seen) where version > 1;

-- +goose Down
drop index versions_edits; alter table topics drop column edited; alter table topics drop column edits;
drop table showings; drop index entries_published;
alter table entries drop column put_back; alter table entries drop column taken_out; alter table entries drop column left_head;
alter table entries drop column first; alter table entries drop column entered;
drop table revisions; drop table pages; drop table facts;
