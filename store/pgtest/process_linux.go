package pgtest

import "syscall"

// ownGroup keeps a server from the signals of the terminal, and ends it when the test's process does, however that ends.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGQUIT}
}
