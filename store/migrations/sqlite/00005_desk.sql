-- +goose Up

-- acts are what editors did. What follows from those in force stands in the columns below, and is worked out anew for all
-- that an act touches (desk.go).
create table acts (
  n          integer primary key,
  id         blob    not null unique,
  kind       text    not null,           -- news.ActKind
  at         bigint  not null,
  who        text    not null,
  why        text    not null,
  story      integer,
  other      integer,                    -- a story: merged into story, or founded by a split or an ejection
  to_topic   integer,                    -- where the story is to be; of a note: where it stands, null: everywhere
  from_topic integer,                    -- where it is not to be; 0: in none
  item       integer,                    -- what leads, or is withdrawn
  source     integer,
  body       text    not null default '', -- of a note
  undone     bigint  not null default 0, -- when; 0: in force
  undone_by  text    not null default '',
  undone_why text    not null default ''
);
create index acts_story on acts (story) where story is not null;
create index acts_item on acts (item) where item is not null;
create index acts_source on acts (source) where source is not null;

-- act_items are what was split off or ejected: as the editor named it, and the copies of it that went along.
create table act_items (
  act   integer not null,
  item  integer not null,
  named integer not null, -- 1: by the editor
  primary key (act, item)
) without rowid;

-- apart are items that an editor took out of a story: the Sorter does not bring them back.
create table apart (
  item  integer not null,
  story integer not null,
  primary key (item, story)
) without rowid;

-- grouping is raised by every act that changes which items a story has; the Sorter then reads them anew.
insert into meta (key, value) values ('grouping', 0) on conflict do nothing;

-- desk_scope are the stories that the act under way touches, and whose items each now shows: its own, or those of the
-- story that it was merged into. It is empty between acts.
create table desk_scope (
  story integer primary key,
  shows integer not null
);

alter table sources add column withdrawn bigint not null default 0; -- since when; 0: it is not
alter table items add column withdrawn bigint not null default 0;
alter table items add column placed integer;  -- the story that the Sorter put it in, where an act has moved it
alter table items add column copied integer;  -- what it was a duplicate of before an act took it away from that
alter table stories add column withdrawn bigint not null default 0;
alter table stories add column own_lead integer; -- what leads it without acts, where one does otherwise

-- removed is what follows from ruled_out and from acts: 1: not shown.
alter table entries add column shows integer not null default 0;     -- the story whose items it shows
alter table entries add column ruled_out integer not null default 0; -- 1: no rule supports it
alter table entries add column withdrawn bigint not null default 0;
alter table entries add column note text not null default '';        -- of the editor; on a sealed page as it was then
update entries set shows = story, ruled_out = removed;
create index entries_shows on entries (shows, topic);
create index entries_withdrawn on entries (topic, withdrawn) where withdrawn > 0;

-- rewrites are the sealed pages that a withdrawal has written anew, and when.
create table rewrites (
  topic integer not null,
  page  integer not null,
  at    bigint  not null,
  primary key (topic, page)
) without rowid;

-- +goose Down
drop table rewrites; drop index entries_withdrawn; drop index entries_shows;
alter table entries drop column note; alter table entries drop column withdrawn; alter table entries drop column ruled_out;
alter table entries drop column shows; alter table stories drop column own_lead; alter table stories drop column withdrawn;
alter table items drop column copied; alter table items drop column placed; alter table items drop column withdrawn;
alter table sources drop column withdrawn;
drop table desk_scope; drop table apart; drop table act_items; drop table acts;
