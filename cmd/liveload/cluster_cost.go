package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/liveload/liveload/cluster/cost"
	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/sizing"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
)

const machinePriceFlag = "machine-price"

// prices reads what machines cost.
func (r *flagReader) prices() cost.Prices {
	prices, err := cost.ReadPrices(r.all(machinePriceFlag))
	if err != nil {
		r.refuse(machinePriceFlag, "%v", err)
	}
	return prices
}

// sizeOf is how large the machines of a provider are, as far as that is known.
func sizeOf(provider providers.Provider) providers.Size {
	if sized, ok := provider.(providers.Sized); ok {
		return sized.Size()
	}
	return providers.Size{}
}

// price is what a machine costs, nil when nobody has said it. It refuses prices that are all for other kinds.
func (s clusterSettings) price(provider providers.Provider) (*cost.Price, error) {
	kind := sizeOf(provider).Kind
	price := s.prices.Of(kind)
	if price == nil && len(s.prices) > 0 {
		have := "its machines are of kind " + kind
		if kind == "" {
			have = "it does not say of which kind its machines are"
		}
		return nil, &usageError{problem: fmt.Sprintf("--%s has a price for %s, but --%s %s has none of that: %s",
			machinePriceFlag, strings.Join(slices.Sorted(maps.Keys(s.prices)), ", "), clusterFlag, s.kind.Name, have)}
	}
	return price, nil
}

// counts says whether it matters how long machines are there.
func (s clusterSettings) counts() bool { return s.kind.Rented || len(s.prices) > 0 }

// costText says what n machines for a plan come to; "" where that does not matter.
func (s clusterSettings) costText(provider providers.Provider, p plan.Plan, n int) (string, error) {
	price, err := s.price(provider)
	if err != nil || !s.counts() {
		return "", err
	}
	lasts := p.Lasts()
	use := cost.Use{Time: time.Duration(n) * lasts, Users: peakUsers(p), Price: price}
	return fmt.Sprintf("%s%s for %v at most, once they have booted: %v", plan.Plural(n, "machine"), sizeText(sizeOf(provider)), lasts, use), nil
}

func sizeText(size providers.Size) string {
	text := ""
	if size.Kind != "" {
		text = " of kind " + size.Kind
	}
	var has []string
	if size.Cores > 0 {
		has = append(has, fmt.Sprintf("%g cores", size.Cores))
	}
	if size.Memory > 0 {
		has = append(has, sizing.Megabytes(size.Memory))
	}
	if len(has) > 0 {
		text += " (" + strings.Join(has, ", ") + " each)"
	}
	return text
}

// tellFirstCost says what the machines of a plan come to, where it is known before any of them runs.
func (f *formation) tellFirstCost(p plan.Plan) error {
	s := f.w.settings.cluster
	if s.sizing.grow && s.sizing.measured {
		_, err := s.price(f.provider)
		return err
	}
	return f.tellCost(p, s.nodes)
}

// tellCost says before the start what the machines of a plan come to, unless it has said so of as many.
func (f *formation) tellCost(p plan.Plan, n int) error {
	if n == f.told {
		return nil
	}
	text, err := f.w.settings.cluster.costText(f.provider, p, n)
	if text != "" {
		f.told = n
		f.w.log.Info("the run takes " + text)
	}
	return err
}

// used says what machines were used for since the last call, or their launch.
func (f *formation) used(batch []plan.Scenario) *metrics.Machines {
	s := f.w.settings.cluster
	if !s.counts() || f.machines == nil {
		return nil
	}
	now := time.Now()
	time, most := f.machines.Used(f.counted, now)
	f.counted = now
	m := &metrics.Machines{Most: most, Kind: sizeOf(f.provider).Kind, Users: sizing.NeedOf(batch).Users, UsedMS: time.Milliseconds()}
	if price, err := s.price(f.provider); err == nil && price != nil { // it was there at the start
		all, each := cost.Use{Time: time, Users: m.Users, Price: price}.Cost()
		m.Cost = &metrics.Cost{PerHour: price.PerHour, Currency: price.Currency, Total: all, PerThousandUsers: each}
	}
	return m
}
