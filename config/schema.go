package config

import (
	_ "embed" // schema.json
	"slices"
)

//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema (draft 2020-12) of config.yaml, for editors: completion, and most of the faults while
// one types. What it cannot say (ids given twice, dates that never come) only [Parse] finds.
func Schema() []byte { return slices.Clone(schema) }
