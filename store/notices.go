package store

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// noticeRetry is how long to wait before a session that broke is made again.
	noticeRetry = time.Second
	// noticePulse is how often a silent session is asked whether it is still there: a database that has gone without a word,
	// as when its machine loses power, is noticed so.
	noticePulse = 30 * time.Second
)

// Listen calls changed whenever another process, or this one, has changed what is published, and once at the start of
// each session, since something may have been missed before. It returns when ctx ends. Trouble is logged and tried
// again: who listens must look by itself now and then, too.
//
// On SQLite nobody tells, and changed is never called.
func (db *DB) Listen(ctx context.Context, changed func(), log *slog.Logger) {
	if db.direct == nil {
		<-ctx.Done()
		return
	}
	told := true // or about to be
	for {
		err := db.listenOnce(ctx, func() {
			if !told {
				log.Info("told of changes again")
			}
			told = true
			changed()
		})
		if ctx.Err() != nil {
			return
		}
		if told {
			log.Warn("not told of changes; it is tried again", "err", err)
		}
		told = false
		select {
		case <-ctx.Done():
			return
		case <-time.After(noticeRetry):
		}
	}
}

// listenOnce listens on a session of its own until that breaks.
func (db *DB) listenOnce(ctx context.Context, changed func()) error {
	conn, err := pgx.ConnectConfig(ctx, db.direct.Copy())
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noticeRetry)
		defer cancel()
		_ = conn.Close(ctx) // it is done with, however it ends
	}()
	if _, err := conn.Exec(ctx, `listen wireroom`); err != nil {
		return err
	}
	for changed(); ; {
		told, err := waitForNotice(ctx, conn)
		if err != nil {
			return err
		}
		if told {
			changed()
		}
	}
}

// waitForNotice waits for a notice, or for a pulse, which asks whether the session is still there.
func waitForNotice(ctx context.Context, conn *pgx.Conn) (told bool, err error) {
	waiting, cancel := context.WithTimeout(ctx, noticePulse)
	defer cancel()
	if _, err = conn.WaitForNotification(waiting); err == nil {
		return true, nil
	}
	if ctx.Err() != nil || waiting.Err() == nil {
		return false, err
	}
	asking, cancel := context.WithTimeout(ctx, postgresDial)
	defer cancel()
	return false, conn.Ping(asking)
}
