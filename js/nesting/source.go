package nesting

import "strings"

// A parser takes up to 3 kB of stack for a bracket, and a compiler up to 0.5 kB for an operator, of which any number may stand in a row.
// What follows bounds their sum by 200 MB; a process has 1 GB.
const (
	mostSource = 400_000
	// goja takes quadratic time for what follows, which these weights make seconds.
	perBracket  = mostSource / Deepest
	perArrow    = 16
	perOperator = 24
	perScope    = 80  // each with, and each extends of a class
	perLabel    = 400 // goja has an error for each pair of labels that are the same
	// mostParameters is how many lists of parameters of arrow functions may be within one another: goja parses each of them twice.
	mostParameters = 8
	// mostConstants is how many constants may be joined by logical operators: goja takes twice as long for each to find out whether all are.
	mostConstants = 12
	// short is a text that cannot be nested so deep.
	short = mostSource / perBracket
)

// Source says whether a program, in JavaScript or TypeScript, is nested too deep: brackets within brackets, operators or
// labels one after the other, or arrow functions within the parameters of others.
func Source(text string) bool {
	if len(text) <= short && few(text, mostParameters, "=>") && few(text, mostSource/perLabel, ":") && few(text, mostConstants, "||", "&&", "??") {
		return false
	}
	s := scanner{text: text, levels: []level{{}}, begins: true}
	for s.at < len(text) {
		if s.next(); s.weight > mostSource {
			return true
		}
	}
	return false
}

// few says whether a text has at most so many of these.
func few(text string, most int, tokens ...string) bool {
	n := 0
	for _, token := range tokens {
		n += strings.Count(text, token)
	}
	return n <= most
}

// A level is what is open, the first one all of the program.
type level struct {
	bracket    byte // ( [ { or ` for what is inserted into a template
	tokens     int  // the weight of those since the last one that ends an expression
	parameters int  // how many lists of parameters of arrow functions are within one another
	constants  int  // how many operands of logical operators, one after the other, are constants
	variable   bool // the operand that began last is no constant
	variables  bool // nor is all that is within the brackets
}

// A scanner reads one token after the other, as exactly as that goes without a parser.
type scanner struct {
	text   string
	at     int
	levels []level
	weight int  // of all that is open
	value  bool // the last token ends a value, so that a slash divides
	begins bool // a statement may begin here
	label  bool // the last token is the first word of a statement
	shut   int  // how many lists of parameters there are if the bracket that was closed last is one
}

// count counts a token of the expression that is open.
func (s *scanner) count(value bool) {
	s.add(1)
	s.value = value
}

// add counts an operator with its weight.
func (s *scanner) add(weight int) {
	s.reset()
	s.weight += weight
	s.inner().tokens += weight
}

// reset forgets what was known of the last token.
func (s *scanner) reset() { s.value, s.begins, s.label, s.shut = false, false, false, 0 }

// colon counts a colon, which may end a label.
func (s *scanner) colon() {
	if s.label {
		s.add(perLabel)
	} else {
		s.add(perOperator)
	}
	s.begins = true
}

// logical counts a logical operator, and the operand before it.
func (s *scanner) logical() {
	within := s.inner()
	if within.variable {
		within.constants = 0
	} else {
		s.constant(1)
	}
	within.variable = false
	s.add(2 * perOperator)
}

// constant counts operands that are constants.
func (s *scanner) constant(n int) {
	if s.inner().constants += n; s.inner().constants > mostConstants {
		s.weight = mostSource + 1
	}
}

// vary notes that the operand is no constant.
func (s *scanner) vary() { s.inner().variable, s.inner().variables = true, true }

// inner is what was opened last.
func (s *scanner) inner() *level { return &s.levels[len(s.levels)-1] }

// arrow counts the arrow of a function, which makes parameters of the brackets before it.
func (s *scanner) arrow() {
	within := s.inner()
	within.parameters = max(within.parameters, s.shut)
	if within.parameters > mostParameters {
		s.weight = mostSource + 1
	}
	s.add(perArrow)
}

// separate ends the expression that is open.
func (s *scanner) separate() {
	s.reset()
	s.weight -= s.inner().tokens
	s.inner().tokens, s.inner().constants, s.inner().variable = 0, 0, false
}

func (s *scanner) open(bracket byte) {
	s.reset()
	s.begins = bracket == '{'
	s.levels = append(s.levels, level{bracket: bracket})
	s.weight += perBracket
}

// close closes a bracket, with those within it that a mistake has left open. One that was never opened is left alone.
func (s *scanner) close(bracket byte) {
	n := len(s.levels) - 1
	for n > 0 && !matches(s.levels[n].bracket, bracket) {
		n--
	}
	if n == 0 {
		s.reset()
		return
	}
	inserted := s.levels[n].bracket == '`'
	parameters, constants, varies := 0, 0, bracket != ')'
	for len(s.levels) > n {
		s.weight -= perBracket + s.inner().tokens
		parameters = max(parameters, s.inner().parameters)
		constants, varies = constants+s.inner().constants, varies || s.inner().variables
		s.levels = s.levels[:len(s.levels)-1]
	}
	s.inner().parameters = max(s.inner().parameters, parameters)
	if varies {
		s.vary()
	} else {
		s.constant(constants)
	}
	if inserted {
		s.template()
		return
	}
	s.count(bracket != '}') // a slash divides an object more rarely than it begins the expression behind a block
	s.begins = bracket != ']'
	if bracket == ')' {
		s.shut = parameters + 1
	}
}

func matches(open, shut byte) bool {
	switch shut {
	case ')':
		return open == '('
	case ']':
		return open == '['
	}
	return open == '{' || open == '`'
}
