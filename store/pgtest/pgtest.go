// Package pgtest starts PostgreSQL servers for tests: real ones, of the distribution's binaries, each in a folder of its
// own with a Unix socket in it and no port, gone when its test ends.
package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// Needed is the environment variable that makes the absence of PostgreSQL a failure, where it is set: what runs before a
// change lands must not skip half of it.
const Needed = "WIREROOM_NEED_POSTGRES"

// patience is how long a server may take to start or stop on a machine that does much else.
const patience = 2 * time.Minute

// A Server is a running PostgreSQL. It belongs to one test and is not safe for concurrent use.
type Server struct {
	t      testing.TB
	folder string
	bin    string
	as     *syscall.SysProcAttr // the account that it runs under
	server *exec.Cmd            // nil while stopped
	made   int                  // databases
}

// Start starts a server that is stopped and removed when the test ends. The test is skipped, with the reason, where
// PostgreSQL is not installed, or fails if [Needed] is set.
func Start(t testing.TB) *Server {
	t.Helper()
	bin, reason := Binaries()
	if reason != "" {
		if os.Getenv(Needed) != "" {
			t.Fatalf("%s, and %s is set", reason, Needed)
		}
		t.Skip(reason)
	}
	s := &Server{t: t, bin: bin}
	s.folder, s.as = Folder(t)
	s.must("initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", s.data())
	t.Cleanup(func() {
		if s.server != nil {
			s.Stop()
		}
	})
	s.Run()
	return s
}

// Binaries returns the folder of the newest installed server, or the reason why there is none.
func Binaries() (folder, reason string) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil || len(found) == 0 {
		return "", "PostgreSQL is not installed (Debian's package postgresql)"
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return versionOf(a) - versionOf(b) })
	return filepath.Dir(newest), ""
}

func versionOf(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // what is no number is older than all
	return n
}

// Folder makes a folder for a server that refuses to run as root, removed when the test ends, and returns under which
// account to start it there: root's tests use the account postgres, all others their own.
func Folder(t testing.TB) (folder string, as *syscall.SysProcAttr) {
	t.Helper()
	folder, err := os.MkdirTemp("", "pg-") // short: the path of a socket has about a hundred bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
	as = ownGroup()
	if os.Getuid() != 0 {
		return folder, as
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		t.Fatal(err)
	}
	uid, uidErr := strconv.Atoi(account.Uid)
	gid, gidErr := strconv.Atoi(account.Gid)
	if uidErr != nil || gidErr != nil {
		t.Fatalf("account postgres: %v, %v", uidErr, gidErr)
	}
	as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	if err := os.Chown(folder, uid, gid); err != nil {
		t.Fatal(err)
	}
	return folder, as
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

// Socket is the folder of the server's Unix socket.
func (s *Server) Socket() string { return s.folder }

// must runs one of PostgreSQL's programs to its end.
func (s *Server) must(program string, args ...string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, program), args...)
	cmd.SysProcAttr, cmd.Dir = s.as, s.folder
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("%s: %v\n%s", program, err, out)
	}
}

// Run starts a server that was stopped, with all that it had, and returns when it answers. What it would lose if the
// machine lost power is no matter here, so it never waits for the disk.
func (s *Server) Run() {
	s.t.Helper()
	s.server = exec.Command(filepath.Join(s.bin, "postgres"), "-D", s.data(), "-k", s.folder, "-c", "listen_addresses=",
		"-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=200",
		"-c", "shared_buffers=64MB", "-c", "autovacuum_naptime=5s")
	s.server.SysProcAttr, s.server.Dir = s.as, s.folder
	if err := s.server.Start(); err != nil {
		s.t.Fatal(err)
	}
	for limit := time.After(patience); s.ask("select 1") != nil; {
		select {
		case <-limit:
			s.t.Fatal("PostgreSQL does not answer")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop stops the server at once, as a crash would: every connection breaks.
func (s *Server) Stop() {
	s.t.Helper()
	if err := s.server.Process.Signal(syscall.SIGQUIT); err != nil {
		s.t.Error(err)
	}
	_ = s.server.Wait() // stopped so, it does not end well
	s.server = nil
}

// ask runs one statement on the server's own database.
func (s *Server) ask(statement string) error {
	cmd := exec.Command(filepath.Join(s.bin, "psql"), "-q", "-X", "-h", s.folder, "-U", "postgres", "-d", "postgres", "-c", statement)
	cmd.SysProcAttr, cmd.Dir = s.as, s.folder
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// Database makes an empty database and returns its address.
func (s *Server) Database() string {
	s.t.Helper()
	s.made++
	name := fmt.Sprintf("wireroom%d", s.made)
	if err := s.ask("create database " + name); err != nil {
		s.t.Fatal(err)
	}
	return Address(s.folder, name)
}

// Address is the address of a database behind the Unix socket in a folder.
func Address(socket, database string) string {
	return "postgres://postgres@/" + database + "?host=" + url.QueryEscape(socket)
}
