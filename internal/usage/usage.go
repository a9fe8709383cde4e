// Package usage is the arithmetic of limits: token buckets and quotas, and the
// rule that one request spends of every limit that applies or of none. It has no
// clock of its own (the time is an argument), knows no API, key or plan beyond
// their names, and does no I/O: its journal is bytes that somebody else keeps.
//
// AWS calls its own limits "best-effort"; these are exact in one process. In any
// window of w seconds a bucket lets through at most burst + rate·w requests, and
// a quota at most its limit a period.
package usage

import "time"

// Limit is one limit, ready to be applied. It never changes; what was spent of it
// is the Source's to know, by name, so that a Limit made anew goes on counting.
type Limit struct {
	// Name identifies the limit among all of its kind, such as "plan/abc123".
	Name string
	kind kind
	// A bucket's: nanoseconds a token takes to come back, and how far its state may
	// run ahead of the clock.
	interval, capacity int64
	// A quota's.
	quota Quota
}

type kind uint8

const (
	bucketKind kind = iota
	quotaKind
)

// NewBucket makes the limit of a token bucket: rate tokens a second flow into a
// bucket that holds burst (AWS's rateLimit and burstLimit). A rate or a burst of
// 0 lets nothing through.
func NewBucket(name string, rate float64, burst int64) *Limit {
	interval := tokenInterval(rate)
	if interval == never {
		burst = 0
	}
	return &Limit{Name: name, kind: bucketKind, interval: interval, capacity: saturatingProduct(interval, burst)}
}

// NewQuota makes the limit of a quota.
func NewQuota(name string, quota Quota) *Limit {
	return &Limit{Name: name, kind: quotaKind, quota: quota}
}

// IsQuota tells a quota from a bucket.
func (l *Limit) IsQuota() bool { return l.kind == quotaKind }

// Charge is a limit and whose share of it is meant, such as an API key's id; a
// limit that all share has the empty subject.
type Charge struct {
	Limit   *Limit
	Subject string
}

// MaxCharges is how many limits may apply to one request.
const MaxCharges = 8

// Passed is what Spend answers when every limit had something left.
const Passed = -1

// Source keeps what was spent.
type Source interface {
	// Spend takes one request's worth of every charge, or of none: then it gives
	// the index of the first that had nothing left, else Passed. Callers order
	// charges by AWS's order, narrowest first, at most MaxCharges.
	Spend(now time.Time, charges []Charge) int
}

// take gives the state after one request, and whether the limit allows it.
func (l *Limit) take(state, now int64) (int64, bool) {
	if l.kind == quotaKind {
		return l.quota.take(state, now)
	}
	return takeToken(state, now, l.interval, l.capacity)
}

// refund gives the state without a request that take let through.
func (l *Limit) refund(state, taken int64) int64 {
	if l.kind == quotaKind {
		return refundQuota(state, taken)
	}
	return state - l.interval
}
