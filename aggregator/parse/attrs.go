package parse

import (
	"bytes"
	"html"
	"strings"
)

// An attribute is name="value" as spans of a document.
type attribute struct{ name, nameEnd, value, valueEnd int }

// eachAttribute calls f for every attribute in doc[start:end], the inside of a tag after its name, until f returns
// false. It reports whether XML's grammar was kept; where it was not, it goes on with what a browser would see.
func eachAttribute(doc []byte, start, end int, f func(attribute) bool) (wellFormed bool) {
	wellFormed = true
	for i := start; ; {
		blank := i
		for i < end && isBlank(doc[i]) {
			i++
		}
		if i >= end {
			return wellFormed
		}
		a := attribute{name: i}
		for i < end && isNameByte(doc[i]) {
			i++
		}
		a.nameEnd = i
		if a.nameEnd == a.name { // no name: pass over the character
			wellFormed = false
			i++
			continue
		}
		var ok bool
		a.value, a.valueEnd, i, ok = attributeValue(doc, i, end)
		wellFormed = wellFormed && ok && blank < a.name && isAttributeName(doc[a.name:a.nameEnd])
		if !f(a) {
			return wellFormed
		}
	}
}

// attributeValue reads ="value" from doc[i:end]. The value is empty if there is none.
func attributeValue(doc []byte, i, end int) (value, valueEnd, next int, wellFormed bool) {
	name := i
	for i < end && isBlank(doc[i]) {
		i++
	}
	if i >= end || doc[i] != '=' {
		return name, name, name, false
	}
	i++
	for i < end && isBlank(doc[i]) {
		i++
	}
	if i >= end {
		return i, i, i, false
	}
	if q := doc[i]; q == '"' || q == '\'' {
		if n := bytes.IndexByte(doc[i+1:end], q); n >= 0 {
			return i + 1, i + 1 + n, i + n + 2, true
		}
		return i + 1, end, end, false
	}
	value = i
	for i < end && !isBlank(doc[i]) {
		i++
	}
	return value, i, i, false
}

func isAttributeName(name []byte) bool {
	return isNameStart(name[0]) && bytes.Count(name, []byte(":")) <= 1 && name[len(name)-1] != ':'
}

// rewriteAttributes returns the attributes of doc[start:end] in XML's grammar, each once.
func rewriteAttributes(doc []byte, start, end int) string {
	var out strings.Builder
	seen := map[string]bool{}
	eachAttribute(doc, start, end, func(a attribute) bool {
		name := string(doc[a.name:a.nameEnd])
		if !isAttributeName([]byte(name)) || seen[name] {
			return true
		}
		seen[name] = true
		value := strings.NewReplacer(`"`, "&quot;", "<", "&lt;").Replace(string(doc[a.value:a.valueEnd]))
		out.WriteString(" " + name + `="` + value + `"`)
		return true
	})
	return out.String()
}

// attr returns the value of a node's attribute, entities decoded, or "". The name is compared without regard to case.
func (o *outline) attr(n node, name string) string {
	value, _ := o.lookup(n, name)
	return value
}

// lookup is attr that tells an empty attribute from none.
func (o *outline) lookup(n node, name string) (value string, ok bool) {
	if n.attrEnd-n.nameEnd <= len(name) {
		return "", false
	}
	eachAttribute(o.doc, n.nameEnd, n.attrEnd, func(a attribute) bool {
		if !strings.EqualFold(string(o.doc[a.name:a.nameEnd]), name) {
			return true
		}
		value, ok = html.UnescapeString(string(o.doc[a.value:a.valueEnd])), true
		return false
	})
	return strings.TrimSpace(value), ok
}
