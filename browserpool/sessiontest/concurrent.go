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
		html += fmt.Sprintf(`<input id=f%[1]d value=old><textarea id=t%[1]d></textarea><button id=b%[1]d onclick="this.title += 'x'">%[1]d</button>`, i)
	}
	u, ctx := r.user(t), Within(t, patience)
	Must(t, u.Navigate(ctx, NewSite(t).Page(html)))
	var all []func(context.Context) error
	for i := range fields {
		field, text := fmt.Sprintf("#f%d", i), fmt.Sprintf("#t%d", i)
		all = append(all,
			func(ctx context.Context) error { return u.Fill(ctx, field, "new "+field) },
			func(ctx context.Context) error { return u.Fill(ctx, text, "more "+text) },
			func(ctx context.Context) error { return u.Click(ctx, fmt.Sprintf("#b%d", i)) },
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
			if clicked, _, err := u.GetAttribute(ctx, fmt.Sprintf("#b%d", i), "title"); err != nil || len(clicked) != round+1 {
				t.Errorf("round %d: button %d was clicked %d times, %v", round, i, len(clicked), err)
			}
		}
	}
}

func wantValue(t *testing.T, ctx context.Context, u browserpool.Session, selector, want string) {
	t.Helper()
	if got, err := u.InputValue(ctx, selector); err != nil || got != want {
		t.Errorf("%s holds %q, %v; want %q", selector, got, err, want)
	}
}
