// Command wireroom aggregates news sources and republishes them as topic feeds.
//
// main.go is signals and exit codes; each command has a file of its own; wiring.go puts the rooms together, and is the
// only place that knows them all. The environment and the clock are read here and nowhere else.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"syscall"
	"time"
	_ "time/tzdata" // the container has no zone files

	"github.com/alecthomas/kong"
	_ "golang.org/x/crypto/x509roots/fallback" // the container has no certificates

	"wireroom/config"
)

// version is set by the build.
var version = "dev"

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2 // wrong usage or configuration
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	slog.SetDefault(newLog(os.Stderr, slog.LevelWarn)) // net/http prints what origins send unasked, and not as our log does
	spare := tuneMemory(os.LookupEnv)
	code := run(ctx, os.Args[1:], os.LookupEnv, os.Stdout, os.Stderr)
	runtime.KeepAlive(spare)
	os.Exit(code)
}

// run is the whole program but for the process: what tests call.
func run(ctx context.Context, args []string, lookup func(string) (string, bool), stdout, stderr io.Writer) int {
	var commands commandLine
	exit := -1
	parser, err := kong.New(&commands,
		kong.Name("wireroom"),
		kong.Description("Aggregates news sources and republishes them as topic feeds."),
		kong.UsageOnError(), kong.Writers(stdout, stderr), kong.Exit(func(code int) { exit = code }))
	if err != nil {
		fmt.Fprintln(stderr, "wireroom:", err)
		return exitFailed
	}
	switch {
	case len(args) == 0:
		args = []string{"--help"}
	case args[0] == "help": // as other programs have it
		args = append(slices.Clone(args[1:]), "--help")
	case args[0] == "--version":
		args = []string{"version"}
	}
	command, err := parser.Parse(args)
	switch {
	case exit >= 0: // --help has been printed
		return exit
	case err != nil:
		fmt.Fprintf(stderr, "wireroom: %v\nTry wireroom --help.\n", err)
		return exitUsage
	}
	env := &environment{configPath: commands.Config, lookup: lookup, stdin: os.Stdin, stdout: stdout, stderr: stderr, clock: time.Now, hangups: hangups}
	command.BindTo(ctx, (*context.Context)(nil))
	return exitCode(command.Run(env), stderr)
}

// commandLine is what can be typed.
type commandLine struct {
	Config string `help:"The configuration file (${default})." default:"config.yaml" type:"path" placeholder:"FILE"`

	Run         runCommand         `cmd:"" help:"Poll, sort and serve in one process."`
	Work        workCommand        `cmd:"" help:"Poll and sort, without serving."`
	Serve       serveCommand       `cmd:"" help:"Serve what is stored, without polling."`
	Poll        pollCommand        `cmd:"" help:"Poll what is due once, sort it, and exit."`
	Sources     sourcesCommand     `cmd:"" help:"List the sources with their next poll and last outcome."`
	Items       itemsCommand       `cmd:"" help:"List stored items, newest first."`
	Subscribers subscribersCommand `cmd:"" help:"List who is sent which feed when it changes."`
	Desk        deskCommand        `cmd:"" help:"What editors do: pin, hide, note, withdraw, merge, and the like; each act can be undone."`
	Explain     explainCommand     `cmd:"" help:"Tell how an item came, where it stands, and why."`
	Export      exportCommand      `cmd:"" help:"Write everything in the store as lines of JSON."`
	Import      importCommand      `cmd:"" help:"Fill an empty store with an export, of either engine."`
	Backup      backupCommand      `cmd:"" help:"Copy the store to a file while it is in use."`
	Check       checkCommand       `cmd:"" help:"Check the configuration and name every fault."`
	Plan        planCommand        `cmd:"" help:"Show what a configuration would change in each topic, before it is applied."`
	Schema      schemaCommand      `cmd:"" help:"Print the JSON Schema of the configuration, for editors."`
	Try         tryCommand         `cmd:"" help:"Read one feed as the worker would, and show what is in it; nothing is stored."`
	OPML        opmlCommand        `cmd:"" name:"opml" help:"Take sources from other readers, and give them."`
	Discover    discoverCommand    `cmd:"" help:"List the feeds that a page says it has."`
	Eval        evalCommand        `cmd:"" help:"Measure grouping and the recognition of copies on labelled sets."`
	Demo        demoCommand        `cmd:"" help:"Show it all with an invented world: no network, no configuration."`
	Healthcheck healthcheckCommand `cmd:"" help:"Ask the running server whether it is well; for containers."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

// environment is what commands get from the process.
type environment struct {
	configPath     string
	lookup         func(string) (string, bool)
	stdin          io.Reader
	stdout, stderr io.Writer
	clock          func() time.Time
	hangups        func() (signals <-chan os.Signal, stop func()) // that ask to read the configuration anew
}

// hangups listens for SIGHUP until it is stopped.
func hangups() (<-chan os.Signal, func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	return signals, func() { signal.Stop(signals) }
}

// usageError marks an error of usage, for the exit code.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// exitCode prints err, if there is one, and returns the process's exit code.
func exitCode(err error, stderr io.Writer) int {
	var faults config.Faults
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &faults):
		fmt.Fprintln(stderr, faults.Error())
		return exitUsage
	case errors.As(err, &usage):
		fmt.Fprintln(stderr, "wireroom:", err)
		return exitUsage
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "wireroom: interrupted; what was saved stays, run it again to go on")
		return exitFailed
	}
	fmt.Fprintln(stderr, "wireroom:", err)
	return exitFailed
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(env *environment) error {
	_, err := fmt.Fprintln(env.stdout, "wireroom", version)
	return err
}
