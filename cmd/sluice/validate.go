package main

import (
	"fmt"

	"github.com/alecthomas/kong"
)

// validateCommand checks a settings file without starting anything.
type validateCommand struct {
	File string `arg:"" type:"existingfile" help:"The settings file."`
}

// Run implements the command: it reads the file as `sluice run` would, but lets
// no variable of the environment win over it.
func (c validateCommand) Run() error {
	var commands cli
	parser, err := kong.New(&commands, kong.Name("sluice"), kong.Configuration(readSettingsFile))
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	_ = kong.Visit(parser.Model.Node, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			flag.Envs, flag.Tag.Envs = nil, nil
		}
		return next(nil)
	})
	if _, err := parser.Parse([]string{"run", "--config", c.File}); err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if err := commands.Run.check(); err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	fmt.Println(c.File + " is good")
	return nil
}
