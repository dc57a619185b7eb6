package cost

import (
	"fmt"
	"time"
)

// A Use is what machines are used for, or will be.
type Use struct {
	Time  time.Duration // of all machines together
	Users int           // at once at most
	Price *Price        // of a machine; nil when nobody has said one
}

// Cost returns what the use costs, and what it comes to for 1,000 users; 0 without a price.
func (u Use) Cost() (all, perThousand float64) {
	if u.Price == nil {
		return 0, 0
	}
	all = u.Price.Of(u.Time)
	if u.Users > 0 {
		perThousand = all * 1000 / float64(u.Users)
	}
	return all, perThousand
}

// String says what was used, and what it costs where that is known.
func (u Use) String() string {
	text := minutes(u.Time.Minutes()) + " machine-minutes"
	if u.Price == nil {
		if u.Users > 0 {
			text += fmt.Sprintf(", %s for 1,000 users at once", minutes(u.Time.Minutes()*1000/float64(u.Users)))
		}
		return text
	}
	all, perThousand := u.Cost()
	text += fmt.Sprintf(" at %v: %s", u.Price, Money(all, u.Price.Currency))
	if u.Users > 0 {
		text += fmt.Sprintf(", %s for 1,000 users at once", Money(perThousand, u.Price.Currency))
	}
	return text
}

// minutes writes a number of minutes, of which little ones have a second decimal.
func minutes(n float64) string {
	if n < 1 {
		return fmt.Sprintf("%.2f", n)
	}
	return fmt.Sprintf("%.1f", n)
}
