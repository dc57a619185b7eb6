package shape

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
)

func TestParseRate(t *testing.T) {
	for text, want := range map[string]Rate{
		"10/s": {10, time.Second}, " 600 / m ": {600, time.Minute}, "0.5/s": {1, 2 * time.Second}, "2.5/s": {5, 2 * time.Second},
		"1/500ms": {1, 500 * time.Millisecond}, "0/s": {0, time.Second}, "7/1m30s": {7, 90 * time.Second}, "3/h": {3, time.Hour},
	} {
		if got, err := ParseRate(text); err != nil || got != want {
			t.Errorf("ParseRate(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"10": "does not say in which time", "10/week": "is not a rate", "-1/s": "is not a rate", "/s": "is not a rate", "1e9/s": "is not a rate",
		"10/0s": "is not a rate", "9999999999/s": "that can be used", "0.0000000001/9999h": "that can be used", "ten/s": "write for example 10/s",
	} {
		if got, err := ParseRate(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseRate(%q) = %v, %v; want an error with %q", text, got, err, want)
		}
	}
}

func TestShare(t *testing.T) {
	for _, c := range []struct {
		rate        string
		part, whole int
		want        string
	}{{"10/s", 70, 100, "7/s"}, {"1/s", 1, 3, "1/3s"}, {"10/s", 1, 3, "10/3s"}, {"0/s", 1, 3, "0/s"}} {
		rate, _ := ParseRate(c.rate)
		if got := rate.Share(c.part, c.whole).String(); got != c.want {
			t.Errorf("%d/%d of %s = %s, want %s", c.part, c.whole, c.rate, got, c.want)
		}
	}
	slow := Rate{1, 100000 * time.Hour}.Share(1, 1000000)
	if slow.Per <= 0 || slow.Count != 1 {
		t.Errorf("a part of a very slow rate is %+v", slow)
	}
}

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

func FuzzParseRate(f *testing.F) {
	for _, seed := range []string{"10/s", "0.5/s", "1/500ms", "1/3s", "", "/", "1//s", "1.2.3/s", ".5/m", "5./m"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rate, err := ParseRate(text)
		if err != nil {
			return
		}
		again, err := ParseRate(rate.String())
		if err != nil || again != rate {
			t.Errorf("ParseRate(%q) = %v, read back as %v, %v", text, rate, again, err)
		}
		text2, err := json.Marshal(rate)
		if err != nil || rate.Count < 0 || rate.Per <= 0 {
			t.Errorf("ParseRate(%q) = %+v, %s, %v", text, rate, text2, err)
		}
	})
}
