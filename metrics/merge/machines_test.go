package merge

import (
	"reflect"
	"testing"

	"github.com/liveload/liveload/metrics"
)

// TestMachines: what runs used beside each other is added, also the money when it is of one currency.
func TestMachines(t *testing.T) {
	of := func(kind, currency string, perHour, total float64) part {
		return part{Result: &metrics.Result{Machines: &metrics.Machines{
			Most: 2, Kind: kind, Users: 500, UsedMS: 60_000, Cost: &metrics.Cost{PerHour: perHour, Currency: currency, Total: total, PerThousandUsers: 2 * total},
		}}}
	}
	nothing := part{Result: &metrics.Result{}}
	for name, test := range map[string]struct {
		parts []part
		want  *metrics.Machines
	}{
		"none":           {[]part{nothing, nothing}, nil},
		"one of two":     {[]part{nothing, of("large", "EUR", 1, 3)}, of("large", "EUR", 1, 3).Machines},
		"of one kind":    {[]part{of("large", "EUR", 1, 3), of("large", "EUR", 1, 5)}, &metrics.Machines{Most: 4, Kind: "large", Users: 1000, UsedMS: 120_000, Cost: &metrics.Cost{PerHour: 1, Currency: "EUR", Total: 8, PerThousandUsers: 8}}},
		"of two kinds":   {[]part{of("large", "EUR", 1, 3), of("small", "EUR", 2, 5)}, &metrics.Machines{Most: 4, Users: 1000, UsedMS: 120_000, Cost: &metrics.Cost{Currency: "EUR", Total: 8, PerThousandUsers: 8}}},
		"two currencies": {[]part{of("large", "EUR", 1, 3), of("large", "$", 1, 5)}, &metrics.Machines{Most: 4, Kind: "large", Users: 1000, UsedMS: 120_000}},
	} {
		if got := machines(test.parts); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}
