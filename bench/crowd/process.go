package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A process is a program that was started. It ends with this one at the latest.
type process struct {
	name  string
	cmd   *exec.Cmd
	said  *transcript
	ended chan struct{}
}

// start starts a program of the folder of programs, without what the environment has for it.
func (s *stage) start(name string, args ...string) (*process, error) {
	p := &process{name: name, said: new(transcript), ended: make(chan struct{})}
	p.cmd = exec.Command(filepath.Join(s.programs, name), args...)
	p.cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "WIREROOM_") })
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = s.folder, p.said, p.said
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // the exit code says it all
	}()
	return p, nil
}

// kill ends the process at once.
func (p *process) kill() {
	_ = p.cmd.Process.Signal(syscall.SIGKILL) // it may have ended by itself
	<-p.ended
}

// wait waits for the process to end by itself and fails unless it says that all went well.
func (p *process) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		p.kill()
		return ctx.Err()
	case <-p.ended:
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("%s ended with %d:\n%s", p.name, code, p.said.tail())
	}
	return nil
}

func (p *process) running() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// await waits until the process has written something, and returns what of it the pattern's parentheses hold.
func (p *process) await(ctx context.Context, pattern *regexp.Regexp) (string, error) {
	for {
		if match := pattern.FindStringSubmatch(p.said.String()); match != nil {
			return match[1], nil
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-p.ended:
			return "", fmt.Errorf("%s ended too early:\n%s", p.name, p.said.tail())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// A transcript is what a program has written. It is safe for concurrent use.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write is of io.Writer.
func (t *transcript) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(b)
}

// String is all of it.
func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

// tail is the end of it, for an error.
func (t *transcript) tail() string {
	text := t.String()
	return text[max(0, len(text)-2000):]
}
