package tool

import (
	"fmt"
	"io"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl"
)

// How long one measurement takes and how many of them the best is taken of.
const (
	benchSpan   = 400 * time.Millisecond
	benchRounds = 5
	// benchGC lets the heap grow as large between collections as a gateway's is;
	// a heap of nothing but one template would be collected all the time.
	benchGC = 800
)

// Bench measures the cases of Batch that are templates: the CPU time of a
// rendering with the template compiled before, and of both, in nanoseconds. It
// counts the whole process, the garbage collector included.
func Bench(in io.Reader, out io.Writer) error {
	defer debug.SetGCPercent(debug.SetGCPercent(benchGC))
	return lines(in, out, func(v jsonvalue.Value) *jsonvalue.Object {
		result := jsonvalue.NewObject(jsonvalue.Entry{Key: "name", Value: v.Get("name")})
		if err := bench(v, result); err != nil {
			failed(result, err)
		}
		return result
	})
}

func bench(v jsonvalue.Value, result *jsonvalue.Object) error {
	text := v.Get("template").Text()
	request, err := requestOf(v.Get("input"))
	if err != nil {
		return err
	}
	t, err := vtl.Parse("t", text)
	if err != nil {
		return fmt.Errorf("the template: %w", err)
	}
	dst := make([]byte, 0, 4096)
	cached := measure(func() { dst, _ = t.Render(dst[:0], request.Env()) })
	both := measure(func() {
		fresh, err := vtl.Parse("t", text)
		if err == nil {
			dst, _ = fresh.Render(dst[:0], request.Env())
		}
	})
	result.Put("engine", jsonvalue.String("sluice"))
	result.Put("ns_op_cached", jsonvalue.Int(cached))
	result.Put("ns_op_parse_render", jsonvalue.Int(both))
	return nil
}

// measure gives the CPU time of one run: the best of several measurements.
func measure(run func()) int64 {
	best := time.Duration(0)
	for round := range benchRounds {
		n, start := 0, cpu()
		for cpu()-start < benchSpan {
			for range 50 {
				run()
				n++
			}
		}
		if took := (cpu() - start) / time.Duration(n); round == 0 || took < best {
			best = took
		}
	}
	return best.Nanoseconds()
}

// cpu is the CPU time that the process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // cannot fail for the process itself
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
