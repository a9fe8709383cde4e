package e2e_test

import (
	"crypto/tls"
	"testing"

	"github.com/sluice-gateway/sluice/test/fleet"
	"github.com/sluice-gateway/sluice/test/functionhost"
)

// TestFleetOverTLS runs each part as a process of its own that talks to the
// others over TCP with TLS: operations of each class answer, and nobody without a
// certificate is let in.
func TestFleetOverTLS(t *testing.T) {
	t.Parallel()
	f := fleet.Start(t, fleet.Options{Split: true, TCP: true, Functions: []functionhost.Function{greeter(t)}})
	api := f.NewAPI(t, "encrypted")
	api.Mock("GET", "/native", "native")
	api.HTTPProxy("GET", "/checked", f.Upstream.URL()+"/checked", fleet.KeyRequired)
	api.Lambda("GET", "/hello/{name}", "greeter")
	api.Deploy("live")
	key := api.Admit(t, "live")
	caller := f.Caller()
	expect(t, caller, api.Host(), "/live/native", 200, "native")
	expect(t, caller, api.Host(), "/live/checked", 200, "/checked", "x-api-key: "+key)
	expect(t, caller, api.Host(), "/live/hello/Ada", 200, "Hello, Ada!")
	for _, address := range f.Services() {
		connection, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
		if err != nil {
			continue // refused in the handshake
		}
		// With TLS 1.3 a client hears of the refusal when it first reads.
		if _, err := connection.Read(make([]byte, 1)); err == nil {
			t.Errorf("%s answers a client without a certificate", address)
		}
		_ = connection.Close()
	}
}
