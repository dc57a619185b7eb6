package pump

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	"github.com/liveload/liveload/filelock"
)

const (
	recordsFile = "records"
	lockFile    = "lock" // held by who writes or sends the records
	// frameSize is what stands before each record: length, points and checksum, each of four bytes.
	frameSize = 12
	// mostRecord bounds what a damaged length can make us allocate.
	mostRecord = 1 << 28
)

// A spool is a folder with records that were not sent yet, in order. One process has it at a time, and in there one
// goroutine uses it.
type spool struct {
	dir    string
	header Header
	lock   *filelock.Lock
	file   *os.File
	end    int64 // of the records, in bytes
	size   int64 // of the file
	points int64 // in the records that were not sent

	damaged error // why something in the file cannot be read
}

// createSpool makes an empty spool in a folder. When there is one in it already, such as of a run before, it stays, and the
// new one is in a folder beside it.
func createSpool(dir string, header Header) (*spool, error) {
	header.Format = spoolFormat
	for n := 1; ; n++ {
		s := &spool{dir: dir, header: header}
		if n > 1 {
			s.dir = fmt.Sprint(dir, "-", n)
		}
		free, err := s.take()
		if err != nil {
			return nil, fmt.Errorf("make the spool: %w", err)
		}
		if free {
			return s, nil
		}
	}
}

// take makes the files of an empty spool, unless its folder has one.
func (s *spool) take() (free bool, err error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return false, err
	}
	if s.lock, err = filelock.Try(filepath.Join(s.dir, lockFile)); errors.Is(err, filelock.ErrHeld) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	if _, err := os.Stat(filepath.Join(s.dir, headerFile)); err == nil {
		return false, s.lock.Remove()
	}
	if s.file, err = os.OpenFile(filepath.Join(s.dir, recordsFile), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600); err != nil {
		return false, errors.Join(err, s.lock.Remove())
	}
	if err := s.writeHeader(); err != nil {
		return false, errors.Join(err, s.remove())
	}
	return true, nil
}

// openSpool opens one that was kept. The records end where the process was killed that wrote them, or where they are
// damaged.
func openSpool(dir string) (*spool, error) {
	if _, err := readHeader(dir); err != nil {
		return nil, err
	}
	lock, err := filelock.Try(filepath.Join(dir, lockFile))
	if errors.Is(err, filelock.ErrHeld) {
		return nil, fmt.Errorf("another liveload uses the spool %s: the run that writes it, or a replay of it that goes on", dir)
	} else if err != nil {
		return nil, fmt.Errorf("open the spool: %w", err)
	}
	s := &spool{dir: dir, lock: lock}
	if err := s.open(); err != nil {
		return nil, errors.Join(err, lock.Remove())
	}
	return s, nil
}

// open reads the files of a spool whose lock is held: what another process sent until then is known.
func (s *spool) open() (err error) {
	if s.header, err = readHeader(s.dir); err != nil {
		return err
	}
	if s.file, err = os.OpenFile(filepath.Join(s.dir, recordsFile), os.O_RDWR, 0); err != nil {
		return fmt.Errorf("open the spool: %w", err)
	}
	info, err := s.file.Stat()
	if err != nil {
		return errors.Join(fmt.Errorf("open the spool: %w", err), s.file.Close())
	}
	s.size = info.Size()
	for s.end = s.header.Sent; ; {
		r, err := s.at(s.end)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		} else if err != nil {
			s.damaged = err
			return nil
		}
		s.end += r.size()
		s.points += int64(r.Points)
	}
}

func (r Record) size() int64 { return frameSize + int64(len(r.Data)) }

// framed is how many bytes records take in a spool.
func framed(records []Record) (bytes int64) {
	for _, r := range records {
		bytes += r.size()
	}
	return bytes
}

// append adds all records or none. Those that were sent take their place until the spool is removed.
func (s *spool) append(records []Record) error {
	var frames []byte
	for _, r := range records {
		frame := binary.LittleEndian.AppendUint32(nil, uint32(len(r.Data)))
		frame = binary.LittleEndian.AppendUint32(frame, uint32(r.Points))
		frames = append(append(frames, binary.LittleEndian.AppendUint32(frame, checksum(frame, r.Data))...), r.Data...)
	}
	if _, err := s.file.WriteAt(frames, s.end); err != nil {
		return fmt.Errorf("write to the spool: %w", err) // the next records overwrite the part that was written
	}
	s.end += int64(len(frames))
	s.size = max(s.size, s.end)
	s.points += pointsOf(records)
	return nil
}

func checksum(frame, data []byte) uint32 {
	return crc32.Update(crc32.ChecksumIEEE(frame), crc32.IEEETable, data)
}

// read returns the oldest records that were not sent, as many as fit and can be read. It fails when the first one cannot.
func (s *spool) read(most limit) (batch []Record, err error) {
	for at := s.header.Sent; at < s.end; {
		r, err := s.at(at)
		if err != nil && len(batch) > 0 {
			break
		} else if err != nil {
			s.damaged = err
			return nil, err
		}
		if !most.takes(r) && len(batch) > 0 {
			break
		}
		batch = append(batch, r)
		at += r.size()
	}
	return batch, nil
}

// at reads the record that begins at an offset.
func (s *spool) at(offset int64) (Record, error) {
	var frame [frameSize]byte
	if _, err := s.file.ReadAt(frame[:], offset); err != nil {
		return Record{}, fmt.Errorf("read the spool %s at byte %d: %w", s.dir, offset, err)
	}
	length := binary.LittleEndian.Uint32(frame[:])
	damaged := fmt.Errorf("the spool %s is damaged at byte %d", s.dir, offset)
	if length > mostRecord {
		return Record{}, damaged
	}
	if offset+frameSize+int64(length) > s.size {
		return Record{}, fmt.Errorf("read the spool %s at byte %d: %w", s.dir, offset, io.ErrUnexpectedEOF)
	}
	r := Record{Points: int(binary.LittleEndian.Uint32(frame[4:])), Data: make([]byte, length)}
	if _, err := s.file.ReadAt(r.Data, offset+frameSize); err != nil {
		return Record{}, fmt.Errorf("read the spool %s at byte %d: %w", s.dir, offset, err)
	}
	if checksum(frame[:8], r.Data) != binary.LittleEndian.Uint32(frame[8:]) {
		return Record{}, damaged
	}
	return r, nil
}

// drop forgets the oldest records, which were read.
func (s *spool) drop(batch []Record) {
	s.header.Sent += framed(batch)
	s.points -= pointsOf(batch)
}

func (s *spool) empty() bool { return s.header.Sent >= s.end }

// keep closes the spool for another process.
func (s *spool) keep() error {
	err := s.writeHeader()
	if s.damaged == nil {
		err = errors.Join(err, s.file.Truncate(s.end))
	}
	return errors.Join(err, s.file.Sync(), s.file.Close(), s.lock.Remove())
}

// remove closes the spool and deletes it, with the folder above it when nothing else is in there.
func (s *spool) remove() error {
	err := s.file.Close()
	for _, name := range []string{recordsFile, headerFile, headerFile + ".new"} {
		if removed := os.Remove(filepath.Join(s.dir, name)); removed != nil && !os.IsNotExist(removed) {
			err = errors.Join(err, removed)
		}
	}
	err = errors.Join(err, s.lock.Remove())
	if os.Remove(s.dir) == nil {
		_ = os.Remove(filepath.Dir(s.dir)) // unless there are others in it
	}
	return err
}
