package pages

import "github.com/liveload/liveload/examples/demo/liveview"

// misbehaving are the pages that do something which a load test should find, each one thing.
func misbehaving() []page {
	crowded, unsteady, room, browsers := newVisitors(), newVisitors(), newVisitors(), newVisits()
	return []page{
		{"/misbehaving/crowd", "an event that takes 10 ms for each connected visitor", func() liveview.View { return &crowd{visitors: crowded} }},
		{"/misbehaving/search", "an input without debounce", func() liveview.View { return &search{} }},
		{"/misbehaving/report", "an event that is answered with 150 kB", func() liveview.View { return &report{} }},
		{"/misbehaving/ticker", "100 kB pushed twice a second", func() liveview.View { return &ticker{} }},
		{"/misbehaving/unstable", "a button that cuts the connections of all its visitors", func() liveview.View { return &unstable{visitors: unsteady} }},
		{"/misbehaving/flaky", "a view that crashes soon after each join", func() liveview.View { return &flaky{} }},
		{"/misbehaving/cold", "a first join that takes 1.5 s, and fast ones after it", func() liveview.View { return &cold{visits: browsers} }},
		{"/misbehaving/full", "room for 10 visitors; others are turned away", func() liveview.View { return &full{visitors: room} }},
		{"/misbehaving/busy", "a page that works for 400 ms before it shows a change", func() liveview.View { return &busy{} }},
	}
}
