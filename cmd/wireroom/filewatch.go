package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settleTime is how long a file must be left alone after a change before it is read: editors write in several steps, and
// Kubernetes swaps a link and then removes what it led to.
const settleTime = 300 * time.Millisecond

// kubernetesLink is the link beside mounted files that Kubernetes swaps in place of the files.
const kubernetesLink = "..data"

// watchFile sends to changed each time after the file at path may have got other contents, until ctx ends, and waits until that is
// taken. Folders are watched and not the file, since most who change it put another file in its place. It fails if they cannot be
// watched.
func watchFile(ctx context.Context, path string, changed chan<- struct{}) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch %s: %w", path, err)
	}
	defer watcher.Close() // nothing is written: nothing can be lost
	names := []string{filepath.Base(path), kubernetesLink}
	folders := []string{filepath.Dir(path)}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		names, folders = append(names, filepath.Base(target)), append(folders, filepath.Dir(target))
	}
	for _, folder := range folders {
		if err := watcher.Add(folder); err != nil {
			return fmt.Errorf("watch %s: %w", folder, err)
		}
	}
	quiet := time.NewTimer(settleTime)
	quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case event, open := <-watcher.Events:
			if !open {
				return nil
			}
			if slices.Contains(names, filepath.Base(event.Name)) && event.Op != fsnotify.Chmod {
				quiet.Reset(settleTime)
			}
		case <-watcher.Errors: // events were lost; the next look at the file tells
			quiet.Reset(settleTime)
		case <-quiet.C:
			select {
			case changed <- struct{}{}:
			case <-ctx.Done():
			}
		}
	}
}
