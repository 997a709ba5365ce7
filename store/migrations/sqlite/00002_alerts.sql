-- +goose Up

-- alerts tell the operator whose health has changed: one row a change, in its order; no two have the same time.
create table alerts (
  n      integer primary key,
  id     blob    not null unique,
  source text    not null, -- id, as it was then
  name   text    not null, -- as it was then
  at     bigint  not null,
  was    text    not null, -- news.HealthState; empty: not known yet
  state  text    not null, -- news.HealthState
  why    text    not null
);

-- +goose Down
drop table alerts;
