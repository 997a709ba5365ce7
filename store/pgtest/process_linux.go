package pgtest

import "syscall"

// bound keeps a server from the signals of the terminal, and ends it when the test's process does, however that ends.
func bound() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGQUIT}
}
