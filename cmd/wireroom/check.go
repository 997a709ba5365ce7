package main

import (
	"fmt"

	"wireroom/config"
	"wireroom/curate"
)

type checkCommand struct{}

// Run reads the configuration as the other commands do, and compiles its rules.
func (checkCommand) Run(env *environment) error {
	c, err := env.loadConfig()
	if err != nil {
		return err
	}
	if _, err := curate.Compile(c.Topics, c.Exclude); err != nil {
		return usageError{fmt.Errorf("%s: %w", env.configPath, err)}
	}
	_, err = fmt.Fprintf(env.stdout, "%s is well: %d sources, %d topics\n", env.configPath, len(c.Sources), len(c.Topics))
	return err
}

type schemaCommand struct{}

// Run prints the JSON Schema of the configuration, for editors.
func (schemaCommand) Run(env *environment) error {
	_, err := env.stdout.Write(config.Schema())
	return err
}
