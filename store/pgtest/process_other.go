//go:build !linux

package pgtest

import "syscall"

func bound() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }
