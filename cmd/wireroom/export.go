package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"wireroom/config"
	"wireroom/store"
)

type exportCommand struct {
	Out string `help:"Write to a new file instead of standard output." placeholder:"FILE"`
}

// Run writes everything in the store as lines of JSON.
func (cmd exportCommand) Run(ctx context.Context, env *environment) error {
	return withStore(ctx, env, func(_ *config.Config, db *store.DB) error {
		export := func(to io.Writer) error {
			rows, err := db.Export(ctx, to)
			if err == nil {
				fmt.Fprintf(env.stderr, "%d rows exported\n", rows)
			}
			return err
		}
		if cmd.Out == "" {
			return export(env.stdout)
		}
		return newFile(cmd.Out, func(file *os.File) error { return export(file) })
	})
}

// newFile writes a file that is not there yet, for this user alone. What fails leaves none.
func newFile(path string, write func(*os.File) error) error {
	if _, err := os.Lstat(path); err == nil {
		return usageError{fmt.Errorf("%s exists: name a new file", path)}
	}
	part, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".part-*")
	if errors.Is(err, os.ErrNotExist) {
		return usageError{fmt.Errorf("the folder %s does not exist: create it, or name another file", filepath.Dir(path))}
	}
	if err != nil {
		return err
	}
	if err = write(part); err == nil {
		err = part.Sync()
	}
	if err = errors.Join(err, part.Close()); err != nil {
		return errors.Join(err, os.Remove(part.Name()))
	}
	return linkNew(part.Name(), path)
}

// linkNew gives a file another name, that nothing has yet, in place of its own.
func linkNew(from, to string) error {
	err := os.Link(from, to) // unlike a renaming it fails where somebody else has made one meanwhile
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, os.ErrPermission) {
		return renameNew(from, to)
	}
	return errors.Join(err, os.Remove(from))
}

// renameNew is linkNew where there are no links, as on most memory sticks.
func renameNew(from, to string) error {
	taken, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return errors.Join(err, os.Remove(from))
	}
	return errors.Join(taken.Close(), os.Rename(from, to))
}

type importCommand struct {
	In string `help:"Read from a file instead of standard input." placeholder:"FILE"`
}

// Run fills an empty store with an export.
func (cmd importCommand) Run(ctx context.Context, env *environment) (err error) {
	c, err := env.loadConfig()
	if err != nil {
		return err
	}
	from := env.stdin
	if cmd.In != "" {
		file, err := os.Open(cmd.In)
		if err != nil {
			return usageError{err}
		}
		defer file.Close() // only read from: nothing can be lost
		from = file
	}
	db, err := openStore(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	rows, err := db.Import(ctx, bufio.NewReader(from))
	if err != nil {
		return err
	}
	fmt.Fprintf(env.stderr, "%d rows imported\n", rows)
	return nil
}

type backupCommand struct {
	File string `arg:"" help:"The copy, which must not be there yet."`
}

// Run copies the store to a file while others may work on it.
func (cmd backupCommand) Run(ctx context.Context, env *environment) error {
	return withStore(ctx, env, func(_ *config.Config, db *store.DB) error {
		return newFile(cmd.File, func(file *os.File) error { return db.Backup(ctx, file.Name()) })
	})
}
