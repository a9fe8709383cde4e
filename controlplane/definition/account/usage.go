package account

import (
	"strconv"
	"time"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

const (
	// DateFormat is how usage writes days.
	DateFormat = "2006-01-02"
	// maxUsageDays is the longest range that GetUsage answers.
	maxUsageDays = 90
	day          = 24 * time.Hour
)

// RemainingOverride is what UpdateUsage set: how many calls a key may still make
// in the period of a plan's quota that holds SetAt.
type RemainingOverride struct {
	UsagePlanID string    `json:"usagePlanId"`
	KeyID       string    `json:"keyId"`
	Remaining   int64     `json:"remaining"`
	SetAt       time.Time `json:"setAt"`
}

// ParseRemaining reads the value of UpdateUsage's only patch.
func ParseRemaining(value string) (int64, error) {
	remaining, err := strconv.ParseInt(value, 10, 32)
	if err != nil || remaining < 0 {
		return 0, awserror.BadRequestf("Invalid remaining value specified: %s", value)
	}
	return remaining, nil
}

// Holds says whether the override still holds on a day, for a quota's period in
// UTC: DAY, WEEK from Monday, or MONTH.
func (o *RemainingOverride) Holds(on time.Time, period string) bool {
	return !on.Before(o.SetAt.UTC().Truncate(day)) && periodStart(on, period).Equal(periodStart(o.SetAt, period))
}

func periodStart(on time.Time, period string) time.Time {
	on = on.UTC()
	midnight := time.Date(on.Year(), on.Month(), on.Day(), 0, 0, 0, 0, time.UTC)
	switch period {
	case "WEEK":
		return midnight.AddDate(0, 0, -(int(midnight.Weekday())+6)%7)
	case "MONTH":
		return midnight.AddDate(0, 0, 1-midnight.Day())
	default:
		return midnight
	}
}

// UsageDays reads GetUsage's range and lists its days, at midnight UTC.
func UsageDays(start, end string) ([]time.Time, error) {
	first, err := time.Parse(DateFormat, start)
	if err != nil {
		return nil, awserror.NewBadRequest("Invalid start date specified, expected format: YYYY-MM-DD")
	}
	last, err := time.Parse(DateFormat, end)
	if err != nil {
		return nil, awserror.NewBadRequest("Invalid end date specified, expected format: YYYY-MM-DD")
	}
	count := int(last.Sub(first)/day) + 1
	switch {
	case count < 1:
		return nil, awserror.NewBadRequest("Start date must not be after end date")
	case count > maxUsageDays:
		return nil, awserror.BadRequestf("The date range must not be longer than %d days", maxUsageDays)
	}
	days := make([]time.Time, count)
	for i := range days {
		days[i] = first.AddDate(0, 0, i)
	}
	return days, nil
}

// UsageRows gives used and remaining calls of each day: what the quota leaves in
// the period that the day is in, or what an override, which may be nil, does.
func UsageRows(quota *QuotaSettings, override *RemainingOverride, days []time.Time, used []int64) [][]int64 {
	rows := make([][]int64, len(days))
	var remaining int64
	overridden := false
	for i, day := range days {
		if i == 0 || !periodStart(day, quota.Period).Equal(periodStart(days[i-1], quota.Period)) {
			remaining = int64(quota.Limit)
		}
		remaining = max(0, remaining-used[i])
		if override != nil && !overridden && override.Holds(day, quota.Period) {
			remaining, overridden = override.Remaining, true
		}
		rows[i] = []int64{used[i], remaining}
	}
	return rows
}
