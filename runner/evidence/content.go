package evidence

import (
	"context"
	"fmt"
	"strings"

	"github.com/liveload/liveload/browserpool"
)

func page(ctx context.Context, session browserpool.Session) string {
	ctx, cancel := context.WithTimeout(ctx, htmlPatience)
	defer cancel()
	html, err := session.PageContent(ctx)
	if err != nil {
		return ""
	}
	return html
}

// frames returns the last messages between page and server, one a line, "" when there are none.
func (s *Store) frames(ctx context.Context, session browserpool.Session) string {
	ctx, cancel := context.WithTimeout(ctx, framesPatience)
	defer cancel()
	last, err := session.LastFrames(ctx)
	if err != nil {
		return ""
	}
	var text strings.Builder
	url := ""
	for _, f := range last {
		if f.URL != url {
			url = f.URL
			fmt.Fprintf(&text, "%s\n", s.opts.Secrets.Text(url))
		}
		direction := "received"
		if f.Sent {
			direction = "sent    "
		}
		fmt.Fprintf(&text, "%s %s %6d bytes  %s\n", f.Time.Format("15:04:05.000"), direction, f.Bytes, s.opts.Secrets.Text(f.Text))
	}
	return text.String()
}

func (s *Store) consoleText(messages []browserpool.ConsoleMessage) string {
	var text strings.Builder
	for _, m := range messages {
		fmt.Fprintf(&text, "%s %-7s %s", m.Time.Format("15:04:05.000"), m.Level, s.opts.Secrets.Text(m.Text))
		if m.URL != "" {
			fmt.Fprintf(&text, "  (%s)", s.opts.Secrets.Text(m.URL))
		}
		text.WriteByte('\n')
	}
	return text.String()
}
