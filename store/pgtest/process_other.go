//go:build !linux

package pgtest

import "syscall"

func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }
