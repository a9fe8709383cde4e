package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"

	"github.com/sluice-gateway/sluice/controlplane/apply"
)

// importCommand brings an OpenAPI file into a running Sluice.
type importCommand struct {
	placeSettings

	File           string `arg:"" type:"existingfile" help:"OpenAPI document, JSON or YAML: Swagger 2.0, OpenAPI 3.0 or 3.1."`
	Name           string `help:"Name by which the API is found at the next import; the document's title when absent."`
	APIID          string `name:"api-id" help:"Import into this API instead."`
	Stage          string `help:"Stage to deploy to." placeholder:"NAME"`
	Basepath       string `help:"What becomes of the document's base path: ignore, prepend or split." default:"ignore" enum:"ignore,prepend,split"`
	FailOnWarnings bool   `help:"Import nothing when there are warnings."`
	Backend        string `help:"URL that serves the operations to which the document gives no integration." placeholder:"URL"`
}

// Run implements the command.
func (c importCommand) Run(ctx context.Context) error {
	client, err := controlClient(c.placeSettings)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	done, err := apply.Document(ctx, client, text, apply.DocumentOptions{
		Name: c.Name, APIID: c.APIID, Stage: c.Stage, BasePath: c.Basepath, FailOnWarnings: c.FailOnWarnings, Backend: c.Backend,
	})
	if err != nil {
		return fmt.Errorf("import %s: %w", c.File, err)
	}
	writeImported(c.File, done)
	if c.Stage != "" {
		fmt.Printf("It answers at %s\n", stageURL(c.placeSettings, done.APIID, c.Stage))
	}
	return nil
}

// writeImported says what became of a document.
func writeImported(path string, done apply.DocumentResult) {
	for _, warning := range done.Warnings {
		fmt.Println("warning:", warning)
	}
	verbs := map[apply.Verdict]string{apply.Create: "imported into the new", apply.Update: "imported into", apply.Keep: "unchanged in"}
	fmt.Printf("%s: %s API %s\n", path, verbs[done.Verdict], done.APIID)
	if done.DeploymentID != "" {
		fmt.Printf("Deployed as %s\n", done.DeploymentID)
	}
}

// controlClient calls a running Sluice as its root.
func controlClient(in placeSettings) (*apigateway.Client, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	root, err := in.root()
	if err != nil {
		return nil, err
	}
	return apigateway.New(apigateway.Options{
		Region: in.Region, BaseEndpoint: aws.String("http://" + in.ControlAddress),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: root.AccessKeyID, SecretAccessKey: root.SecretAccessKey.Reveal()}, nil
		}),
	}), nil
}
