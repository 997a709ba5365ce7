-- +goose Up

-- groupings say how the Sorter placed each item, and hold the form by which later items are compared with it.
create table groupings (
  item           integer primary key,
  seen           bigint  not null,           -- when the item was first seen: the window of comparison
  method         text    not null,           -- news.Method: how its story was found
  score          integer not null default 0, -- thousandths, as all scores here
  need           integer not null default 0, -- what the score had to reach
  against        integer,                    -- the item that it was nearest to
  rival          integer,                    -- the nearest item of the best other story
  rival_score    integer not null default 0,
  copy_score     integer not null default 0, -- of items.duplicate_why, against items.duplicate_of
  held           integer not null default 0, -- 1: placed by an editor; the Sorter leaves it there
  form           blob                        -- null once the window is over
);
create index groupings_seen on groupings (seen) where form is not null;

-- grouping is raised by every act that changes which items a story has; the Sorter then reads them anew.
insert into meta (key, value) values ('grouping', 0) on conflict do nothing;

-- sealed_reports are what the entries of sealed pages show beside their leads, in order, for good.
create table sealed_reports (
  topic   integer not null,
  number  bigint  not null,
  place   integer not null,
  item    integer not null,
  version integer not null,
  copy_of integer,                  -- as it was when the page was sealed
  why     text    not null,
  primary key (topic, number, place)
) without rowid;
insert into sealed_reports (topic, number, place, item, version, copy_of, why)
  select e.topic, e.number, row_number() over (partition by e.topic, e.number order by i.seq), i.n, 1, i.duplicate_of, i.duplicate_why
  from entries e join stories st on st.n = e.story join items i on i.story = st.n
  where e.page > 0 and i.n <> st.lead and i.seq < e.sealed;

alter table entries add column lead integer; -- of a sealed entry, fixed when its page was sealed
update entries set lead = (select st.lead from stories st where st.n = entries.story) where page > 0;
alter table entries add column announced integer not null default 0; -- 1: growth has moved its date once

-- A story's lead is chosen when it first enters a topic, and stays.
alter table stories add column led integer not null default 0; -- 1: chosen
update stories set led = 1;

-- +goose Down
alter table stories drop column led; alter table entries drop column announced; alter table entries drop column lead;
drop table sealed_reports; drop table groupings; delete from meta where key = 'grouping';
