package awstest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Policy is what an identity may do, as IAM has it.
type Policy struct {
	Version   string
	Statement []Statement
}

// A Statement of a policy allows actions on resources.
type Statement struct {
	Sid      string
	Effect   string
	Action   []string
	Resource []string
}

// ReadPolicy reads a policy. What this AWS does not judge, such as conditions, is an error.
func ReadPolicy(text string) (p Policy, err error) {
	in := json.NewDecoder(strings.NewReader(text))
	in.DisallowUnknownFields()
	if err := in.Decode(&p); err != nil {
		return p, fmt.Errorf("read the policy: %w", err)
	}
	for _, s := range p.Statement {
		if s.Effect != "Allow" || len(s.Action) == 0 || len(s.Resource) == 0 {
			return p, fmt.Errorf("read the policy: the statement %+v allows nothing", s)
		}
	}
	return p, nil
}

// Actions are those that the policy allows, sorted.
func (p Policy) Actions() (all []string) {
	for _, s := range p.Statement {
		all = append(all, s.Action...)
	}
	slices.Sort(all)
	return all
}

// Without is the policy without an action.
func (p Policy) Without(action string) Policy {
	less := Policy{Version: p.Version}
	for _, s := range p.Statement {
		s.Action = slices.DeleteFunc(slices.Clone(s.Action), func(a string) bool { return a == action })
		less.Statement = append(less.Statement, s)
	}
	return less
}

func (p Policy) allows(action, resource string) bool {
	return slices.ContainsFunc(p.Statement, func(s Statement) bool {
		return slices.ContainsFunc(s.Action, func(a string) bool { return fits(a, action) }) &&
			slices.ContainsFunc(s.Resource, func(r string) bool { return fits(r, resource) })
	})
}

// fits says whether a text is as a pattern with * and ?.
func fits(pattern, text string) bool {
	quoted := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile("^" + quoted + "$").MatchString(text)
}
