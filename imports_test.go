// Package wireroom_test holds what no single package can: the arrows between them. The plan stands in ARCHITECTURE.md.
package wireroom_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "wireroom"

// mayImport says for each package of the module which others of it it may import. A package that is not listed here,
// nor below one of wholePrograms, fails the test: whoever adds a room says on which floor it stands.
var mayImport = map[string][]string{
	"news":               nil,
	"curate":             {"news"},
	"aggregator/fetch":   {"news"},
	"aggregator/parse":   {"news"},
	"aggregator/extract": {"news"},
	"aggregator/cluster": {"news"},
	"aggregator": {
		"news", "curate", "aggregator/fetch", "aggregator/parse", "aggregator/extract", "aggregator/cluster",
	},
	"publish":         {"news", "curate"},
	"store":           {"news"},
	"store/storetest": {"news", "store"},
	"store/pgtest":    nil,
	"config":          {"news"},
}

// wholePrograms may import every room: the binary, and the programs that measure it.
var wholePrograms = []string{"cmd/wireroom", "bench"}

// mayAskProcess lists who may read the clock or the environment, and what for. Below a whole program everything is
// allowed, but for the binary itself, which reads each in one file.
var mayAskProcess = map[string][]string{
	"cmd/wireroom/main.go": {"os.LookupEnv", "time.Now"},
	// Whether a test may be skipped is for who runs it to say.
	"store/pgtest/pgtest.go":  {"os.Getenv"},
	"store/pgtest/bouncer.go": {"os.Getenv"},
	// A deadline of a context is on the process's clock, and how long it leaves can be asked of no other.
	"aggregator/hostslots.go": {"time.Until"},
}

// askProcess are the functions that depend on the process that calls them.
var askProcess = []string{
	"os.Getenv", "os.LookupEnv", "os.Environ", "os.ExpandEnv", "time.Now", "time.Since", "time.Until",
}

func TestImportsPointDownwards(t *testing.T) {
	for _, p := range packages(t) {
		room := roomOf(p.ImportPath)
		allowed, known := mayImport[room]
		if !known {
			if !withinAny(room, wholePrograms) {
				t.Errorf("package %s stands on no floor: add it to mayImport", p.ImportPath)
			}
			continue
		}
		for _, path := range p.Imports {
			if imported, ours := strings.CutPrefix(path, module+"/"); ours && !slices.Contains(allowed, imported) {
				t.Errorf("%s imports %s: it may import %v of this module alone", room, imported, allowed)
			}
		}
	}
}

// A whole program is no library: nothing outside of it may import it.
func TestNothingImportsAProgram(t *testing.T) {
	for _, p := range packages(t) {
		for _, path := range p.Imports {
			imported := roomOf(path)
			for _, program := range wholePrograms {
				if within(imported, program) && !within(roomOf(p.ImportPath), program) {
					t.Errorf("%s imports %s, a part of the program %s", p.ImportPath, path, program)
				}
			}
		}
	}
}

func TestOnlyTheProgramAsksTheProcess(t *testing.T) {
	for _, p := range packages(t) {
		if within(roomOf(p.ImportPath), "bench") {
			continue
		}
		for _, name := range p.GoFiles {
			file := filepath.ToSlash(filepath.Join(roomOf(p.ImportPath), name))
			for _, use := range processCalls(t, filepath.Join(p.Dir, name)) {
				if !slices.Contains(mayAskProcess[file], use.name) {
					t.Errorf("%s:%d uses %s: take the time or the value as a parameter", file, use.line, use.name)
				}
			}
		}
	}
}

// init functions and dot imports hide who does what; the plan forbids both.
func TestNoInitAndNoDotImports(t *testing.T) {
	for _, p := range packages(t) {
		for _, name := range p.GoFiles {
			file, set := parseFile(t, filepath.Join(p.Dir, name))
			for _, decl := range file.Decls {
				if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
					t.Errorf("%s has an init function", set.Position(f.Pos()))
				}
			}
			for _, imported := range file.Imports {
				if imported.Name != nil && imported.Name.Name == "." {
					t.Errorf("%s is a dot import", set.Position(imported.Pos()))
				}
			}
		}
	}
}

// The finder itself: it must see a use under another name of the package, and none in what only looks like one.
func TestProcessCallsAreFound(t *testing.T) {
	for _, c := range []struct {
		name, source string
		want         []string
	}{
		{"plain", "package p\nimport \"time\"\nvar t = time.Now()", []string{"time.Now"}},
		{"as a value", "package p\nimport \"os\"\nvar f = os.Getenv", []string{"os.Getenv"}},
		{"renamed", "package p\nimport clock \"time\"\nvar t = clock.Now()", []string{"time.Now"}},
		{"of another package", "package p\nimport \"example.org/time\"\nvar t = time.Now()", nil},
		{"of a variable", "package p\nimport \"time\"\nfunc f() { var os struct{ Getenv int }; _, _ = os.Getenv, time.UTC }", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, "p.go", c.source, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, use := range usesOfProcess(file, set) {
				got = append(got, use.name)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("uses = %v, want %v", got, c.want)
			}
		})
	}
}

// A goPackage is what is read of the output of go list.
type goPackage struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
}

// packages lists the module's packages.
func packages(t *testing.T) []goPackage {
	t.Helper()
	command := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports", "./...")
	var trouble bytes.Buffer
	command.Stderr = &trouble
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, trouble.Bytes())
	}
	var all []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		switch err := decoder.Decode(&p); {
		case errors.Is(err, io.EOF):
			return all
		case err != nil:
			t.Fatal(err)
		}
		if p.ImportPath != module { // this file's own folder has tests alone
			all = append(all, p)
		}
	}
}

func roomOf(importPath string) string { return strings.TrimPrefix(importPath, module+"/") }

func within(room, program string) bool {
	return room == program || strings.HasPrefix(room, program+"/")
}

func withinAny(room string, programs []string) bool {
	return slices.ContainsFunc(programs, func(program string) bool { return within(room, program) })
}

// A use is one mention of a function of askProcess.
type use struct {
	name string
	line int
}

func processCalls(t *testing.T, path string) []use {
	t.Helper()
	file, set := parseFile(t, path)
	return usesOfProcess(file, set)
}

func parseFile(t *testing.T, path string) (*ast.File, *token.FileSet) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return file, set
}

// usesOfProcess finds mentions by the name under which the file imports the package.
func usesOfProcess(file *ast.File, set *token.FileSet) (uses []use) {
	imported := make(map[string]string) // local name → path
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil || path != "os" && path != "time" {
			continue
		}
		local := path
		if spec.Name != nil {
			local = spec.Name.Name
		}
		imported[local] = path
	}
	ast.Inspect(file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := selector.X.(*ast.Ident); ok && imported[x.Name] != "" {
			name := fmt.Sprintf("%s.%s", imported[x.Name], selector.Sel.Name)
			if slices.Contains(askProcess, name) {
				uses = append(uses, use{name, set.Position(selector.Pos()).Line})
			}
		}
		return true
	})
	return uses
}
