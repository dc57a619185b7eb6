package evidence

import (
	"context"
	"fmt"
	"strings"

	"github.com/liveload/liveload/browserpool"
)

func page(ctx context.Context, session browserpool.Session) []byte {
	ctx, cancel := context.WithTimeout(ctx, htmlPatience)
	defer cancel()
	html, err := session.PageContent(ctx)
	if err != nil {
		return nil
	}
	return []byte(html)
}

// frames returns the last messages between page and server, one a line, nil when there are none.
func frames(ctx context.Context, session browserpool.Session) []byte {
	ctx, cancel := context.WithTimeout(ctx, framesPatience)
	defer cancel()
	last, err := session.LastFrames(ctx)
	if err != nil {
		return nil
	}
	var text strings.Builder
	url := ""
	for _, f := range last {
		if f.URL != url {
			url = f.URL
			fmt.Fprintf(&text, "%s\n", url)
		}
		direction := "received"
		if f.Sent {
			direction = "sent    "
		}
		fmt.Fprintf(&text, "%s %s %6d bytes  %s\n", f.Time.Format("15:04:05.000"), direction, f.Bytes, f.Text)
	}
	return []byte(text.String())
}

func consoleText(messages []browserpool.ConsoleMessage) []byte {
	var text strings.Builder
	for _, m := range messages {
		fmt.Fprintf(&text, "%s %-7s %s", m.Time.Format("15:04:05.000"), m.Level, m.Text)
		if m.URL != "" {
			fmt.Fprintf(&text, "  (%s)", m.URL)
		}
		text.WriteByte('\n')
	}
	return []byte(text.String())
}
