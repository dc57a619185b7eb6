package plan

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// A Duration is a time span that people write: '5m', '1m30s', '500ms', or in a script a number of
// milliseconds. In JSON it is the text form.
type Duration time.Duration

func (d Duration) String() string { return time.Duration(d).String() }

// MarshalJSON writes the text form.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON reads the text form or a number of milliseconds.
func (d *Duration) UnmarshalJSON(data []byte) error {
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	parsed, err := DurationOf(v)
	if err != nil {
		return err
	}
	*d = Duration(parsed)
	return nil
}

// ParseDuration reads text such as "5m", "1m30s" or "500ms". A bare number is refused, since a
// reader cannot tell seconds from milliseconds; "0" alone is fine.
func ParseDuration(text string) (time.Duration, error) {
	trimmed := strings.TrimSpace(text)
	d, err := time.ParseDuration(trimmed)
	if err != nil {
		if _, numErr := strconv.ParseFloat(trimmed, 64); numErr == nil {
			return 0, fmt.Errorf("%q has no unit: write %ss for seconds or %sms for milliseconds", text, trimmed, trimmed)
		}
		return 0, fmt.Errorf("%q is not a duration: write for example 5m, 1m30s or 500ms", text)
	}
	if d < 0 {
		return 0, fmt.Errorf("%q is negative: a duration starts at 0", text)
	}
	return d, nil
}

// DurationOf reads a script's value: a number of milliseconds or text as ParseDuration takes it.
func DurationOf(v any) (time.Duration, error) {
	switch v := v.(type) {
	case string:
		return ParseDuration(v)
	case int:
		return milliseconds(float64(v))
	case int64:
		return milliseconds(float64(v))
	case float64:
		return milliseconds(v)
	}
	return 0, fmt.Errorf("%s is not a duration: write for example '5m', '1m30s', '500ms' or a number of milliseconds", show(v))
}

func milliseconds(ms float64) (time.Duration, error) {
	const most = float64(math.MaxInt64 / int64(time.Millisecond))
	if math.IsNaN(ms) || ms < 0 || ms >= most {
		return 0, fmt.Errorf("%v is not a usable number of milliseconds: write a number from 0 up, or text such as '5m'", ms)
	}
	return time.Duration(ms * float64(time.Millisecond)), nil
}

// show renders a script's value for an error message.
func show(v any) string {
	var text strings.Builder
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Sprintf("%v", v)
	}
	return strings.TrimSuffix(text.String(), "\n")
}
