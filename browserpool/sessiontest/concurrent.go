package sessiontest

import (
	"context"
	"fmt"
	"testing"

	"github.com/liveload/liveload/browserpool"
)

// testSideBySide: operations of one user that run at the same time do not disturb each other.
func testSideBySide(t *testing.T, r *rig) {
	t.Parallel()
	const fields = 6
	html := ""
	for i := range fields {
		html += fmt.Sprintf(`<input id=f%[1]d value=old><textarea id=t%[1]d></textarea><button id=b%[1]d onclick="this.title += 'x'">%[1]d</button>
			<button id=d%[1]d onclick="this.title += 'x'" ondblclick="this.name += 'x'">%[1]d</button>`, i)
	}
	u, ctx := r.user(t), Within(t, patience)
	Must(t, Moved(u.Navigate(ctx, NewSite(t).Page(html))))
	var all []func(context.Context) error
	for i := range fields {
		field, text := fmt.Sprintf("#f%d", i), fmt.Sprintf("#t%d", i)
		all = append(all,
			func(ctx context.Context) error { return u.Fill(ctx, field, "new "+field) },
			func(ctx context.Context) error { return u.Fill(ctx, text, "more "+text) },
			func(ctx context.Context) error { return u.Click(ctx, fmt.Sprintf("#b%d", i)) },
			func(ctx context.Context) error { return u.DblClick(ctx, fmt.Sprintf("#d%d", i)) },
		)
	}
	for round := range 5 {
		failed := make(chan error, len(all))
		for _, do := range all {
			go func() { failed <- do(ctx) }()
		}
		for range all {
			Must(t, <-failed)
		}
		for i := range fields {
			field, text := fmt.Sprintf("#f%d", i), fmt.Sprintf("#t%d", i)
			wantValue(t, ctx, u, field, "new "+field)
			wantValue(t, ctx, u, text, "more "+text)
			wantTimes(t, ctx, u, fmt.Sprintf("#b%d", i), "title", round+1)
			wantTimes(t, ctx, u, fmt.Sprintf("#d%d", i), "title", 2*(round+1))
			wantTimes(t, ctx, u, fmt.Sprintf("#d%d", i), "name", round+1)
		}
	}
}

// wantTimes wants an event as often as it has lengthened an attribute.
func wantTimes(t *testing.T, ctx context.Context, u browserpool.Session, selector, attribute string, want int) {
	t.Helper()
	if events, _, err := u.GetAttribute(ctx, selector, attribute); err != nil || len(events) != want {
		t.Errorf("%s has %d events in its %s, %v; want %d", selector, len(events), attribute, err, want)
	}
}

func wantValue(t *testing.T, ctx context.Context, u browserpool.Session, selector, want string) {
	t.Helper()
	if got, err := u.InputValue(ctx, selector); err != nil || got != want {
		t.Errorf("%s holds %q, %v; want %q", selector, got, err, want)
	}
}
