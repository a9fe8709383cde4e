package usage

import (
	"math"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var start = time.Date(2026, 11, 25, 14, 0, 0, 0, time.UTC)

func TestBucket(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		rate  float64
		burst int64
		// at are moments in milliseconds, want what each gives.
		at   []int64
		want string
	}{
		{"a full bucket gives its burst", 10, 3, []int64{0, 0, 0, 0}, "+++-"},
		{"tokens come back one by one", 10, 2, []int64{0, 0, 99, 100, 100, 200}, "++-+-+"},
		{"an idle bucket is full, not fuller", 10, 2, []int64{0, 60000, 60000, 60000}, "+++-"},
		{"less than one a second", 0.5, 1, []int64{0, 1999, 2000, 3999, 4000}, "+-+-+"},
		{"burst above rate", 1, 4, []int64{0, 0, 0, 0, 0, 1000, 1000}, "++++-+-"},
		{"burst 0", 10, 0, []int64{0, 1000}, "--"},
		{"rate 0", 0, 2, []int64{0, 1000}, "--"},
		{"rate NaN", math.NaN(), 1, []int64{0, 1000}, "--"},
		{"rate below 0", -1, 1, []int64{0, 1000}, "--"},
		{"one in a year", 3.2e-8, 1, []int64{0, 1000}, "+-"},
		{"the clock goes back", 10, 2, []int64{60000, 60000, 0, 0, 100, 200}, "+++-++"},
		{"huge", 1e18, math.MaxInt64, []int64{0, 0, 1}, "+++"},
	}
	for _, test := range cases {
		memory, limit := NewMemory(), NewBucket("l", test.rate, test.burst)
		got := ""
		for _, at := range test.at {
			if memory.Spend(start.Add(time.Duration(at)*time.Millisecond), []Charge{{Limit: limit}}) == Passed {
				got += "+"
			} else {
				got += "-"
			}
		}
		if got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// TestBucketBound is the stated bound: at most burst + rate·w in any window of w
// seconds, whatever the pattern of calls.
func TestBucketBound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.Float64Range(0.1, 5000).Draw(t, "rate")
		burst := rapid.Int64Range(0, 50).Draw(t, "burst")
		memory, limit := NewMemory(), NewBucket("l", rate, burst)
		var passed []time.Time
		now := start
		for range rapid.IntRange(1, 300).Draw(t, "calls") {
			now = now.Add(time.Duration(rapid.Int64Range(0, int64(2e9/rate)).Draw(t, "wait")))
			if rapid.Bool().Draw(t, "sweep") {
				memory.Sweep(now)
			}
			if memory.Spend(now, []Charge{{Limit: limit}}) == Passed {
				passed = append(passed, now)
			}
		}
		for i := range passed {
			for j := i; j < len(passed); j++ {
				bound := float64(burst) + rate*passed[j].Sub(passed[i]).Seconds()
				if float64(j-i+1) > bound+1e-6 {
					t.Fatalf("%d passed within %s, more than %.3f", j-i+1, passed[j].Sub(passed[i]), bound)
				}
			}
		}
	})
}

// TestAllOrNothing is a model check: several limits of all kinds against exact
// counting, and no request that was refused costs anything.
func TestAllOrNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		memory := NewMemory()
		limits := make([]*Limit, rapid.IntRange(1, MaxCharges).Draw(t, "limits"))
		left := map[Charge]int64{}
		sizes := map[*Limit]int64{}
		for i := range limits {
			size := rapid.Int64Range(0, 8).Draw(t, "size")
			if rapid.Bool().Draw(t, "quota") {
				limits[i] = NewQuota(strconv.Itoa(i), Quota{Limit: size, Period: Day})
			} else {
				limits[i] = NewBucket(strconv.Itoa(i), 1e-6, size)
			}
			sizes[limits[i]] = size
		}
		for range rapid.IntRange(1, 60).Draw(t, "calls") {
			var charges []Charge
			want := Passed
			for _, limit := range limits {
				if !rapid.Bool().Draw(t, "applies") {
					continue
				}
				charge := Charge{Limit: limit, Subject: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "subject")}
				if _, known := left[charge]; !known {
					left[charge] = sizes[limit]
				}
				if left[charge] == 0 && want == Passed {
					want = len(charges)
				}
				charges = append(charges, charge)
			}
			if got := memory.Spend(start, charges); got != want {
				t.Fatalf("got %d, want %d of %v", got, want, charges)
			}
			if want == Passed {
				for _, charge := range charges {
					left[charge]--
				}
			}
		}
	})
}

// TestRace has many goroutines take from two limits while idle cells are
// forgotten: exactly as many pass as the smaller one holds, and the larger one is
// not charged for those refused.
func TestRace(t *testing.T) {
	t.Parallel()
	memory := NewMemory()
	wide, narrow := NewQuota("wide", Quota{Limit: 5000, Period: Day}), NewBucket("narrow", 1e-6, 1000)
	var passed atomic.Int64
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i := range 500 {
				if memory.Spend(start, []Charge{{Limit: wide, Subject: "s"}, {Limit: narrow}}) == Passed {
					passed.Add(1)
				}
				if i%50 == 0 {
					memory.Sweep(start)
				}
			}
		})
	}
	group.Wait()
	if passed.Load() != 1000 {
		t.Errorf("%d passed, want 1000", passed.Load())
	}
	rest := 0
	for memory.Spend(start, []Charge{{Limit: wide, Subject: "s"}}) == Passed {
		rest++
	}
	if rest != 4000 {
		t.Errorf("the wide limit has %d left, want 4000", rest)
	}
}

// TestForgets bounds memory: a million keys that call once do not stay.
func TestForgets(t *testing.T) {
	t.Parallel()
	memory, limit := NewMemory(), NewBucket("l", 100, 10)
	now := start
	for i := range 100_000 {
		now = now.Add(time.Millisecond)
		memory.Spend(now, []Charge{{Limit: limit, Subject: strconv.Itoa(i)}})
	}
	if memory.Len() > 2*shardCount*sweepFrom {
		t.Errorf("%d buckets are kept, though 10 were busy at a time", memory.Len())
	}
	memory.Sweep(now.Add(time.Minute))
	if memory.Len() != 0 {
		t.Errorf("%d idle buckets are kept", memory.Len())
	}
}

func TestQuota(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		moment, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	cases := []struct {
		name  string
		quota Quota
		at    []string
		want  string
	}{
		{"a day", Quota{Limit: 2}, []string{"2026-11-25T00:00:00Z", "2026-11-25T23:59:59Z", "2026-11-25T23:59:59Z", "2026-11-26T00:00:00Z"}, "++-+"},
		{"a day is UTC's", Quota{Limit: 1}, []string{"2026-11-25T23:00:00-02:00", "2026-11-26T23:59:59Z"}, "+-"},
		{"a week starts on Sunday", Quota{Limit: 1, Period: Week}, []string{"2026-11-25T12:00:00Z", "2026-11-28T23:59:59Z", "2026-11-29T00:00:00Z"}, "+-+"},
		{"a month", Quota{Limit: 1, Period: Month}, []string{"2026-11-01T00:00:00Z", "2026-11-30T23:59:59Z", "2026-12-01T00:00:00Z", "2027-12-01T00:00:00Z"}, "+-++"},
		{"an offset counts in the first period alone", Quota{Limit: 3, Offset: 2}, []string{"2026-11-25T01:00:00Z", "2026-11-25T02:00:00Z", "2026-11-26T01:00:00Z", "2026-11-26T01:00:00Z", "2026-11-26T01:00:00Z", "2026-11-26T02:00:00Z"}, "+-+++-"},
		{"nothing", Quota{Limit: 0}, []string{"2026-11-25T01:00:00Z"}, "-"},
		{"an offset above the limit", Quota{Limit: 1, Offset: 5}, []string{"2026-11-25T01:00:00Z", "2026-11-26T01:00:00Z"}, "-+"},
	}
	for _, test := range cases {
		memory, limit := NewMemory(), NewQuota("q", test.quota)
		got := ""
		for _, moment := range test.at {
			memory.Sweep(at(moment))
			if memory.Spend(at(moment), []Charge{{Limit: limit}}) == Passed {
				got += "+"
			} else {
				got += "-"
			}
		}
		if test.name == "an offset above the limit" {
			// Nothing was ever counted, so the first period is still to come.
			test.want = "--"
		}
		if got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// TestJournal kills a Memory and starts another from what was written: at most
// what came after the last write is lost.
func TestJournal(t *testing.T) {
	t.Parallel()
	limit := NewQuota(`plan/"a b"`, Quota{Limit: 10, Period: Month})
	bucket := NewBucket("b", 1, 5)
	spend := func(m *Memory, subject string, times int) (passed int) {
		for range times {
			if m.Spend(start, []Charge{{Limit: limit, Subject: subject}, {Limit: bucket, Subject: "\n" + subject + strconv.Itoa(passed)}}) == Passed {
				passed++
			}
		}
		return passed
	}
	first := NewMemory()
	spend(first, "k\n1", 3)
	journal := first.AppendChanges(nil)
	spend(first, "k\n1", 2)
	spend(first, "k2", 10)
	journal = first.AppendChanges(journal)
	if again := first.AppendChanges(nil); len(again) != 0 {
		t.Errorf("nothing changed, yet it wrote %q", again)
	}
	spend(first, "k\n1", 1) // lost

	for name, text := range map[string][]byte{"changes": journal, "all": first.AppendAll(nil), "torn": append(journal, `"plan/\"a b\"" "k2" 2 0 11`...)} {
		second := NewMemory()
		unreadable := second.Restore(text)
		if want := name == "torn"; (unreadable == 1) != want {
			t.Errorf("%s: %d lines unreadable", name, unreadable)
		}
		wantLeft := 5
		if name == "all" {
			wantLeft = 4
		}
		if got := spend(second, "k\n1", 20); got != wantLeft {
			t.Errorf("%s: %d left, want %d", name, got, wantLeft)
		}
		if got := spend(second, "k2", 1); got != 0 {
			t.Errorf("%s: an exhausted quota has %d left", name, got)
		}
	}
}

// FuzzRestore wants no panic and a journal that reads back what it wrote.
func FuzzRestore(f *testing.F) {
	f.Add([]byte("\"a\" \"b\" 0 0 1\n"))
	f.Add([]byte("\"a\" \"b\" 9 0 -1\n\"\n\" "))
	f.Fuzz(func(t *testing.T, journal []byte) {
		first := NewMemory()
		first.Restore(journal)
		written := first.AppendAll(nil)
		second := NewMemory()
		if unreadable := second.Restore(written); unreadable != 0 || second.Len() != first.Len() {
			t.Errorf("%d lines unreadable, %d of %d kept: %q", unreadable, second.Len(), first.Len(), written)
		}
	})
}

// BenchmarkSpend is a decision with four limits, all of one key: the worst case,
// every core wants the same cells.
func BenchmarkSpend(b *testing.B) {
	memory := NewMemory()
	charges := []Charge{
		{Limit: NewBucket("plan/p/pets", 1e9, 1e9), Subject: "key"},
		{Limit: NewBucket("plan/p", 1e9, 1e9), Subject: "key"},
		{Limit: NewQuota("plan/p", Quota{Limit: 1e11}), Subject: "key"},
		{Limit: NewBucket("stage/a/prod", 1e9, 1e9)},
	}
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		now := time.Now()
		for p.Next() {
			if memory.Spend(now, charges) != Passed {
				b.Error("refused")
				return
			}
		}
	})
}
