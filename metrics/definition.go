package metrics

import "fmt"

const (
	maxHelp   = 500 // bytes
	maxValues = 200 // of one label
)

// Check says what is wrong with a definition that comes from another process, nil for nothing.
func (m *Metric) Check() error {
	switch {
	case !customName.MatchString(m.Name):
		return fmt.Errorf("%q cannot be the name of a metric: use letters, digits and _, at most 100, with no digit at the beginning", shorten(m.Name))
	case !m.Kind.exists():
		return fmt.Errorf("%s has the unknown kind %q", m.Name, shorten(string(m.Kind)))
	case m.Unit != "" && !isUnit(m.Unit):
		return fmt.Errorf("%q cannot be the unit of %s: use at most 20 characters without blanks", shorten(m.Unit), m.Name)
	case len(m.Help) > maxHelp:
		return fmt.Errorf("the help of %s has %d bytes, but %d are the most", m.Name, len(m.Help), maxHelp)
	case len(m.Labels) > mostLabels:
		return fmt.Errorf("%s declares %d labels, but a set has at most %d", m.Name, len(m.Labels), mostLabels)
	}
	for _, l := range m.Labels {
		if err := l.check(); err != nil {
			return fmt.Errorf("labels of %s: %w", m.Name, err)
		}
	}
	return nil
}

func (l Label) check() error {
	if !labelName.MatchString(l.Name) {
		return fmt.Errorf("%q cannot be the name of one: %s", shorten(l.Name), labelNameRule)
	}
	if len(l.Values) > maxValues {
		return fmt.Errorf("%s lists %d values, but %d are the most", l.Name, len(l.Values), maxValues)
	}
	for _, value := range l.Values {
		if value == "" || shorten(value) != value {
			return fmt.Errorf("%q cannot be a value of %s", shorten(value), l.Name)
		}
	}
	return nil
}
