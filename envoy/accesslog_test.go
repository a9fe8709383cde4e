package envoy_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// TestAccessLog holds §19: each call is a line in the stage's format, and nothing
// of how it comes about is seen.
func TestAccessLog(t *testing.T) {
	t.Parallel()
	const host = "logged0000.execute-api.localhost"
	address := serve(t, [2]string{}, translated(t, towards(t, compilePlan(t, "logged"), backend(t).Address())))
	calls := []struct {
		call call
		want map[string]any
	}{
		{call{verb: "PUT", path: "/live/proxied/a%2Fb?q=1", headers: []string{"User-Agent: me \"1\"", "x-upstream-status: 201", "x-upstream-body: created"}}, map[string]any{
			"verb": "PUT", "path": "/live/proxied/a%2Fb", "resource": "/proxied/{id}", "status": 201.0, "length": 7.0, "istatus": "201", "error": "-", "host": host,
		}},
		{call{path: "/live/mocked"}, map[string]any{"status": 200.0, "length": 5.0, "resource": "/mocked", "integration": "-", "istatus": "-", "error": "-", "agent": "-"}},
		{call{path: "/live/proxied/1", headers: []string{"x-upstream-delay: 3s"}}, map[string]any{"status": 408.0, "error": "INTEGRATION_TIMEOUT"}},
		{call{path: "/live/keyed"}, map[string]any{"status": 500.0, "error": "DEFAULT_5XX", "user": "-"}},
		{call{path: "/live/nothing"}, map[string]any{"status": 403.0, "resource": "-", "path": "/live/nothing"}},
	}
	ids := map[string]map[string]any{}
	for _, one := range calls {
		one.call.host = host
		got := one.call.send(t, address)
		for name := range got.header {
			if strings.HasPrefix(strings.ToLower(name), "x-sluice-") {
				t.Errorf("%s: header %s reached the client", one.call.path, name)
			}
		}
		one.want["id"], one.want["ext"] = got.header.Get("X-Amzn-Requestid"), got.header.Get("X-Amz-Apigw-Id")
		one.want["ip"], one.want["protocol"], one.want["odd"], one.want["canary"] = "127.0.0.1", "HTTP/1.1", "100%", "-"
		ids[got.header.Get("X-Amzn-Requestid")] = one.want
	}
	for _, line := range logLines(t, len(calls)) {
		var logged map[string]any
		if err := json.Unmarshal([]byte(strings.ReplaceAll(line, `me "1"`, "me")), &logged); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		want := ids[logged["id"].(string)]
		for key, value := range want {
			if logged[key] != value {
				t.Errorf("%s: %v, want %v, in %s", key, logged[key], value, line)
			}
		}
		when, err := time.Parse("02/Jan/2006:15:04:05 -0700", logged["when"].(string))
		if err != nil || time.Since(when) > time.Minute || logged["epoch"].(float64) < float64(when.UnixMilli())-1000 {
			t.Errorf("requestTime %v, requestTimeEpoch %v: %v", logged["when"], logged["epoch"], err)
		}
		if took := logged["took"].(float64); took < 0 || took > 10000 || want["status"] == 408.0 && took < 200 {
			t.Errorf("responseLatency %v in %s", took, line)
		}
	}
}
