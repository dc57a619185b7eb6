package pump

import "math"

const (
	// mostRefusals is how many answers in a row may be refusals while the records that are to blame are looked for.
	mostRefusals = 100
	// laterRefusals is the same after a batch was given up, until something is taken.
	laterRefusals = 25
	// growth is by how much a batch grows after one that was taken, when a record was refused before.
	growth = 8
)

// A blame looks for the records that a destination refuses, by halves. Where one is, the next ones are often refused too, so
// that it goes on one by one, and in larger steps as long as they are taken.
type blame struct {
	batch    int   // so many of the oldest records were in the batch that was refused first; 0 when there is nothing to look for
	suspects int   // among so many of them is a refused one; 0 when nothing is known
	step     int   // records of the next batch when there are no suspects; 0 is no limit
	refusals int   // in a row, of parts of that batch
	last     error // of these
	hopeless bool  // a batch was given up, and nothing was taken since
}

// limit is what the next batch may take.
func (b *blame) limit() limit {
	most := fullBatch
	switch {
	case b.exhausted():
		most = limit{b.batch, math.MaxInt, math.MaxInt} // the rest of what was refused, and nothing else
	case b.suspects > 0:
		most.records = (b.suspects + 1) / 2
	case b.step > 0:
		most.records = b.step
	}
	return most
}

// exhausted says that nothing was taken in so many requests that the rest of the batch is to be given up.
func (b *blame) exhausted() bool {
	if b.hopeless {
		return b.refusals >= laterRefusals
	}
	return b.refusals >= mostRefusals
}

// refused notes a refusal, of several records or of the one that is to blame.
func (b *blame) refused(records int, err error) {
	b.refusals, b.last, b.batch = b.refusals+1, err, max(b.batch, records)
	if b.suspects = records; records == 1 {
		b.suspects, b.step = 0, 1
	}
}

// taken notes that so many of the oldest records were taken.
func (b *blame) taken(records int) {
	b.refusals, b.hopeless = 0, false
	if b.suspects > 0 {
		b.suspects = max(b.suspects-records, 0)
		return
	}
	if b.step *= growth; b.step >= fullBatch.points {
		b.step = 0
	}
}

// gone notes that so many of the oldest records are not there any more.
func (b *blame) gone(records int) {
	if b.batch = max(b.batch-records, 0); b.batch == 0 {
		b.refusals = 0
	}
}

// givenUp begins anew.
func (b *blame) givenUp() { *b = blame{hopeless: true} }
