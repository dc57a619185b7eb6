package runner

import (
	"math"
	"testing"
	"time"
)

func TestConstantUsers(t *testing.T) {
	cases := []struct {
		shape   ConstantUsers
		elapsed time.Duration
		started int
		wait    time.Duration
		more    bool
	}{
		{ConstantUsers{Users: 3}, 0, 0, 0, true},
		{ConstantUsers{Users: 3}, 0, 2, 0, true},
		{ConstantUsers{Users: 3}, 0, 3, 0, false},
		{ConstantUsers{Users: 4, RampUp: 8 * time.Second}, 0, 0, 0, true},
		{ConstantUsers{Users: 4, RampUp: 8 * time.Second}, 500 * time.Millisecond, 1, 1500 * time.Millisecond, true},
		{ConstantUsers{Users: 4, RampUp: 8 * time.Second}, 7 * time.Second, 1, 0, true}, // late: catch up at once
		{ConstantUsers{Users: 4, RampUp: 8 * time.Second}, 0, 3, 6 * time.Second, true},
		{ConstantUsers{Users: math.MaxInt, RampUp: time.Hour}, 0, math.MaxInt / 2, 30 * time.Minute, true},
	}
	for _, c := range cases {
		wait, more := c.shape.Next(c.elapsed, c.started)
		if wait != c.wait || more != c.more {
			t.Errorf("%+v.Next(%v, %d) = %v, %v; want %v, %v", c.shape, c.elapsed, c.started, wait, more, c.wait, c.more)
		}
	}
}
