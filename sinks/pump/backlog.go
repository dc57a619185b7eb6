package pump

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	// recordCost is what a record takes in memory beside its data.
	recordCost = 48
	// spoolPause is how long a spool that cannot be written is not tried again.
	spoolPause = 10 * time.Second
)

// A limit is what a batch may still take.
type limit struct{ records, points, bytes int }

// takes says whether a record still fits, and takes it.
func (l *limit) takes(r Record) bool {
	l.records, l.points, l.bytes = l.records-1, l.points-r.Points, l.bytes-len(r.Data)
	return min(l.records, l.points, l.bytes) >= 0
}

// A fullError says that a spool has reached its limit.
type fullError struct{ limit int64 }

func (e fullError) Error() string {
	return fmt.Sprintf("the spool has reached its limit of %d MB", e.limit>>20)
}

// A backlog holds what is not sent yet, the oldest first: in memory, or, since that was full, in a spool. It is safe for
// concurrent use; next and drop are called by one goroutine.
type backlog struct {
	dir    string
	header Header
	most   int   // bytes in memory
	disk   int64 // bytes in a spool that was made meanwhile

	mu      sync.Mutex
	memory  []Record
	bytes   int
	spool   *spool // nil when everything is in memory
	spooled int64  // points that ever went to the spool
	refused error  // of a spool that could not be made
	retry   time.Time
}

// add adds records, all or none. began says that they are the first that go to a spool.
func (b *backlog) add(records []Record) (began bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.spool == nil {
		size := sizeOf(records)
		if b.bytes+size <= b.most {
			b.memory, b.bytes = append(b.memory, records...), b.bytes+size
			return false, nil
		}
		if err := b.toSpool(); err != nil {
			return false, err
		}
		began = true
	}
	if b.spool.end+framed(records) > b.disk {
		return began, fullError{b.disk}
	}
	if err := b.spool.append(records); err != nil {
		return began, err
	}
	b.spooled += pointsOf(records)
	return began, nil
}

// toSpool moves what is in memory to a new spool. The caller holds b.mu.
func (b *backlog) toSpool() error {
	if now := time.Now(); now.Before(b.retry) {
		return b.refused
	}
	s, err := createSpool(b.dir, b.header)
	if err == nil {
		if err = s.append(b.memory); err != nil {
			err = errors.Join(err, s.remove())
		}
	}
	if err != nil {
		b.refused, b.retry = err, time.Now().Add(spoolPause)
		return err
	}
	b.spooled += pointsOf(b.memory)
	b.spool, b.memory, b.bytes, b.dir = s, nil, 0, s.dir
	return nil
}

// next returns the oldest records, as many as fit but at least one; none when there is nothing. An error means that the
// spool cannot be read there.
func (b *backlog) next(most limit) ([]Record, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.spool != nil {
		return b.spool.read(most)
	}
	n := 0
	for n < len(b.memory) && (most.takes(b.memory[n]) || n == 0) {
		n++
	}
	return b.memory[:n:n], nil
}

// giveUp goes on without a spool that cannot be read. Its files stay.
func (b *backlog) giveUp() (lost int64, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	lost, err = b.spool.points, b.spool.keep()
	b.spool = nil
	return lost, err
}

// drop forgets what next returned. An empty spool goes.
func (b *backlog) drop(batch []Record) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.spool == nil {
		b.memory, b.bytes = b.memory[len(batch):], b.bytes-sizeOf(batch)
		return nil
	}
	b.spool.drop(batch)
	if !b.spool.empty() || b.spool.damaged != nil {
		return nil
	}
	err := b.spool.remove()
	b.spool = nil
	return err
}

// keep closes the backlog. What is left is in the spool then, or lost when that cannot be written.
func (b *backlog) keep() (kept, lost int64, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.memory) > 0 {
		b.retry = time.Time{}
		if err = b.toSpool(); err != nil {
			lost = pointsOf(b.memory)
			b.memory = nil
			return 0, lost, err
		}
	}
	if b.spool == nil {
		return 0, 0, nil
	}
	return b.spool.points, 0, b.spool.keep()
}

// left is how many points wait.
func (b *backlog) left() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.spool != nil {
		return b.spool.points
	}
	return pointsOf(b.memory)
}

// folder is where the spool is, or was last.
func (b *backlog) folder() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.dir
}

func sizeOf(records []Record) (bytes int) {
	for _, r := range records {
		bytes += recordCost + len(r.Data)
	}
	return bytes
}

func pointsOf(records []Record) (points int64) {
	for _, r := range records {
		points += int64(r.Points)
	}
	return points
}
