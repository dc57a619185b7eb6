package liveview

// leaveFor tells the client to go elsewhere and ends the view.
func (ch *channel) leaveFor(ref string, nav *navigation) {
	ch.signalNavigation(nav)
	target := nav.json(ch.socket.flashToken())
	if ref == "" {
		ch.push(nav.event(), target)
	} else {
		ch.reply(ref, object(field{nav.event(), target}))
	}
	ch.closed("phx_close")
	ch.stop()
}

// crash ends the view; the client sees the channel error and joins again.
func (ch *channel) crash(err error) {
	ch.conn.ep.logger.Warn("view crashed", "page", ch.socket.page, "error", err)
	ch.signal(Crashed, true)
	ch.closed("phx_error")
	ch.stop()
}

// closed announces the end of the channel and of its uploads.
func (ch *channel) closed(event string) {
	for _, topic := range ch.conn.dropUploads(ch) {
		ch.conn.send(pushFrame(topic.joinRef, topic.joinRef, topic.name, event, []byte("{}")))
	}
	ch.conn.send(pushFrame(ch.joinRef, ch.joinRef, ch.topic, event, []byte("{}")))
}

// stop ends the view from within: nothing is handled any more.
func (ch *channel) stop() {
	ch.stopped = true
	ch.conn.forget(ch)
	ch.shutdown()
}

// shutdown ends the view from outside or within; the message that is running finishes first.
func (ch *channel) shutdown() {
	ch.mailbox.close(func() {
		ch.stopped = true
		if ch.mounted {
			if err := guard(func() error { ch.view.Terminate(ch.socket); return nil }); err != nil {
				ch.conn.ep.logger.Warn("view crashed at its end", "page", ch.socket.page, "error", err)
			}
		}
		ch.conn.ep.running.Done()
	})
}

// leave ends the view after the messages that are already queued, and answers the client.
func (ch *channel) leave(ref string) {
	ch.mailbox.post(nil, func() {
		if ch.stopped {
			return
		}
		ch.reply(ref, []byte("{}"))
		ch.closed("phx_close")
		ch.stopped = true
		ch.shutdown()
	})
}
