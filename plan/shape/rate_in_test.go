package shape

import (
	"math"
	"testing"
	"time"
)

func TestRateIn(t *testing.T) {
	for text, want := range map[string]int64{"10/s": 600, "0.1/s": 6, "1/7s": 8, "1/h": 0, "0/s": 0} {
		rate, err := ParseRate(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := rate.In(time.Minute); got != want {
			t.Errorf("%s is %d in a minute, want %d", text, got, want)
		}
	}
	if got := (Rate{1e9, 1}).In(time.Hour * 1000); got != math.MaxInt64 {
		t.Errorf("more than can be counted is %d", got)
	}
}
