//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package store

import (
	"errors"
	"os"
	"syscall"
)

// lockAlone reports whether nobody else has a lock on the file, and locks it if so.
func lockAlone(file *os.File) bool {
	return flock(file, syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

// lockShared locks the file together with others; a lock from lockAlone becomes a shared one. It waits only for those
// who are alone at this moment. On a file system without locks it does nothing.
func lockShared(file *os.File) error {
	err := flock(file, syscall.LOCK_SH)
	if errors.Is(err, syscall.ENOTSUP) || errors.Is(err, syscall.ENOSYS) || errors.Is(err, syscall.ENOLCK) {
		return nil
	}
	return err
}

func flock(file *os.File, how int) error {
	for {
		if err := syscall.Flock(int(file.Fd()), how); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
