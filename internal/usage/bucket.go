package usage

import "math"

// A bucket's state is one number, as in the generic cell rate algorithm: the
// moment, in nanoseconds since 1970, at which it will be full again. Taking a
// token moves that moment by the time a token takes to come back; a token is
// there as long as the moment stays within the bucket's capacity of now.

// never is longer than any process lives: what a token takes at a rate of 0.
const never = int64(math.MaxInt64 / 4)

// tokenInterval is the time in nanoseconds that one token takes to come back,
// rounded up: never faster than asked.
func tokenInterval(rate float64) int64 {
	if !(rate > 0) {
		return never
	}
	interval := math.Ceil(1e9 / rate)
	if interval >= float64(never) {
		return never
	}
	return max(int64(interval), 1)
}

// saturatingProduct is interval × count, at most never.
func saturatingProduct(interval, count int64) int64 {
	if count <= 0 {
		return 0
	}
	if interval > never/count {
		return never
	}
	return interval * count
}

// takeToken takes a token at a moment and gives the new state, or the old one and
// false.
func takeToken(state, now, interval, capacity int64) (int64, bool) {
	if capacity < interval {
		return state, false
	}
	base := max(state, now)
	if base-now > capacity {
		// The clock went back, or the limit was lowered: the bucket begins with one
		// token, instead of being shut until the clock has caught up.
		base = now + capacity - interval
	}
	next := base + interval
	if next-now > capacity {
		return state, false
	}
	return next, true
}
