// Package pgtest starts PostgreSQL servers for tests: real ones, of the distribution's binaries, each in a folder of its
// own with a Unix socket in it and no port.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// Needed is the environment variable that makes the absence of PostgreSQL a failure, where it is set: what runs before a
// change lands must not skip half of it.
const Needed = "WIREROOM_NEED_POSTGRES"

// ErrAbsent is returned by Launch where PostgreSQL is not installed.
var ErrAbsent = errors.New("PostgreSQL is not installed (Debian's package postgresql)")

// patience is how long a server may take to start or stop on a machine that does much else.
const patience = 2 * time.Minute

// A Server is a running PostgreSQL. Databases may be made by several goroutines at once; all else is for one.
type Server struct {
	folder string
	bin    string
	as     *syscall.SysProcAttr // the account that it runs under
	server *exec.Cmd            // nil while stopped
	made   atomic.Int64         // databases
}

// Start starts a server that ends with the test. The test is skipped, with the reason, where PostgreSQL is not installed,
// or fails if [Needed] is set.
func Start(t testing.TB) *Server {
	t.Helper()
	s, err := Launch()
	switch {
	case errors.Is(err, ErrAbsent) && os.Getenv(Needed) == "":
		t.Skip(err)
	case err != nil:
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Launch starts a server, which the caller closes. It ends with this process at the latest.
func Launch() (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin}
	if s.folder, s.as, err = Folder(); err != nil {
		return nil, err
	}
	err = s.program("initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", s.data())
	if err == nil {
		err = s.Run()
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close stops the server and removes all that it had.
func (s *Server) Close() error {
	var err error
	if s.server != nil {
		err = s.Stop()
	}
	return errors.Join(err, os.RemoveAll(s.folder))
}

// binaries returns the folder of the newest installed server.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil || len(found) == 0 {
		return "", ErrAbsent
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return versionOf(a) - versionOf(b) })
	return filepath.Dir(newest), nil
}

func versionOf(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // what is no number is older than all
	return n
}

// Folder makes a folder for a server that refuses to run as root, and returns under which account to start it there:
// root's tests use the account postgres, all others their own.
func Folder() (folder string, as *syscall.SysProcAttr, err error) {
	folder, err = os.MkdirTemp("", "pg-") // short: the path of a socket has about a hundred bytes
	if err != nil {
		return "", nil, err
	}
	as = bound()
	if os.Getuid() != 0 {
		return folder, as, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return folder, nil, err
	}
	uid, uidErr := strconv.Atoi(account.Uid)
	gid, gidErr := strconv.Atoi(account.Gid)
	as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return folder, as, errors.Join(uidErr, gidErr, os.Chown(folder, uid, gid))
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

// Socket is the folder of the server's Unix socket.
func (s *Server) Socket() string { return s.folder }

// Process is the number of the server's first process, of which all others are children.
func (s *Server) Process() int { return s.server.Process.Pid }

// program runs one of PostgreSQL's programs to its end.
func (s *Server) program(name string, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, name), args...)
	cmd.SysProcAttr, cmd.Dir = s.as, s.folder
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return nil
}

// Run starts a server that was stopped, with all that it had, and returns when it answers. It loses nothing when
// it crashes, but would if the machine did: it never waits for the disk.
func (s *Server) Run() error {
	s.server = exec.Command(filepath.Join(s.bin, "postgres"), "-D", s.data(), "-k", s.folder, "-c", "listen_addresses=",
		"-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200",
		"-c", "shared_buffers=64MB", "-c", "autovacuum_naptime=5s")
	s.server.SysProcAttr, s.server.Dir = s.as, s.folder
	if err := s.server.Start(); err != nil {
		return err
	}
	for limit := time.After(patience); ; {
		err := s.ask("select 1")
		if err == nil {
			return nil
		}
		select {
		case <-limit:
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop stops the server at once, as a crash would: every connection breaks.
func (s *Server) Stop() error {
	err := s.server.Process.Signal(syscall.SIGQUIT)
	_ = s.server.Wait() // stopped so, it does not end well
	s.server = nil
	return err
}

// ask runs one statement on the server's own database.
func (s *Server) ask(statement string) error {
	return s.program("psql", "-q", "-X", "-h", s.folder, "-U", "postgres", "-d", "postgres", "-c", statement)
}

// Database makes an empty database and returns its address.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	return s.create(t, "")
}

// Copy makes a database that has what another has, to which nobody may be connected, and returns its address. It costs
// less than to make the same tables again.
func (s *Server) Copy(t testing.TB, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return s.create(t, " template "+strings.TrimPrefix(u.Path, "/"))
}

func (s *Server) create(t testing.TB, how string) string {
	t.Helper()
	address, err := s.Create(how)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// Create makes a database, with what stands behind its name in the statement, and returns its address.
func (s *Server) Create(how string) (address string, err error) {
	name := fmt.Sprintf("wireroom%d", s.made.Add(1))
	return Address(s.folder, name), s.ask("create database " + name + how)
}

// Address is the address of a database behind the Unix socket in a folder.
func Address(socket, database string) string {
	return "postgres://postgres@/" + database + "?host=" + url.QueryEscape(socket)
}
