-- +goose Up
create table groupings (
  item        bigint primary key,
  seen        bigint not null,
  method      text collate "C" not null,
  score       bigint not null default 0,
  need        bigint not null default 0,
  against     bigint,
  rival       bigint,
  rival_score bigint not null default 0,
  copy_score  bigint not null default 0,
  held        bigint not null default 0,
  form        bytea
);
create index groupings_seen on groupings (seen) where form is not null;

insert into meta (key, value) values ('grouping', 0) on conflict do nothing;

create table sealed_reports (
  topic   bigint not null,
  number  bigint not null,
  place   bigint not null,
  item    bigint not null,
  version bigint not null,
  copy_of bigint,
  why     text collate "C" not null,
  primary key (topic, number, place)
);
insert into sealed_reports (topic, number, place, item, version, copy_of, why)
  select e.topic, e.number, row_number() over (partition by e.topic, e.number order by i.seq), i.n, 1, i.duplicate_of, i.duplicate_why
  from entries e join stories st on st.n = e.story join items i on i.story = st.n
  where e.page > 0 and i.n <> st.lead and i.seq < e.sealed;

alter table entries add column lead bigint;
update entries set lead = (select st.lead from stories st where st.n = entries.story) where page > 0;
alter table entries add column announced bigint not null default 0;

alter table stories add column led bigint not null default 0;
update stories set led = 1;

-- +goose Down
alter table stories drop column led; alter table entries drop column announced; alter table entries drop column lead;
drop table sealed_reports; drop table groupings; delete from meta where key = 'grouping';
