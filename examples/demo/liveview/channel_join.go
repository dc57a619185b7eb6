package liveview

import (
	"errors"
	"fmt"
)

// joinInfo is what a join says about its history.
type joinInfo struct{ redirect, rejoin bool }

var errTooManyPatches = errors.New("push patch: more than 10 patches in a row")

// mount runs Mount and HandleParams and answers the join.
func (ch *channel) mount(join joinInfo) {
	s := ch.socket
	var rendered []byte
	var patch *navigation
	err := guard(func() error {
		ch.mounted = true
		if err := ch.view.Mount(s); err != nil {
			return err
		}
		ch.signal(Mounted, true)
		var err error
		if patch, err = ch.followPatches(s.uri != nil && s.nav == nil); err != nil || s.nav != nil {
			return err
		}
		rendered, err = ch.diff()
		return err
	})
	if err != nil {
		ch.conn.ep.logger.Warn("view crashed at mount", "page", s.page, "error", err)
		ch.signal(Crashed, true)
		ch.refuse([]byte(`{"reason":"join crashed"}`))
		return
	}
	if s.nav != nil {
		ch.signalNavigation(s.nav)
		ch.refuse(object(field{s.nav.event(), s.nav.json(s.flashToken())}))
		return
	}
	ch.conn.ep.signal(Signal{Kind: Joined, Label: s.page, Nested: !s.main,
		Redirect: join.redirect && !join.rejoin, Rejoin: join.rejoin})
	response := object(field{"rendered", rendered}, field{"liveview_version", ch.conn.ep.versionJSON}, patchField(patch))
	ch.conn.send(replyFrame(ch.joinRef, ch.joinRef, ch.topic, "ok", response))
}

func patchField(patch *navigation) field {
	if patch == nil {
		return field{}
	}
	return field{"live_patch", patch.json("")}
}

// followPatches runs HandleParams for the URL (when params is set) and again for each PushPatch. It
// returns the last patch; any other navigation stays in the socket.
func (ch *channel) followPatches(params bool) (*navigation, error) {
	s := ch.socket
	var patch *navigation
	for range 10 {
		if s.nav != nil && s.nav.kind == navPatch {
			patch, s.nav = s.nav, nil
			ch.signalNavigation(patch)
			uri, err := s.uri.Parse(patch.to)
			if err != nil {
				return nil, fmt.Errorf("push patch to %q: %w", patch.to, err)
			}
			s.setURI(uri)
			params = true
		}
		if !params {
			return patch, nil
		}
		params = false
		if err := ch.view.HandleParams(s, s.uri); err != nil {
			return nil, err
		}
		if s.nav == nil || s.nav.kind != navPatch {
			return patch, nil
		}
	}
	return nil, errTooManyPatches
}

// refuse answers the join with an error and ends the view.
func (ch *channel) refuse(response []byte) {
	ch.signal(JoinRefused, false)
	ch.conn.send(replyFrame(ch.joinRef, ch.joinRef, ch.topic, "error", response))
	ch.stop()
}
