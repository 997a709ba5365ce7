package parse

import (
	"bytes"
	"io"
	"strconv"
	"strings"
)

// repairs are made on the whole document, before it is read, where one of their marks occurs in it. Those that concern
// the structure are made while the outline is drawn; see mend.go.
var repairs = [...]struct {
	name string // as reported in Document.Repairs
	make func(o *outline, doctype []byte) []edit
}{
	{repairReferences, forbiddenReferences},
	{repairEntities, expandEntities},
}

// repairText makes the repairs and adds their edits to the outline.
func repairText(o *outline, doctype []byte) {
	for _, r := range repairs {
		if edits := r.make(o, doctype); len(edits) > 0 {
			o.edits = append(o.edits, edits...)
			o.note(r.name)
		}
	}
	sortEdits(o.edits)
}

// forbiddenReferences takes out numeric references to characters that XML forbids.
func forbiddenReferences(o *outline, _ []byte) (edits []edit) {
	for from := 0; ; {
		n := bytes.Index(o.doc[from:], []byte("&#"))
		if n < 0 || len(edits) > maxEdits {
			return edits
		}
		start := from + n
		from = start + 2
		digits := o.doc[from:min(len(o.doc), from+12)]
		end := bytes.IndexByte(digits, ';')
		if end > 0 && !isAllowedReference(string(digits[:end])) {
			edits = append(edits, edit{start: start, end: from + end + 1})
		}
	}
}

// isAllowedReference reports whether the digits between "&#" and ";" name a character that XML allows, or nothing.
func isAllowedReference(digits string) bool {
	base := 10
	if rest, ok := strings.CutPrefix(strings.ToLower(digits), "x"); ok {
		digits, base = rest, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil {
		return true
	}
	return n <= 0x10FFFF && !isForbidden(rune(n)) && (n < 0xD800 || n > 0xDFFF)
}

// Limits of the entities that a document type may define: how long one may be, and what all of them together may add to
// a document, in bytes. No entity may hold another.
const (
	maxEntity    = 4 << 10
	maxExpansion = 256 << 10
)

// expandEntities puts the values of the entities that the document type defines in their places.
func expandEntities(o *outline, doctype []byte) (edits []edit) {
	values := definedEntities(doctype)
	if len(values) == 0 {
		return nil
	}
	added := 0
	for from := 0; ; {
		n := bytes.IndexByte(o.doc[from:], '&')
		if n < 0 || len(edits) > maxEdits {
			return edits
		}
		start := from + n
		from = start + 1
		end := bytes.IndexByte(o.doc[from:min(len(o.doc), from+64)], ';')
		if end < 0 {
			continue
		}
		value, ok := values[string(o.doc[from:from+end])]
		if added += len(value); ok && added < maxExpansion {
			edits = append(edits, edit{start: start, end: from + end + 1, text: value})
		}
	}
}

// definedEntities returns the internal entities of a document type, without those that XML defines itself.
func definedEntities(doctype []byte) map[string]string {
	var values map[string]string
	for {
		_, rest, ok := bytes.Cut(doctype, []byte("<!ENTITY"))
		if !ok {
			return values
		}
		doctype = rest
		fields := bytes.Fields(rest[:min(len(rest), 200)])
		value := bytes.IndexAny(rest, `"'>`)
		if len(fields) == 0 || value < 0 || rest[value] == '>' || bytes.ContainsAny(fields[0], `%"'>`) {
			continue
		}
		text, _, closed := bytes.Cut(rest[value+1:], rest[value:value+1])
		external := bytes.Contains(rest[:value], []byte("SYSTEM")) || bytes.Contains(rest[:value], []byte("PUBLIC"))
		name := string(fields[0])
		if !closed || external || len(text) > maxEntity || isPredefined(name) {
			continue
		}
		if values == nil {
			values = map[string]string{}
		}
		values[name] = entityText(text)
	}
}

// entityText returns an entity's value as it may stand anywhere in a document: markup in it escaped, so that it is read
// as text, which is where feeds have their HTML.
func entityText(value []byte) string {
	o := &outline{doc: value}
	text, _ := io.ReadAll(newEditedReader(value, 0, len(value), forbiddenReferences(o, nil))) // reading memory does not fail
	return strings.NewReplacer("<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;").Replace(string(text))
}

func isPredefined(name string) bool {
	switch name {
	case "lt", "gt", "amp", "quot", "apos":
		return true
	}
	return false
}
