package plan

import (
	"encoding/json"
	"slices"

	"github.com/liveload/liveload/redact"
)

// Tell tells a redactor the secrets of the scenario: those that were given, and those of its options and of what setup has returned
// that have the name or the place of one.
func (p *Scenario) Tell(r *redact.Redactor) {
	for _, key := range p.Secrets {
		r.Give(p.Config[key])
	}
	r.LearnNamed(p.Config)
	r.LearnNamed(p.Tags)
	r.LearnNamed(plain(p.Context))
	if len(p.Data) > 0 {
		r.LearnNamed(plain(p.Data))
	}
}

// plain is a copy through JSON: what a script exports may hold values that others cannot. It is nil when there is no JSON
// of it.
func plain(v any) (copied any) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	_ = json.Unmarshal(text, &copied) // it was written just now
	return copied
}

// shownTexts are texts without secrets, as far as names, places, and the list of keys say so.
func shownTexts(texts map[string]string, secrets []string) map[string]string {
	shown := make(map[string]string, len(texts))
	for key, value := range texts {
		switch {
		case value != "" && (redact.IsSecret(key) || slices.Contains(secrets, key)):
			shown[key] = redact.Hidden
		default:
			shown[key] = redact.Text(value)
		}
	}
	return shown
}
