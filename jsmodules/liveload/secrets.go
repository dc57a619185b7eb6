package liveload

import "github.com/liveload/liveload/redact"

// Secrets learns what the script sets that nothing may show; it may be nil, which takes everything.
func (u *ScriptUser) Secrets() *redact.Redactor { return u.opts.Secrets }

// learn notes which arguments are secrets: what is typed into a field that is called like one, and what an argument or a storage calls so.
func (x *execution) learn() {
	switch {
	case x.op.secret && secretField.MatchString(x.args.text(0)):
		x.secrets.Learn(x.args.text(1))
	case x.op.hides:
		if left := mostShown; !exceedsPlain(x.args.values[1], &left) {
			x.secrets.LearnNamed(x.args.values[1])
		}
	case x.op.name == "restoreStorage":
		x.learnStorage(x.args.values[0])
	}
}

// learnStorage notes what a session has stored, which the script now has too.
func (x *execution) learnStorage(storage any) {
	x.secrets.LearnNamed(map[string]any{"storageState": storage})
}
