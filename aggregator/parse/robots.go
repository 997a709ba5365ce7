package parse

import (
	"bytes"
	"strconv"
	"strings"
)

// Robots is what a robots.txt says of one crawler (RFC 9309). The zero value and nil forbid nothing.
type Robots struct{ rules []robotsRule }

type robotsRule struct {
	pattern string
	allow   bool
}

// Limits of a robots.txt: RFC 9309, section 2.5, has a crawler read 500 KiB at least. A pattern that is longer than any
// address is not kept.
const (
	maxRobots        = 512 << 10
	maxRobotsPattern = 2 << 10
)

// ParseRobots reads a robots.txt for the crawler with the given User-Agent, such as "wireroom/1.0": the groups that name
// the product it begins with, in any case, or, where none does, those for all. Lines that cannot be read are passed over.
func ParseRobots(data []byte, userAgent string) *Robots {
	token := productToken(userAgent)
	data = bytes.TrimPrefix(data[:min(len(data), maxRobots)], []byte("\xef\xbb\xbf"))
	var own, all Robots
	named := false // some group names the crawler
	var group struct{ own, all, ruled bool }
	lines := strings.FieldsFunc(string(data), func(r rune) bool { return r == '\n' || r == '\r' })
	for _, line := range lines {
		key, value := robotsLine(line)
		switch key {
		case "user-agent":
			if group.ruled {
				group.own, group.all, group.ruled = false, false, false
			}
			group.own = group.own || token != "" && strings.EqualFold(productToken(value), token)
			group.all = group.all || value == "*"
			named = named || group.own
		case "allow", "disallow":
			group.ruled = true
			rule := robotsRule{robotsSpelling(value), key == "allow"}
			own.add(rule, group.own)
			all.add(rule, group.all)
		}
	}
	if named {
		return &own
	}
	return &all
}

// robotsLine splits a line into its key, in lower case, and its value, without a comment.
func robotsLine(line string) (key, value string) {
	line, _, _ = strings.Cut(line, "#")
	key, value, _ = strings.Cut(line, ":")
	return strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
}

// productToken returns the part of a crawler's name that counts (RFC 9309, section 2.2.1): letters, "_" and "-".
func productToken(name string) string {
	end := strings.IndexFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r == '-')
	})
	if end >= 0 {
		name = name[:end]
	}
	return name
}

// add keeps a rule that applies. An empty pattern matches nothing.
func (r *Robots) add(rule robotsRule, applies bool) {
	if applies && rule.pattern != "" && len(rule.pattern) <= maxRobotsPattern {
		r.rules = append(r.rules, rule)
	}
}

// Allows reports whether a path, with its query, may be asked for: by the longest pattern that matches it, and by an
// allowing one of several.
func (r *Robots) Allows(path string) bool {
	if r == nil || path == "/robots.txt" {
		return true
	}
	path = robotsSpelling(path)
	allowed, longest := true, 0
	for _, rule := range r.rules {
		n := len(rule.pattern)
		if n < longest || n == longest && !rule.allow || !robotsMatch(rule.pattern, path) {
			continue
		}
		allowed, longest = rule.allow, n
	}
	return allowed
}

// robotsSpelling returns a pattern or a path in the one spelling in which they are compared (RFC 9309, section 2.2.2): what need
// not be escaped is not, what is no ASCII is, and escapes are in capitals.
func robotsSpelling(text string) string {
	const hex = "0123456789ABCDEF"
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		c, escaped := text[i], false
		if c == '%' && i+2 < len(text) {
			if n, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				c, escaped = byte(n), true
				i += 2
			}
		}
		switch {
		case plainInURL(c):
			out.WriteByte(c)
		case escaped, c <= ' ', c >= 0x7f, c == '%':
			out.Write([]byte{'%', hex[c>>4], hex[c&15]})
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

// plainInURL reports whether a character means the same escaped or not (RFC 3986, section 2.3).
func plainInURL(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// robotsMatch reports whether a pattern matches the beginning of a path: "*" stands for any characters, a "$" at its end
// for the end of the path. The first place where a part fits is as good as any later one, so that no step is taken back.
func robotsMatch(pattern, path string) bool {
	pattern, whole := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(path, parts[0])
	if !ok {
		return false
	}
	last := len(parts) - 1
	for i, part := range parts[1:] {
		if whole && i+1 == last {
			return strings.HasSuffix(rest, part)
		}
		_, after, found := strings.Cut(rest, part)
		if !found {
			return false
		}
		rest = after
	}
	return !whole || rest == ""
}
