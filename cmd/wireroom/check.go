package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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
	name := shownPath(env.configPath)
	document, err := config.LoadDocument(name, env.lookup)
	var faults config.Faults
	var remarks []remark
	switch {
	case errors.As(err, &faults):
		remarks = remarksOf(faults)
	case err != nil:
		return usageError{err}
	default:
		remarks = remarksOn(document)
	}
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
	_, err = fmt.Fprintf(env.stdout, "%s is well: %s, %s%s\n", name, counted(len(c.Sources), "source"), counted(len(c.Topics), "topic"), warningsOf(remarks))
	return err
}

// shownPath is a path as people and code scanning know it: from the working directory, where it is below that.
func shownPath(path string) string {
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	below, err := filepath.Rel(here, path)
	if err != nil || !filepath.IsLocal(below) {
		return path
	}
	return below
}

func warningsOf(remarks []remark) string {
	if len(remarks) == 0 {
		return ""
	}
	return ", " + counted(len(remarks), "warning")
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
	return usageError{fmt.Errorf("the configuration has %s to mend", counted(faults, "thing"))}
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

// ruleFaults compiles the rules of a document and returns what is wrong with them.
func ruleFaults(d *config.Document) (all config.Faults) {
	_, err := curate.Compile(d.Config.Topics, d.Config.Exclude)
	var faults curate.Faults
	if errors.As(err, &faults) {
		for _, f := range faults {
			all = append(all, d.Fault(f.Path(), f.Column, f.Message, f.Suggestion))
		}
	}
	return all
}

// remarksOn returns what there is to say about the rules of a document, in the order of its lines.
func remarksOn(d *config.Document) (remarks []remark) {
	for _, f := range ruleFaults(d) {
		remarks = append(remarks, remark{f, ruleCompile, false})
	}
	c := news.Configuration{Sources: d.Config.Sources, Topics: d.Config.Topics, Exclude: d.Config.Exclude}
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
