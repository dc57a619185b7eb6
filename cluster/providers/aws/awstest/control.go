package awstest

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// Calls is how often each action was asked for.
func (s *Server) Calls() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.calls)
}

// Largest is how many tasks the largest request of an operation was about.
func (s *Server) Largest(operation string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.largest[operation]
}

// Next has the next requests for an action fail, one after the other.
func (s *Server) Next(action string, faults ...*Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[action] = append(s.faults[action], faults...)
}

// Refuse has all requests for some actions fail, until mend is called.
func (s *Server) Refuse(f *Fault, actions ...string) (mend func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, action := range actions {
		s.refused[action] = f
	}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, action := range actions {
			delete(s.refused, action)
		}
	}
}

// LoseAnswer has the next request for an action do its work, but fail.
func (s *Server) LoseAnswer(action string) { s.set(func() { s.lost[action]++ }) }

// FailOne has one of the next tasks not be started.
func (s *Server) FailOne(why string) { s.set(func() { s.failing = append(s.failing, why) }) }

// Unpullable has tasks stop before they run; "" has them run again.
func (s *Server) Unpullable(why string) { s.set(func() { s.unpullable = why }) }

// Spot is how many tasks Spot has room for.
func (s *Server) Spot(n int) { s.set(func() { s.spot = n }) }

// Quota sets a quota of vCPUs.
func (s *Server) Quota(code string, vcpus float64) { s.set(func() { s.quotas[code] = vcpus }) }

// Providers sets the capacity providers of the cluster.
func (s *Server) Providers(names ...string) { s.set(func() { s.providers = names }) }

// Hollow has tasks run without processes, so that there can be many.
func (s *Server) Hollow() { s.set(func() { s.hollow = true }) }

// Slow keeps tasks that are run from now on from booting, until boot is called.
func (s *Server) Slow() (boot func()) {
	gate := make(chan struct{})
	s.set(func() { s.gate = gate })
	return func() {
		s.set(func() { s.gate = nil })
		close(gate)
	}
}

func (s *Server) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// Kill kills the process of a task.
func (s *Server) Kill(arn string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.task(arn)
	if t == nil || t.process == nil {
		return fmt.Errorf("the task %s does not run", arn)
	}
	return t.process.Process.Signal(syscall.SIGKILL)
}

// Interrupt takes a Spot task back.
func (s *Server) Interrupt(arn string) {
	s.set(func() {
		s.task(arn).order(types.TaskStopCodeSpotInterruption, "Your Spot Task was interrupted.", false)
	})
}

// Retag changes a tag of everything that has another one.
func (s *Server) Retag(key, value, change, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all [][]types.Tag
	for _, t := range s.tasks {
		all = append(all, t.tags)
	}
	for _, d := range s.definitions {
		all = append(all, d.tags)
	}
	for _, tags := range all {
		if tagged(tags, key) == value {
			retag(tags, change, to)
		}
	}
	for _, known := range s.secrets {
		for _, t := range known.tags {
			if *t.Key == key && *t.Value == value {
				for i := range known.tags {
					if *known.tags[i].Key == change {
						known.tags[i].Value = &to
					}
				}
			}
		}
	}
}

func tagged(tags []types.Tag, key string) string {
	for _, t := range tags {
		if *t.Key == key {
			return *t.Value
		}
	}
	return ""
}

func retag(tags []types.Tag, key, to string) {
	for i := range tags {
		if *tags[i].Key == key {
			tags[i].Value = &to
		}
	}
}

// Left lists what costs or holds a secret, and what is only untidy.
func (s *Server) Left() (all []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tasks {
		if *t.LastStatus != "STOPPED" {
			all = append(all, *t.TaskArn+" "+*t.LastStatus)
		}
	}
	for _, d := range s.definitions {
		all = append(all, *d.TaskDefinitionArn+" "+string(d.Status))
	}
	for _, known := range s.secrets {
		all = append(all, known.arn)
	}
	return all
}

// Visible is all that somebody sees who may read everything but the values of secrets.
func (s *Server) Visible() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var text strings.Builder
	show := func(v any) error {
		line, err := json.Marshal(Wire(v, true))
		text.Write(append(line, '\n'))
		return err
	}
	for _, t := range s.tasks {
		if err := show(t.shown(true)); err != nil {
			return "", err
		}
		if t.process != nil {
			fmt.Fprintln(&text, t.process.Args)
		}
	}
	for _, d := range s.definitions {
		if err := show(d.TaskDefinition); err != nil {
			return "", err
		}
	}
	for _, known := range s.secrets {
		fmt.Fprintln(&text, known.arn, known.name, known.description, known.tags)
	}
	for name, one := range s.streams {
		for _, event := range one.events {
			fmt.Fprintln(&text, name, *event.Message)
		}
	}
	return text.String(), nil
}
