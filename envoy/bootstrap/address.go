package bootstrap

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
)

// unixPrefix marks the address of a unix socket.
const unixPrefix = "unix:"

// maxSocketPath is the longest path of a unix socket, in bytes: sun_path of
// unix(7) with its closing NUL.
const maxSocketPath = 107

// errAdmin is why an admin address is refused.
var errAdmin = errors.New("bootstrap: the admin interface can stop the Envoy and shows its configuration: give it a unix socket or a loopback address")

// parseAddress reads HOST:PORT or unix:PATH.
func parseAddress(text string) (*corev3.Address, error) {
	if path, found := strings.CutPrefix(text, unixPrefix); found {
		if !filepath.IsAbs(path) || len(path) > maxSocketPath {
			return nil, fmt.Errorf("bootstrap: socket path %q must be absolute and at most %d bytes long", path, maxSocketPath)
		}
		return &corev3.Address{Address: &corev3.Address_Pipe{Pipe: &corev3.Pipe{Path: path}}}, nil
	}
	host, portText, err := net.SplitHostPort(text)
	if err != nil {
		return nil, fmt.Errorf("bootstrap: address %q must be HOST:PORT or unix:PATH", text)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil || host == "" {
		return nil, fmt.Errorf("bootstrap: address %q must be HOST:PORT or unix:PATH", text)
	}
	return &corev3.Address{Address: &corev3.Address_SocketAddress{SocketAddress: &corev3.SocketAddress{
		Address: host, PortSpecifier: &corev3.SocketAddress_PortValue{PortValue: uint32(port)},
	}}}, nil
}

// adminAddress is parseAddress for the admin interface.
func adminAddress(text string) (*corev3.Address, error) {
	address, err := parseAddress(text)
	if err != nil {
		return nil, fmt.Errorf("admin: %w", err)
	}
	if socket := address.GetSocketAddress(); socket != nil {
		ip, err := netip.ParseAddr(socket.GetAddress())
		if err != nil || !ip.IsLoopback() {
			return nil, fmt.Errorf("%w, not %q", errAdmin, text)
		}
	}
	return address, nil
}

// resolved says whether an address needs no DNS.
func resolved(address *corev3.Address) bool {
	if address.GetPipe() != nil {
		return true
	}
	_, err := netip.ParseAddr(address.GetSocketAddress().GetAddress())
	return err == nil
}
