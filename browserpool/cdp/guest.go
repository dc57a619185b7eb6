package cdp

// A guest is the other client of a browser, which believes to be alone with it.
type guest struct {
	Pipe
	out *outbox // what it is told
}

func newGuest(p Pipe) (*guest, error) {
	out, err := newOutbox(p.To)
	if err != nil {
		return nil, err
	}
	return &guest{p, out}, nil
}

// speak carries what the guest says to the browser, until either is gone. What refused has an answer to, the browser does not hear.
func (g *guest) speak(browser *sender, refused func(message []byte) (answer []byte)) {
	from := &scanner{from: g.From}
	for {
		message, whole, err := from.next()
		if err != nil || !whole {
			return
		}
		if answer := refused(message); answer != nil {
			g.out.add(answer)
			g.out.flush()
			continue
		}
		if browser.send(message[:len(message)+1]) != nil {
			return
		}
	}
}
