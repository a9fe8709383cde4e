package usage

import "time"

// Period is UsagePlan.quota.period. All periods are those of UTC.
type Period uint8

// The periods.
const (
	Day Period = iota
	// Week starts on Sundays.
	Week
	// Month starts on the first.
	Month
)

// ParsePeriod reads DAY, WEEK or MONTH.
func ParsePeriod(text string) (Period, bool) {
	switch text {
	case "DAY":
		return Day, true
	case "WEEK":
		return Week, true
	case "MONTH":
		return Month, true
	default:
		return Day, false
	}
}

// Quota is UsagePlan.quota: so many requests a period.
type Quota struct {
	// Limit is the number of requests in a period.
	Limit int64
	// Offset is subtracted from Limit in the first period that is counted.
	Offset int64
	Period Period
}

const daySeconds = 24 * 60 * 60

// Number counts the periods since 1970: two moments with the same number lie in
// the same period.
func (p Period) Number(moment time.Time) int64 { return p.number(moment.UnixNano()) }

func (p Period) number(now int64) int64 {
	days := floorDiv(now, daySeconds*int64(time.Second))
	switch p {
	case Week:
		// 1970 began on a Thursday, four days into a week.
		return floorDiv(days+4, 7)
	case Month:
		date := time.Unix(0, now).UTC()
		return int64(date.Year()-1970)*12 + int64(date.Month()) - 1
	default:
		return days
	}
}

func floorDiv(a, b int64) int64 {
	quotient := a / b
	if a%b < 0 {
		quotient--
	}
	return quotient
}

// A quota's state is one number too: the period's number, whether it is the
// first, and how much was used in it.
const (
	usedBits  = 39
	usedMask  = 1<<usedBits - 1
	firstFlag = 1 << usedBits
	periodAt  = usedBits + 1
)

// take counts one request at a moment and gives the new state, or the old one and
// false. State 0 was never used.
func (q *Quota) take(state, now int64) (int64, bool) {
	period := q.Period.number(now)
	limit := q.Limit
	switch {
	case state == 0:
		state = period<<periodAt | firstFlag
	case state>>periodAt != period:
		state = period << periodAt
	}
	if state&firstFlag != 0 {
		limit -= q.Offset
	}
	if state&usedMask >= limit {
		return state, false
	}
	return state + 1, true
}

// refundQuota takes back a request that was counted with the state taken. When a
// new period has begun since, there is nothing to take back.
func refundQuota(state, taken int64) int64 {
	if state>>periodAt != taken>>periodAt || state&usedMask == 0 {
		return state
	}
	return state - 1
}

// used is how much of a quota is spent in the period of a moment.
func (q *Quota) used(state, now int64) int64 {
	if state == 0 || state>>periodAt != q.Period.number(now) {
		return 0
	}
	return state & usedMask
}
