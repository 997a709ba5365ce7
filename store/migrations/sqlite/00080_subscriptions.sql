-- +goose Up

-- subscriptions are what WebSub subscribers have asked for. What they are still to be asked about is in the columns wish_*;
-- until 0 means that nothing was confirmed yet. revision is that of the topic which the subscriber has.
create table subscriptions (
  n           integer primary key,
  callback    text    not null,
  topic_url   text    not null,
  topic       integer not null,
  format      text    not null,
  secret      text    not null default '',
  until       bigint  not null default 0,
  wish_mode   text    not null default '', -- news.SubscriptionMode
  wish_secret text    not null default '',
  wish_lease  bigint  not null default 0,
  etag        text    not null default '',
  revision    bigint  not null,
  next_try    bigint  not null,
  tries       integer not null default 0,
  reason      text    not null default '',
  lease_owner text    not null default '',
  lease_until bigint  not null default 0,
  unique (callback, topic_url)
);

-- +goose Down
drop table subscriptions;
