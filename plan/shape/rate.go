package shape

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// A Rate is how often something happens: Count times in Per. As text, and in JSON, it is '10/s',
// '600/m' or '1/500ms'. It is exact, so that no iteration is lost to rounding.
type Rate struct {
	Count int64
	Per   time.Duration
}

// perUnits are the words for a Per of one.
var perUnits = []struct {
	word string
	per  time.Duration
}{{"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}, {"ms", time.Millisecond}}

// mostCount keeps all arithmetic far from overflow.
const mostCount = 1e9

// ParseRate reads text such as "10/s", "600/m", "0.5/s" or "1/500ms".
func ParseRate(text string) (Rate, error) {
	wrong := func(why string) (Rate, error) {
		return Rate{}, fmt.Errorf("%q is not a rate%s: write for example 10/s, 600/m or 1/500ms", text, why)
	}
	count, unit, ok := strings.Cut(strings.TrimSpace(text), "/")
	if !ok {
		return wrong(", since it does not say in which time")
	}
	per, ok := parsePer(strings.TrimSpace(unit))
	if !ok {
		return wrong("")
	}
	amount := strings.TrimSpace(count)
	if len(amount) > 20 || strings.Trim(amount, "0123456789.") != "" {
		return wrong("")
	}
	exact, ok := new(big.Rat).SetString(amount)
	if !ok {
		return wrong("")
	}
	whole := exact.Num()
	length := new(big.Int).Mul(big.NewInt(int64(per)), exact.Denom())
	if !whole.IsInt64() || whole.Int64() > mostCount || !length.IsInt64() {
		return wrong(" that can be used")
	}
	return Rate{Count: whole.Int64(), Per: time.Duration(length.Int64())}, nil
}

func parsePer(unit string) (time.Duration, bool) {
	for _, u := range perUnits {
		if unit == u.word {
			return u.per, true
		}
	}
	per, err := time.ParseDuration(unit)
	return per, err == nil && per > 0
}

// String is the text that ParseRate reads.
func (r Rate) String() string {
	for _, u := range perUnits {
		if r.Per == u.per {
			return strconv.FormatInt(r.Count, 10) + "/" + u.word
		}
	}
	return strconv.FormatInt(r.Count, 10) + "/" + r.Per.String()
}

// MarshalText writes what String returns.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what ParseRate reads.
func (r *Rate) UnmarshalText(text []byte) (err error) {
	*r, err = ParseRate(string(text))
	return err
}

// PerSecond is the rate as a number, for people and estimates.
func (r Rate) PerSecond() float64 {
	if r.Per <= 0 {
		return 0
	}
	return float64(r.Count) / r.Per.Seconds()
}

// In is how many whole events the rate makes in a time.
func (r Rate) In(per time.Duration) int64 {
	events := new(big.Rat).Mul(r.exact(), new(big.Rat).SetInt64(int64(per)))
	whole := new(big.Int).Quo(events.Num(), events.Denom())
	if !whole.IsInt64() {
		return math.MaxInt64
	}
	return whole.Int64()
}

// Share is the rate times part/whole, exactly.
func (r Rate) Share(part, whole int) Rate {
	if r.Count == 0 || part == whole {
		return r
	}
	exact := new(big.Rat).SetFrac64(r.Count*int64(part), int64(whole))
	length := new(big.Int).Mul(exact.Denom(), big.NewInt(int64(r.Per)))
	if !length.IsInt64() { // one in many years: rounded to nanoseconds
		per := float64(r.Per) / float64(r.Count) * float64(whole) / float64(part)
		return Rate{Count: 1, Per: time.Duration(min(per, math.MaxInt64/2))}
	}
	return Rate{Count: exact.Num().Int64(), Per: time.Duration(length.Int64())}
}

// exact is the rate in events for each nanosecond.
func (r Rate) exact() *big.Rat {
	if r.Count == 0 {
		return new(big.Rat)
	}
	return new(big.Rat).SetFrac64(r.Count, int64(r.Per))
}
