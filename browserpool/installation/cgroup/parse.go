package cgroup

import (
	"strconv"
	"strings"
)

// unlimited is where version 1's "no limit" begins: it says so with a number near 2^63.
const unlimited = int64(1) << 60

// parseLimit reads a number of bytes or processes; "max" and version 1's huge numbers are no limit.
func parseLimit(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n >= unlimited {
		return 0, false
	}
	return n, true
}

// parseQuota reads "quota period", both in microseconds, as processors; "max" and -1 are no limit.
func parseQuota(text string) (float64, bool) {
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return 0, false
	}
	quota, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil || quota <= 0 {
		return 0, false
	}
	period, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil || period <= 0 {
		return 0, false
	}
	return float64(quota) / float64(period), true
}
