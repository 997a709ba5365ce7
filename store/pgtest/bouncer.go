package pgtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// bouncerPort names the pooler's socket; there is no port.
const bouncerPort = 6432

// Bouncer starts a PgBouncer before the server that hands out its few connections for one transaction each, and returns
// a function from a database's address to its address there. It ends with the test, which is skipped where PgBouncer is
// not installed, or fails if [Needed] is set.
func (s *Server) Bouncer(t testing.TB) func(address string) string {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	switch {
	case err != nil && os.Getenv(Needed) == "":
		t.Skip("PgBouncer is not installed (Debian's package pgbouncer)")
	case err != nil:
		t.Fatal(err)
	}
	config := filepath.Join(s.folder, "pgbouncer.ini")
	users := filepath.Join(s.folder, "users.txt")
	write(t, users, "\"postgres\" \"\"\n")
	write(t, config, fmt.Sprintf(`[databases]
* = host=%s
[pgbouncer]
unix_socket_dir = %s
listen_port = %d
auth_type = trust
auth_file = %s
pool_mode = transaction
default_pool_size = 3
`, s.folder, s.folder, bouncerPort, users))
	cmd := exec.Command(program, config)
	cmd.SysProcAttr, cmd.Dir = s.as, s.folder
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		_ = cmd.Wait() // ended so, it says that a signal ended it
	})
	socket := filepath.Join(s.folder, fmt.Sprintf(".s.PGSQL.%d", bouncerPort))
	for limit := time.After(patience); ; {
		if _, err := os.Stat(socket); err == nil {
			return func(address string) string { return fmt.Sprintf("%s&port=%d", address, bouncerPort) }
		}
		select {
		case <-limit:
			t.Fatal("PgBouncer does not come")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
