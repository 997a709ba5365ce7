package config

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// userPart finds the user and password of a URL.
var userPart = regexp.MustCompile(`://[^/\s"']*@`)

// secretKey finds what follows a key that looks as if it held a secret. It serves lines of which no tree says what is a
// secret: the document is no YAML, or the value has the wrong type.
var secretKey = regexp.MustCompile(
	`(?i)([\w-]*(?:auth|bearer|token|secret|password|cookie|api-?key)[\w-]*["']?\s*:\s*)((?:\$\{[^}]*\}|[^,}])+)`)

// reference finds a variable, which is no secret.
var reference = regexp.MustCompile(`\$\{[^}]*\}`)

// masked returns line with every secret replaced by as many *, so that columns hold.
func (r *reader) masked(line string) string {
	for _, secret := range r.secrets {
		line = strings.ReplaceAll(line, secret, stars(secret))
	}
	line = userPart.ReplaceAllStringFunc(line, func(s string) string {
		return "://" + stars(s[len("://"):len(s)-1]) + "@"
	})
	found := secretKey.FindAllStringSubmatchIndex(line, -1)
	for i := len(found) - 1; i >= 0; i-- {
		start, end := found[i][4], found[i][5]
		line = line[:start] + stars(line[start:end]) + line[end:]
	}
	return line
}

// stars returns as many * as s has characters, but leaves the variables in it readable.
func stars(s string) string {
	var b strings.Builder
	for {
		at := reference.FindStringIndex(s)
		if at == nil {
			return b.String() + strings.Repeat("*", utf8.RuneCountInString(s))
		}
		b.WriteString(strings.Repeat("*", utf8.RuneCountInString(s[:at[0]])) + s[at[0]:at[1]])
		s = s[at[1]:]
	}
}

// hide remembers v's text as a secret: the literal parts of each line, as the file writes them.
func (r *reader) hide(v value) {
	if v.at == nil {
		return
	}
	for line := range strings.Lines(v.at.Origin + "\n" + v.at.Value) {
		for _, part := range reference.Split(line, -1) {
			if part = strings.Trim(part, " \t\r\n\"'|>-"); part != "" {
				r.secrets = append(r.secrets, part)
			}
		}
	}
}
