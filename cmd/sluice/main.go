// Command sluice is API Gateway on the Envoy you run: one binary for a whole
// gateway on one machine, for one role of a fleet, and for the tools around
// them. It holds flags and wiring only; the work is in controlplane, extauth,
// extproc and envoy.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the linker for releases.
const version = "0.1.0-dev"

// cli is the command line. Each setting is a flag, a SLUICE_* variable and a
// key of the settings file under the same name.
type cli struct {
	Config kong.ConfigFlag `help:"YAML file of settings, under the flags' names." env:"SLUICE_CONFIG" placeholder:"FILE"`

	Run          runCommand          `cmd:"" help:"Run a whole gateway on this machine: etcd, control plane, extauth, extproc and Envoy."`
	Controlplane controlplaneCommand `cmd:"" help:"Run the control plane of a fleet: control API, store and xDS."`
	Extauth      extauthCommand      `cmd:"" help:"Run the authorization service beside an Envoy."`
	Extproc      extprocCommand      `cmd:"" help:"Run the processing service beside an Envoy."`
	Bootstrap    bootstrapCommand    `cmd:"" help:"Print the bootstrap configuration for an Envoy of a fleet."`
	Status       statusCommand       `cmd:"" help:"Show which Envoy serves which deployment, what is pending and what has problems."`
	Explain      explainCommand      `cmd:"" help:"Tell why a request was refused or failed, by its request id."`
	Import       importCommand       `cmd:"" help:"Import an OpenAPI file."`
	Apply        applyCommand        `cmd:"" help:"Apply CloudFormation templates (CDK, SAM, Serverless Framework) and OpenAPI files: print a plan, then do it."`
	Env          envCommand          `cmd:"" help:"Print the shell exports that point the AWS CLI and SDKs at Sluice."`
	Validate     validateCommand     `cmd:"" help:"Check a settings file."`
	Vtl          vtlCommand          `cmd:"" help:"Render, check and trace mapping templates."`
	Version      versionCommand      `cmd:"" help:"Print the version."`
}

func main() {
	os.Exit(run(os.Args[1:]))
}

// run is main with its result as a value: 0, or 1 after saying what is wrong.
func run(arguments []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var commands cli
	parser, err := kong.New(&commands, kongOptions(ctx)...)
	if err != nil {
		fmt.Fprintln(os.Stderr, "sluice:", err)
		return 1
	}
	parsed, err := parser.Parse(arguments)
	if err != nil {
		fmt.Fprintln(os.Stderr, "sluice:", err)
		if _, usage := errors.AsType[*kong.ParseError](err); usage {
			fmt.Fprintln(os.Stderr, "Try: sluice --help")
		}
		return 1
	}
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "sluice:", err)
		return 1
	}
	return 0
}

// kongOptions is how the command line is read.
func kongOptions(ctx context.Context) []kong.Option {
	return []kong.Option{
		kong.Name("sluice"),
		kong.Description("API Gateway that you run yourself, on the Envoy that you already operate."),
		kong.UsageOnError(),
		kong.Configuration(readSettingsFile),
		kong.BindTo(ctx, (*context.Context)(nil)),
	}
}

// versionCommand prints the version.
type versionCommand struct{}

// Run implements the command.
func (versionCommand) Run() error {
	fmt.Println("sluice", version)
	return nil
}
