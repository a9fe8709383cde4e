package main

import (
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"

	"github.com/sluice-gateway/sluice/controlplane/apply"
	"github.com/sluice-gateway/sluice/controlplane/apply/files"
)

// applyCommand makes what templates describe be there.
type applyCommand struct {
	placeSettings

	Path      string            `arg:"" type:"path" help:"Template, OpenAPI document, or a folder of them, such as cdk.out or .serverless."`
	StackName string            `help:"Stack's name, which tells its resources apart; the template's file name when absent." placeholder:"NAME"`
	Parameter map[string]string `help:"Parameters of the templates." placeholder:"NAME=VALUE"`
	PlanOnly  bool              `help:"Print what would be done, and do nothing."`
}

// Run implements the command.
func (c applyCommand) Run(ctx context.Context) error {
	client, err := controlClient(c.placeSettings)
	if err != nil {
		return err
	}
	found, err := files.Find(c.Path)
	if err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	for _, file := range found {
		if err := c.one(ctx, client, file); err != nil {
			return fmt.Errorf("apply %s: %w", file.Path, err)
		}
	}
	return nil
}

func (c applyCommand) one(ctx context.Context, client *apigateway.Client, file files.File) error {
	if file.Kind == files.OpenAPI {
		if c.PlanOnly {
			fmt.Printf("%s: would be imported\n", file.Path)
			return nil
		}
		done, err := apply.Document(ctx, client, file.Text, apply.DocumentOptions{})
		if err == nil {
			writeImported(file.Path, done)
		}
		return err
	}
	name := c.StackName
	if name == "" {
		name = file.Name
	}
	stack, err := apply.New(client, file.Text, apply.Options{
		StackName: name, Account: c.Account, Region: c.Region, Parameters: c.Parameter,
	})
	if err != nil {
		return err
	}
	return c.apply(ctx, stack, name, file.Path)
}

// apply prints the plan, and each step when it is done.
func (c applyCommand) apply(ctx context.Context, stack *apply.Stack, name, path string) error {
	planned, err := stack.Plan(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("Stack %s (%s):\n", name, path)
	changes := 0
	for _, step := range planned {
		if step.Verdict == apply.Create || step.Verdict == apply.Update || step.Verdict == apply.Delete {
			changes++
		}
		fmt.Println("  " + step.String())
	}
	if changes == 0 || c.PlanOnly {
		fmt.Printf("%d changes.\n", changes)
		return nil
	}
	fmt.Printf("%d changes; applying:\n", changes)
	done := 0
	outputs, err := stack.Apply(ctx, func(step apply.Step) {
		if step.Verdict != apply.Keep && step.Verdict != apply.Skip {
			done++
			fmt.Printf("  [%d/%d] %s\n", done, changes, step)
		}
	})
	if err != nil {
		return err
	}
	for _, output := range outputs {
		fmt.Printf("  output %s = %s\n", output.Key, c.local(output.Value.String()))
	}
	return nil
}

// local adds to an AWS address of an API where it answers here.
func (c applyCommand) local(text string) string {
	host, rest, found := strings.Cut(strings.TrimPrefix(text, "https://"), ".execute-api."+c.Region+".amazonaws.com")
	if !found || strings.ContainsAny(host, "/.") {
		return text
	}
	return text + "  (here: " + stageURL(c.placeSettings, host, strings.TrimPrefix(rest, "/")) + ")"
}

// stageURL is where a stage of an API answers on this machine.
func stageURL(place placeSettings, api, stage string) string {
	_, port, _ := net.SplitHostPort(place.GatewayAddress)
	return "http://" + api + "." + place.HostSuffix + ":" + port + "/" + stage
}
