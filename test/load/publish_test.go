package load_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/test/fleet"
	"github.com/sluice-gateway/sluice/test/load"
)

// BenchmarkPublish measures how soon a change of one API among many is served,
// from the answer of CreateDeployment to the first answer of what it deployed.
func BenchmarkPublish(b *testing.B) {
	var rows []load.Publication
	for range b.N {
		rows = nil
		for _, count := range []int{1, 100, 1000} {
			rows = append(rows, publishAmong(b, count))
		}
	}
	report(b, "publish", load.PublicationTable(rows), "docs", "performance.md")
}

// samples of each row.
const samples = 21

func publishAmong(b *testing.B, count int) load.Publication {
	b.Helper()
	f := fleet.Start(b, fleet.Options{})
	defer f.Stop(b)
	apis := f.Many(b, count, 10)
	one := apis[len(apis)/2]
	request := load.Request{Address: f.Gateway, Method: "GET", Host: one.Host(), Path: "/live/m5", Status: 200}
	for _, api := range apis { // all are served before the first sample
		all := request
		all.Host = api.Host()
		served(b, all)
	}
	var calls, waits []time.Duration
	for i := range samples {
		call, wait := publishOnce(b, one, request, fmt.Sprintf("version %d;", i))
		calls, waits = append(calls, call), append(waits, wait)
	}
	slices.Sort(calls)
	slices.Sort(waits)
	return load.Publication{
		APIs: count, Call: calls[samples/2], Served: waits[samples/2], WorstServed: waits[samples-1], Samples: samples,
	}
}

// publishOnce changes an operation, deploys and asks until the change is there.
func publishOnce(b *testing.B, api *fleet.API, request load.Request, text string) (call, wait time.Duration) {
	b.Helper()
	api.MockBody("GET", "/m5", text)
	request.Contains = text
	begun := time.Now()
	api.Deploy("live")
	answered := time.Now()
	for {
		_, err := load.Generate(b.Context(), request, 1, time.Nanosecond)
		if err == nil {
			return answered.Sub(begun), time.Since(answered)
		}
		if !errors.Is(err, load.ErrWrong) || strings.Contains(err.Error(), "500") || time.Since(answered) > 10*time.Second {
			b.Fatal(err)
		}
	}
}
