package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestEverySettingThreeWays holds that each setting is a flag, a SLUICE_*
// variable and a key of the settings file, all under one name.
func TestEverySettingThreeWays(t *testing.T) {
	t.Parallel()
	var commands cli
	parser, err := kong.New(&commands, kongOptions(t.Context())...)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, command := range parser.Model.Children {
		if !slices.Contains([]string{"run", "controlplane", "extauth", "extproc", "bootstrap", "env"}, command.Name) {
			continue
		}
		for _, flag := range command.Flags {
			seen++
			want := "SLUICE_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
			if len(flag.Envs) == 0 || flag.Envs[0] != want {
				t.Errorf("%s --%s has the variables %v, want %s first", command.Name, flag.Name, flag.Envs, want)
			}
			if flag.Help == "" {
				t.Errorf("%s --%s has no help", command.Name, flag.Name)
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d settings seen", seen)
	}
}

// parse reads a command line with a settings file as `sluice` does.
func parse(t *testing.T, file string, arguments ...string) (cli, error) {
	t.Helper()
	var commands cli
	parser, err := kong.New(&commands, kongOptions(t.Context())...)
	if err != nil {
		t.Fatal(err)
	}
	if file != "" {
		path := filepath.Join(t.TempDir(), "sluice.yaml")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		arguments = append(arguments, "--config", path)
	}
	_, err = parser.Parse(arguments)
	return commands, err
}

// TestPrecedence: a flag wins over a variable, a variable over the file, the
// file over the default. It changes the environment, so it runs alone.
func TestPrecedence(t *testing.T) {
	const file = "region: file\naccount: \"111111111111\"\nfunctions:\n  \"arn:aws:lambda:*:*:function:a\": http://a:1\n  b: http://b:2\n"
	t.Setenv("SLUICE_REGION", "variable")
	t.Setenv("SLUICE_HOST_SUFFIX", "variable")
	got, err := parse(t, file, "env", "--region", "flag", "--data-dir", "x")
	if err != nil {
		t.Fatal(err)
	}
	if got.Env.Region != "flag" || got.Env.HostSuffix != "variable" || got.Env.Account != "111111111111" || got.Env.AdminAddress != "127.0.0.1:4567" {
		t.Errorf("got %+v", got.Env)
	}
	got, err = parse(t, file, "run")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"arn:aws:lambda:*:*:function:a": "http://a:1", "b": "http://b:2"}
	if got.Run.Region != "variable" || !reflect.DeepEqual(got.Run.Functions, want) {
		t.Errorf("got region %q, functions %v", got.Run.Region, got.Run.Functions)
	}
}

// TestRefusedSettings wants what is wrong by name.
func TestRefusedSettings(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ file, want string }{
		"unknown":         {"regoin: x", "regoin"},
		"no number":       {"concurrency: many", "concurrency"},
		"no YAML":         {"region: [", "sluice.yaml"},
		"account":         {"account: \"12\"", "twelve digits"},
		"address":         {"gateway-address: \"8080\"", "gateway-address"},
		"half a root":     {"root-access-key-id: AKIA", "go together"},
		"level":           {"log-level: loud", "log-level"},
		"function":        {"functions: {f: localhost}", "functions f"},
		"an account":      {"accounts: {\"12\": \"AKIA:secret\"}", "accounts 12"},
		"half a key":      {"accounts: {\"111111111111\": hidden}", "accounts 111111111111"},
		"negative":        {"account-rate: -1", "account-rate"},
		"endpoint scheme": {"endpoints: {sqs: \"ftp://x\"}", "endpoints sqs"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "sluice.yaml")
			if err := os.WriteFile(path, []byte(c.file), 0o600); err != nil {
				t.Fatal(err)
			}
			err := validateCommand{File: path}.Run()
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hidden") {
				t.Errorf("got %v, want an error that names %q and no secret", err, c.want)
			}
		})
	}
}

// TestValidateGood takes a file with every kind of value.
func TestValidateGood(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sluice.yaml")
	text := "region: eu-central-1\naccount: \"123456789012\"\nconcurrency: 4\ndrain: 10s\nprofile: true\naccounts: {\"111111111111\": \"AKIA:se=cret\"}\naccount-rate: 10000.5\n" +
		"functions: {\"*\": \"http://127.0.0.1:9000\"}\nendpoints: {sqs: \"http://127.0.0.1:5000\"}\netcd-endpoints: [\"http://a:2379\", \"http://b:2379\"]\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (validateCommand{File: path}).Run(); err != nil {
		t.Error(err)
	}
}

// TestClosestFunctionFirst orders patterns, and takes the SDKs' variables.
func TestClosestFunctionFirst(t *testing.T) {
	t.Parallel()
	settings := gatewaySettings{
		Functions: map[string]string{"*": "1", "arn:*:hello": "2", "hello": "3", "he*": "4"},
		Endpoints: map[string]string{"sqs": "http://ours"},
	}
	var order []string
	for _, one := range settings.functions() {
		order = append(order, one.Pattern)
	}
	if got := strings.Join(order, " "); got != "hello arn:*:hello he* *" {
		t.Errorf("got %s", got)
	}
	got := settings.endpoints([]string{
		"AWS_ENDPOINT_URL=http://all", "AWS_ENDPOINT_URL_SQS=http://theirs", "AWS_ENDPOINT_URL_SFN=http://sfn", "AWS_ENDPOINT_URLS=x", "AWS_ENDPOINT_URL_SNS=",
	})
	want := map[string]string{"": "http://all", "sqs": "http://ours", "sfn": "http://sfn"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// FuzzSettingsFile reads any text without a panic.
func FuzzSettingsFile(f *testing.F) {
	f.Add("region: x\nfunctions: {a: b}\nlist: [1, 2]\n")
	f.Fuzz(func(_ *testing.T, text string) {
		resolver, err := readSettingsFile(strings.NewReader(text))
		if err != nil {
			return
		}
		flag := &kong.Flag{Value: &kong.Value{Name: "region", Tag: &kong.Tag{}}}
		_, _ = resolver.Resolve(nil, nil, flag)
	})
}
