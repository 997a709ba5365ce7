package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/term"
)

// A listing is rows of named columns, to be printed as the user wants.
type listing struct {
	columns []string
	rows    [][]string
}

// listFormat is the flag of every listing.
type listFormat struct {
	Format string `help:"How to print: table, json or tsv." enum:"table,json,tsv" default:"table"`
}

// print writes the listing. In TSV, tabs and line ends within a value become a blank, and there is a header line.
func (f listFormat) print(w io.Writer, l listing) error {
	switch f.Format {
	case "json":
		return l.json(w)
	case "tsv":
		return l.tsv(w)
	}
	return l.table(w)
}

func (l listing) json(w io.Writer) error {
	objects := make([]map[string]string, len(l.rows))
	for i, row := range l.rows {
		objects[i] = make(map[string]string, len(row))
		for j, value := range row {
			objects[i][l.columns[j]] = value
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(objects)
}

var oneField = strings.NewReplacer("\t", " ", "\r\n", " ", "\n", " ", "\r", " ")

func (l listing) tsv(w io.Writer) error {
	var out strings.Builder
	for _, row := range append([][]string{l.columns}, l.rows...) {
		for i, value := range row {
			if i > 0 {
				out.WriteByte('\t')
			}
			out.WriteString(oneField.Replace(value))
		}
		out.WriteByte('\n')
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// widest is how many characters of a value a table shows.
const widest = 60

func (l listing) table(w io.Writer) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, strings.Join(l.columns, "\t"))
	for _, row := range l.rows {
		cells := make([]string, len(row))
		for i, value := range row {
			cells[i] = shorten(oneField.Replace(value))
		}
		fmt.Fprintln(out, strings.Join(cells, "\t"))
	}
	return out.Flush()
}

func shorten(s string) string {
	if r := []rune(s); len(r) > widest {
		return string(r[:widest-1]) + "…"
	}
	return s
}

// stamp prints a time, or nothing for one that is not known.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
