package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"strings"

	"github.com/sluice-gateway/sluice/cmd/sluice/place"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// placeSettings say where an installation lives and whose it is; every command
// that talks to one takes them.
type placeSettings struct {
	DataDir             string `help:"Folder of everything that is kept: definitions, keys, sockets." env:"SLUICE_DATA_DIR" default:"sluice-data" placeholder:"DIR"`
	Region              string `help:"AWS region that Sluice answers for." env:"SLUICE_REGION" default:"us-east-1"`
	Account             string `help:"Account of the root credentials, twelve digits." env:"SLUICE_ACCOUNT" default:"000000000000"`
	ControlAddress      string `help:"Where the control API (AWS's own) listens." env:"SLUICE_CONTROL_ADDRESS" default:"127.0.0.1:4566"`
	GatewayAddress      string `help:"Where Envoy serves the APIs." env:"SLUICE_GATEWAY_ADDRESS" default:"127.0.0.1:8080"`
	AdminAddress        string `help:"Where health, metrics and status are served." env:"SLUICE_ADMIN_ADDRESS" default:"127.0.0.1:4567"`
	HostSuffix          string `help:"APIs answer at {apiId}.SUFFIX, besides AWS's own host names." env:"SLUICE_HOST_SUFFIX" default:"execute-api.localhost"`
	RootAccessKeyID     string `help:"Access key id of the account's root; made at first run when absent." env:"SLUICE_ROOT_ACCESS_KEY_ID" placeholder:"ID"`
	RootSecretAccessKey string `help:"Secret access key of the account's root; made at first run when absent." env:"SLUICE_ROOT_SECRET_ACCESS_KEY" placeholder:"SECRET"`
}

// fleetSettings say where the parts of an installation find each other. In
// `sluice run`, and on one machine, unix sockets below the data folder do.
type fleetSettings struct {
	tlsSettings

	XDSAddress     string `name:"xds-address" help:"Where the control plane serves xDS, HOST:PORT or unix:PATH; a socket below the data folder when absent." env:"SLUICE_XDS_ADDRESS" placeholder:"ADDRESS"`
	ExtauthAddress string `help:"Where extauth serves an Envoy; a socket below the data folder when absent." env:"SLUICE_EXTAUTH_ADDRESS" placeholder:"ADDRESS"`
	ExtprocAddress string `help:"Where extproc serves an Envoy; a socket below the data folder when absent." env:"SLUICE_EXTPROC_ADDRESS" placeholder:"ADDRESS"`
}

// tlsSettings are the files by which the parts of a fleet know each other over
// TCP: each has a certificate of one authority. Unix sockets need none.
type tlsSettings struct {
	TLSCert string `name:"tls-cert" help:"This part's certificate (PEM), for TCP between the parts of a fleet." env:"SLUICE_TLS_CERT" placeholder:"FILE"`
	TLSKey  string `name:"tls-key" help:"Its private key (PEM)." env:"SLUICE_TLS_KEY" placeholder:"FILE"`
	TLSCA   string `name:"tls-ca" help:"The authority that the other parts' certificates must be of (PEM)." env:"SLUICE_TLS_CA" placeholder:"FILE"`
}

// complete fills in the sockets below the data folder.
func (s fleetSettings) complete(in placeSettings) fleetSettings {
	for name, address := range map[string]*string{"xds": &s.XDSAddress, "extauth": &s.ExtauthAddress, "extproc": &s.ExtprocAddress} {
		if *address == "" {
			*address = place.UnixPrefix + in.socket(name)
		}
	}
	return s
}

// logSettings say what is written to standard error.
type logSettings struct {
	LogLevel  string `help:"Least level that is logged: debug, info, warn or error." env:"SLUICE_LOG_LEVEL" default:"info" enum:"debug,info,warn,error"`
	LogFormat string `help:"text or json." env:"SLUICE_LOG_FORMAT" default:"text" enum:"text,json"`
	Profile   bool   `help:"Serve Go's profiles below /debug/pprof/ at the admin address." env:"SLUICE_PROFILE"`
}

// logger builds the logger that the settings ask for.
func (s logSettings) logger(w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(s.LogLevel)) // kong has checked it
	options := &slog.HandlerOptions{Level: level}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// errSettings is the first word of every complaint about a setting.
var errSettings = errors.New("settings")

// check says in plain words what is wrong with the place's settings, and makes
// the data folder's path whole.
func (s *placeSettings) check() error {
	var problems []error
	if !isAccount(s.Account) {
		problems = append(problems, fmt.Errorf("%w: account %q must be twelve digits", errSettings, s.Account))
	}
	for _, one := range []struct{ name, address string }{
		{"control-address", s.ControlAddress}, {"gateway-address", s.GatewayAddress}, {"admin-address", s.AdminAddress},
	} {
		if _, _, err := net.SplitHostPort(one.address); err != nil {
			problems = append(problems, fmt.Errorf("%w: %s %q must be HOST:PORT", errSettings, one.name, one.address))
		}
	}
	if (s.RootAccessKeyID == "") != (s.RootSecretAccessKey == "") {
		problems = append(problems, fmt.Errorf("%w: root-access-key-id and root-secret-access-key go together", errSettings))
	}
	absolute, err := filepath.Abs(s.DataDir)
	if err != nil {
		problems = append(problems, fmt.Errorf("%w: data-dir: %w", errSettings, err))
	}
	s.DataDir = absolute
	return errors.Join(problems...)
}

// isAccount says whether text is an account's twelve digits.
func isAccount(text string) bool {
	return len(text) == 12 && strings.Trim(text, "0123456789") == ""
}

// socketDir is where the installation's unix sockets are.
func (s *placeSettings) socketDir() string { return place.Sockets(s.DataDir) }

// socket is the path of one of the installation's unix sockets.
func (s *placeSettings) socket(name string) string {
	return filepath.Join(s.socketDir(), name+".sock")
}

// root gives the root's credentials: the settings', else those made at the first
// run.
func (s *placeSettings) root() (place.Root, error) {
	if s.RootAccessKeyID != "" {
		return place.Root{AccessKeyID: s.RootAccessKeyID, SecretAccessKey: secret.New(s.RootSecretAccessKey)}, nil
	}
	return place.ReadRoot(s.DataDir)
}

// rootOrNew is root, but makes credentials where there are none.
func (s *placeSettings) rootOrNew() (place.Root, error) {
	if s.RootAccessKeyID != "" {
		return s.root()
	}
	return place.ReadOrMakeRoot(s.DataDir)
}
