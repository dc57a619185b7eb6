package rundir

import (
	"os"
	"slices"
	"syscall"
)

// ownDisks are the file systems that one kernel has for itself, so that a lock there means the same to everybody.
var ownDisks = []int64{
	0xef53,     // ext2, ext3, ext4
	0x58465342, // XFS
	0x9123683e, // Btrfs
	0x2fc12fc1, // ZFS
	0xf2f52010, // F2FS
	0xca451a4e, // bcachefs
	0x01021994, // tmpfs
	0x794c7630, // overlayfs
}

// isShared says whether other machines may have the disk of a folder, too: NFS, SMB, FUSE, and whatever is not known.
func isShared(folder *os.File) bool {
	var s syscall.Statfs_t
	return syscall.Fstatfs(int(folder.Fd()), &s) != nil || !slices.Contains(ownDisks, int64(s.Type))
}
