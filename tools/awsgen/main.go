// Command awsgen turns botocore's service models into the wire packages of the
// control API: one package a service, with a struct for every shape, its
// constraints and one table of operations. It reads the models and writes
// formatted Go; the same models always give the same bytes. It knows nothing of
// what an operation does, and none of the models' prose is carried over.
//
// It runs in the tools module:
//
//	go run -C tools ./awsgen -python ../.local/venv/bin/python3
//
// or, with the models at hand, with -models DIR, where DIR is botocore's data
// folder.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// services lists what is generated: botocore's folder below data, which is the
// package's name too.
func services() []service {
	return []service{
		{folder: "apigateway", version: "2015-07-09"},
		{folder: "apigatewayv2", version: "2018-11-29"},
		{folder: "apigatewaymanagementapi", version: "2018-11-29"},
		{folder: "iam", version: "2010-05-08"},
		{folder: "sts", version: "2011-06-15"},
		{folder: "acm", version: "2015-12-08"},
	}
}

// service is one model in botocore's data.
type service struct{ folder, version string }

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "awsgen:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	flags := flag.NewFlagSet("awsgen", flag.ContinueOnError)
	python := flags.String("python", "python3", "the Python to ask where botocore is")
	models := flags.String("models", "", "botocore's data folder; asks -python when empty")
	out := flags.String("out", "../controlplane/awsapi/wire", "folder for the packages")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	data := *models
	if data == "" {
		found, err := botocoreData(*python)
		if err != nil {
			return err
		}
		data = found
	}
	for _, wanted := range services() {
		if err := generate(wanted, data, *out); err != nil {
			return fmt.Errorf("service %s: %w", wanted.folder, err)
		}
	}
	return nil
}

// botocoreData asks a Python where its botocore keeps the models.
func botocoreData(python string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	const question = "import botocore, os; print(os.path.join(os.path.dirname(botocore.__file__), 'data'))"
	answer, err := exec.CommandContext(ctx, python, "-c", question).Output()
	if err != nil {
		return "", fmt.Errorf("%s has no botocore (pip install botocore, or -models DIR): %w", python, err)
	}
	return strings.TrimSpace(string(answer)), nil
}

// generate writes the package of one service.
func generate(wanted service, data, out string) error {
	read, err := readModel(filepath.Join(data, wanted.folder, wanted.version))
	if err != nil {
		return err
	}
	written, err := emit(wanted.folder, read)
	if err != nil {
		return err
	}
	folder := filepath.Join(out, wanted.folder)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, one := range written {
		if err := os.WriteFile(filepath.Join(folder, one.name), one.content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
