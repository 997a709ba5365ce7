package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"wireroom/cmd/wireroom/world"
	"wireroom/config"
)

type demoCommand struct {
	verbosity
	Listen string `help:"Where to serve the demo (${default})." default:"127.0.0.1:8080" env:"WIREROOM_LISTEN" placeholder:"HOST:PORT"`
}

// Run serves an invented world of outlets on a loopback port, polls it into a temporary store, and publishes the result
// until it is stopped. Nothing of it stays.
func (cmd demoCommand) Run(ctx context.Context, env *environment) (err error) {
	folder, err := os.MkdirTemp("", "wireroom-demo-")
	if err != nil {
		return fmt.Errorf("a folder for the demo's store: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()

	if err := isFree(ctx, cmd.Listen); err != nil {
		return err
	}
	outside, err := serveWorld(ctx, env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, outside.server.Close()) }()

	c, err := demoConfig(cmd.Listen, folder, outside)
	if err != nil {
		return err
	}
	fmt.Fprintf(env.stdout, "Wireroom's demo: %s\nAn invented world of outlets is served at http://%s; news comes in while you watch. Ctrl-C ends it.\n",
		c.Server.BaseURL, outside.address)
	log := cmd.log(env)
	if err := env.operate(ctx, c, log, halves{work: true, serve: true}); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// isFree fails where the demo could not be served, before anything is said about it.
func isFree(ctx context.Context, address string) error {
	var listen net.ListenConfig
	on, err := listen.Listen(ctx, "tcp", address)
	var wrong *net.AddrError
	switch {
	case errors.As(err, &wrong):
		return wrongListen(address)
	case err != nil:
		return fmt.Errorf("%w: choose another address with --listen HOST:PORT", err)
	}
	return on.Close()
}

func wrongListen(address string) error {
	return usageError{fmt.Errorf("--listen %q: want host:port, like 127.0.0.1:8080", address)}
}

// An outsideWorld is the invented outlets, being served.
type outsideWorld struct {
	world   *world.World
	address string // host:port
	server  *http.Server
}

func serveWorld(ctx context.Context, env *environment) (outsideWorld, error) {
	w := world.New(env.clock())
	var listen net.ListenConfig
	on, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return outsideWorld{}, fmt.Errorf("a loopback port for the demo's outlets: %w", err)
	}
	server := &http.Server{Handler: w.Handler(env.clock), ReadHeaderTimeout: 5 * time.Second}
	go server.Serve(on) // ends with Close, and its error says no more than that
	return outsideWorld{w, on.Addr().String(), server}, nil
}

// demoConfig is as brisk as nobody may be to real outlets.
func demoConfig(listen, folder string, outside outsideWorld) (*config.Config, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return nil, wrongListen(listen)
	}
	var subscribers []string // on this machine alone, where nobody else can ask for them
	if addr, err := netip.ParseAddr(host); err == nil && addr.IsLoopback() {
		subscribers = []string{"127.0.0.0/8", "::1"}
	}
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "127.0.0.1"
	}
	base := "http://" + net.JoinHostPort(host, port)
	return &config.Config{
		Server:   config.Server{Listen: listen, BaseURL: base, Hub: true, HubAllow: subscribers},
		Store:    "sqlite:" + filepath.Join(folder, "demo.db"),
		Schedule: config.Schedule{Poll: "@every 2s", Prune: "17 3 * * *"},
		Fetch: config.Fetch{
			Contact: base + "/about", Floor: 5 * time.Second, Ceiling: 20 * time.Second, MaxWait: time.Hour,
			PerHost: 4, Timeout: 10 * time.Second, MaxBody: 10 << 20, Allow: []string{outside.address},
		},
		Sources:   outside.world.Sources("http://" + outside.address),
		Topics:    outside.world.Topics(),
		Exclude:   outside.world.Exclude(),
		Retention: config.Retention{Text: 30 * 24 * time.Hour},
	}, nil
}
