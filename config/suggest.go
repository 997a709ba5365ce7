package config

import "strings"

// list joins words for people.
func list(words []string) string { return strings.Join(words, ", ") }
