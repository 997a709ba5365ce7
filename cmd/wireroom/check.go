package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"wireroom/config"
	"wireroom/curate"
	"wireroom/news"
)

type checkCommand struct {
	Format string `help:"How to print: text, json, or sarif for code scanning." enum:"text,json,sarif" default:"text"`
	Strict bool   `help:"Fail on warnings, too."`
}

// Help is what --help says beyond the flags.
func (checkCommand) Help() string {
	return "Faults keep a configuration from being used: the exit status is 2. Warnings name what is most likely not meant."
}

// A remark is a fault or a warning with its place.
type remark struct {
	config.Fault
	rule    string
	warning bool
}

// Run reads the configuration as the other commands do, compiles its rules, and looks for what is most likely not meant.
func (cmd checkCommand) Run(env *environment) error {
	document, err := config.LoadDocument(env.configPath, env.lookup)
	var faults config.Faults
	switch {
	case errors.As(err, &faults) && cmd.Format != "text":
		return cmd.report(env.stdout, remarksOf(faults))
	case err != nil:
		return usageError{err}
	}
	remarks := remarksOn(document)
	if cmd.Format != "text" {
		return cmd.report(env.stdout, remarks)
	}
	for _, r := range remarks {
		word := ""
		if r.warning {
			word = "warning: "
		}
		fmt.Fprintf(env.stderr, "%s%v\n", word, r.Fault)
	}
	if err := cmd.verdict(remarks); err != nil {
		return err
	}
	c := document.Config
	_, err = fmt.Fprintf(env.stdout, "%s is well: %d sources, %d topics%s\n", env.configPath, len(c.Sources), len(c.Topics), warningsOf(remarks))
	return err
}

func warningsOf(remarks []remark) string {
	switch n := len(remarks); n {
	case 0:
		return ""
	case 1:
		return ", 1 warning"
	default:
		return fmt.Sprintf(", %d warnings", n)
	}
}

// verdict is the error that gives the exit status.
func (cmd checkCommand) verdict(remarks []remark) error {
	faults := 0
	for _, r := range remarks {
		if !r.warning || cmd.Strict {
			faults++
		}
	}
	if faults == 0 {
		return nil
	}
	return usageError{fmt.Errorf("the configuration has %d to mend", faults)}
}

func (cmd checkCommand) report(w io.Writer, remarks []remark) error {
	print := printJSON
	if cmd.Format == "sarif" {
		print = printSARIF
	}
	return cmp.Or(print(w, remarks), cmd.verdict(remarks))
}

// ruleFault names the faults of the reader of the file, for machines; those of rules are named ruleCompile.
const (
	ruleFault   = "fault"
	ruleCompile = "faulty-rule"
)

func remarksOf(faults config.Faults) []remark {
	remarks := make([]remark, len(faults))
	for i, f := range faults {
		remarks[i] = remark{f, ruleFault, false}
	}
	return remarks
}

// remarksOn returns what there is to say about the rules of a document, in the order of its lines.
func remarksOn(d *config.Document) (remarks []remark) {
	c := news.Configuration{Sources: d.Config.Sources, Topics: d.Config.Topics, Exclude: d.Config.Exclude}
	_, err := curate.Compile(c.Topics, c.Exclude)
	var faults curate.Faults
	if errors.As(err, &faults) {
		for _, f := range faults {
			remarks = append(remarks, remark{d.Fault(f.Path(), f.Column, f.Message, f.Suggestion), ruleCompile, false})
		}
	}
	for _, f := range curate.Lint(c) {
		path := f.Path()
		if f.Source >= 0 {
			path = fmt.Sprintf("sources[%d]", f.Source)
		}
		remarks = append(remarks, remark{d.Fault(path, f.Column, f.Message, f.Suggestion), f.Rule, true})
	}
	slices.SortStableFunc(remarks, func(a, b remark) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(remarks)
}

// remarkJSON is a remark for programs. Fields are added, not changed.
type remarkJSON struct {
	File       string `json:"file"`
	Line       int    `json:"line"`
	Column     int    `json:"column"`
	Level      string `json:"level"`
	Rule       string `json:"rule"`
	Key        string `json:"key,omitempty"`
	Message    string `json:"message"`
	Suggestion string `json:"suggestion,omitempty"`
}

func (r remark) level() string {
	if r.warning {
		return "warning"
	}
	return "error"
}

func printJSON(w io.Writer, remarks []remark) error {
	out := make([]remarkJSON, len(remarks))
	for i, r := range remarks {
		out[i] = remarkJSON{r.File, r.Line, r.Column, r.level(), r.rule, r.Key, r.Message, r.Suggestion}
	}
	return writeJSON(w, out)
}

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

type schemaCommand struct{}

// Run prints the JSON Schema of the configuration, for editors.
func (schemaCommand) Run(env *environment) error {
	_, err := env.stdout.Write(config.Schema())
	return err
}
