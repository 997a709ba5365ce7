package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
)

// A presence shows the other processes on the machine that this one takes leases, until it ends, however it ends: a lock
// of the operating system on a file beside the store's. Whoever comes while nobody is present knows that every lease in
// the store is of a process that has crashed, and need not wait for it to run out.
//
// Where there are no such locks, or the path is empty, nobody is ever known to be alone. It is safe for concurrent use.
type presence struct {
	path string // of the file; it stays when all have left

	mu   sync.Mutex
	file *os.File // nil while not present
}

// enter makes this process present, if it is not. If it comes alone, alone is called before anyone else can come.
func (p *presence) enter(alone func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.file != nil || p.path == "" {
		return nil
	}
	file, err := os.OpenFile(p.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("show that this process works on the store: %w: give this user the right to write there, or name another file under store: in the configuration", err)
	}
	if lockAlone(file) {
		err = alone()
	}
	if err == nil {
		err = lockShared(file)
	}
	if err != nil {
		return errors.Join(err, file.Close())
	}
	p.file = file
	return nil
}

// leave ends the presence.
func (p *presence) leave() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.file == nil {
		return nil
	}
	err := p.file.Close()
	p.file = nil
	return err
}

// enter is called before a lease is taken. It frees the leases that a crash has left: those of all processes at once, where
// nobody else is there, or on PostgreSQL by and by those of each that is silent.
func (db *DB) enter(ctx context.Context) error {
	if db.giveSigns {
		return db.signs.begin(ctx, db)
	}
	return db.presence.enter(func() error {
		return db.update(ctx, "free the leases of a process that has crashed", func(t *tx) error {
			return freeLeases(ctx, t, "%")
		})
	})
}
