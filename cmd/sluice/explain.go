package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/sluice-gateway/sluice/cmd/sluice/story"
	"github.com/sluice-gateway/sluice/internal/explain"
)

// explainCommand tells why a request was refused or failed.
type explainCommand struct {
	placeSettings
	JSON bool   `name:"json" help:"Print the story as JSON."`
	ID   string `arg:"" optional:"" name:"request-id" help:"The answer's x-amzn-RequestId, or a reason from its x-sluice-reason header; all reasons are listed when absent."`
}

// Run implements the command.
func (c explainCommand) Run(ctx context.Context) error {
	if err := c.check(); err != nil {
		return err
	}
	if c.ID == "" {
		return story.WriteReasons(os.Stdout)
	}
	if text := explain.Reason(c.ID).Text(); text != "" {
		_, err := fmt.Println(text)
		return err
	}
	told, err := story.Fetch(ctx, c.AdminAddress, c.ID)
	if err != nil {
		return err
	}
	if c.JSON {
		encoder := json.NewEncoder(os.Stdout)
		encoder.SetIndent("", "  ")
		return encoder.Encode(told)
	}
	return story.Write(os.Stdout, told)
}
