#!/usr/bin/python3
"""A FUSE pass-through with odd habits, each chosen by an environment variable: it stands in for file systems that a test machine does not have.

Usage: odd-file-system.py BACKING MOUNTPOINT (as root; needs python3-fusepy and libfuse2)

  NOCASE=1             names that differ only in case are the same (CIFS, exFAT, casefolded ext4)
  NOFORM=1             names that differ only in Unicode normalization are the same (HFS+, APFS over a network)
  NODOT=1              dots and spaces at the end of a name are dropped (NTFS, CIFS)
  NAMEMAX=N            longer names: ENAMETOOLONG (eCryptfs: 143)
  NOCOLON=1            names with one of :*?"<>| or a backslash: EINVAL (NTFS, exFAT, CIFS)
  ASCIIONLY=1          names that are not ASCII: EILSEQ
  INO=N                inode numbers beyond 2^N, such as 62 or 63 (file ids of network file systems); 1 is 62
  GRAIN=N              times of whole seconds, and of those every Nth only (FAT: 2)
  RENEW=N              the first N reads at the beginning of each file make it newer, as if it were written to
  FRSIZE=N BSIZE=N     what statfs says of block sizes; NOSTATFS=1: it says 0 of everything; NOINODES=1: no inodes are left
  MODE=OCTAL           all that is there has these permissions, whatever was set (FAT, exFAT)
  NOLINK=1             link: EPERM, as without hard links
  NOXATTR=1            no extended attributes
  NOSOCKET=1           a socket becomes an empty file, and the call fails (exFAT in FUSE)
  SUBTYPE=NAME         it is mounted as fuse.NAME
  CLOCK=N              its clock, which dates what is written, is N seconds ahead
  <CALL>ERR=ERRNO      that call fails: CHMOD, CHOWN, UTIME, FSYNC, FSYNCDIR, LINK, RENAME, MKDIR, CREATE, OPEN, READ, WRITE, UNLINK, GETATTR, RELEASE
  READFROM=N           reads fail only from this offset on
  READDELAY=S          a read takes S seconds
  MATCH=TEXT           the calls above fail only for paths with this in them
  SILENCE=FILE         while FILE is there, the call that it names (getattr, readdir, read) is not answered for paths with its second word in them
"""
import errno
import os
import stat
import sys
import time
import unicodedata

from fusepy import FUSE, FuseOSError, Operations

habits = os.environ


def refuse(call, path=''):
    name = habits.get(f'{call}ERR')
    if name and habits.get('MATCH', '') in path:
        raise FuseOSError(getattr(errno, name))


def wait_for_voice(call, path):
    while habits.get('SILENCE'):
        try:
            with open(habits['SILENCE']) as file:
                silent, part = file.read().split()
        except FileNotFoundError:
            return
        if silent != call or part not in path:
            return
        time.sleep(0.05)


def passed_on(function, *arguments):
    try:
        return function(*arguments)
    except OSError as error:
        raise FuseOSError(error.errno)


def folded(name):
    if habits.get('NOCASE'):
        name = name.lower()
    if habits.get('NOFORM'):
        name = unicodedata.normalize('NFC', name)
    if habits.get('NODOT'):
        name = kept(name)
    return name


def kept(name):
    return name.rstrip('. ') or name if habits.get('NODOT') else name


def check_name(name):
    if len(os.fsencode(name)) > int(habits.get('NAMEMAX', 255)):
        raise FuseOSError(errno.ENAMETOOLONG)
    if habits.get('NOCOLON') and any(character in name for character in ':*?"<>|\\'):
        raise FuseOSError(errno.EINVAL)
    if habits.get('ASCIIONLY') and not name.isascii():
        raise FuseOSError(errno.EILSEQ)


class Odd(Operations):
    folds = any(habits.get(habit) for habit in ('NOCASE', 'NOFORM', 'NODOT'))

    base = {0: 0, 1: 1 << 62}.get(int(habits.get('INO', 0)), 1 << int(habits.get('INO', 0)))

    def __init__(self, root):
        self.root = os.path.realpath(root)
        self.renewals = {}

    def at(self, path):
        current = self.root
        for name in filter(None, path.split('/')):
            check_name(name)
            if self.folds and not os.path.lexists(os.path.join(current, name)):
                name = self.existing(current, name)
            current = os.path.join(current, name)
        return current

    @staticmethod
    def existing(directory, name):
        try:
            return next((other for other in os.listdir(directory) if folded(other) == folded(name)), kept(name))
        except OSError:
            return name

    def getattr(self, path, fh=None):
        wait_for_voice('getattr', path)
        refuse('GETATTR', path)
        stats = passed_on(os.lstat, self.at(path)) if fh is None else passed_on(os.fstat, fh)
        fields = ('st_atime', 'st_ctime', 'st_gid', 'st_mode', 'st_mtime', 'st_nlink', 'st_size', 'st_uid', 'st_blocks')
        found = {**{field: getattr(stats, field) for field in fields}, 'st_mtime': stats.st_mtime + int(habits.get('CLOCK', 0)), 'st_ino': self.base + stats.st_ino}
        if habits.get('GRAIN'):
            found.update({field: found[field] // int(habits['GRAIN']) * int(habits['GRAIN']) for field in ('st_atime', 'st_ctime', 'st_mtime')})
        return {**found, 'st_mode': found['st_mode'] & ~0o7777 | int(habits['MODE'], 8)} if habits.get('MODE') else found

    def readdir(self, path, fh):
        wait_for_voice('readdir', path)
        return ['.', '..', *passed_on(os.listdir, self.at(path))]

    def readlink(self, path):
        return passed_on(os.readlink, self.at(path))

    def mknod(self, path, mode, dev):
        return passed_on(os.mknod, self.at(path), mode, dev)

    def rmdir(self, path):
        return passed_on(os.rmdir, self.at(path))

    def mkdir(self, path, mode):
        refuse('MKDIR', path)
        return passed_on(os.mkdir, self.at(path), mode)

    def unlink(self, path):
        refuse('UNLINK', path)
        return passed_on(os.unlink, self.at(path))

    def symlink(self, name, target):
        return passed_on(os.symlink, target, self.at(name))

    def rename(self, old, new):
        refuse('RENAME', new)
        return passed_on(os.rename, self.at(old), self.at(new))

    def link(self, target, name):
        if habits.get('NOLINK'):
            raise FuseOSError(errno.EPERM)
        refuse('LINK', target)
        return passed_on(os.link, self.at(name), self.at(target))

    def chmod(self, path, mode):
        refuse('CHMOD', path)
        return passed_on(os.chmod, self.at(path), mode)

    def chown(self, path, user, group):
        refuse('CHOWN', path)
        return passed_on(os.lchown, self.at(path), user, group)

    def utimens(self, path, times=None):
        refuse('UTIME', path)
        return passed_on(os.utime, self.at(path), times)

    def getxattr(self, path, name, position=0):
        if habits.get('NOXATTR'):
            raise FuseOSError(errno.EOPNOTSUPP)
        return passed_on(lambda: os.getxattr(self.at(path), name, follow_symlinks=False))

    def setxattr(self, path, name, value, options, position=0):
        if habits.get('NOXATTR'):
            raise FuseOSError(errno.EOPNOTSUPP)
        return passed_on(lambda: os.setxattr(self.at(path), name, value, options, follow_symlinks=False))

    def listxattr(self, path):
        return [] if habits.get('NOXATTR') else passed_on(lambda: os.listxattr(self.at(path), follow_symlinks=False))

    def removexattr(self, path, name):
        return passed_on(lambda: os.removexattr(self.at(path), name, follow_symlinks=False))

    def open(self, path, flags):
        refuse('OPEN', path)
        return passed_on(os.open, self.at(path), flags)

    def create(self, path, mode, fi=None):
        refuse('CREATE', path)
        return passed_on(os.open, self.at(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)

    def mknod(self, path, mode, dev):
        if not habits.get('NOSOCKET'):
            return super().mknod(path, mode, dev)
        # What is there then is not what was asked for: the kernel says EIO.
        return passed_on(os.mknod, self.at(path), stat.S_IFREG | stat.S_IMODE(mode), dev)

    def read(self, path, size, offset, fh):
        wait_for_voice('read', path)
        if offset >= int(habits.get('READFROM', 0)):
            refuse('READ', path)
        if habits.get('MATCH', '') in path:
            time.sleep(float(habits.get('READDELAY', 0)))
        self.renewals[path] = self.renewals.get(path, 0) + (offset == 0)
        if offset == 0 and self.renewals[path] <= int(habits.get('RENEW', 0)):
            os.utime(fh)
        return passed_on(os.pread, fh, size, offset)

    def write(self, path, data, offset, fh):
        refuse('WRITE', path)
        return passed_on(os.pwrite, fh, data, offset)

    def truncate(self, path, length, fh=None):
        return passed_on(os.truncate, self.at(path), length)

    def flush(self, path, fh):
        refuse('RELEASE', path)
        return 0

    def release(self, path, fh):
        os.close(fh)
        return 0

    def fsync(self, path, datasync, fh):
        refuse('FSYNC', path)
        return 0

    def fsyncdir(self, path, datasync, fh):
        refuse('FSYNCDIR', path)
        return 0

    def statfs(self, path):
        if habits.get('NOSTATFS'):
            return {'f_bsize': 4096, 'f_frsize': 4096, 'f_blocks': 0, 'f_bfree': 0, 'f_bavail': 0, 'f_files': 0, 'f_ffree': 0, 'f_namemax': 255}
        stats = os.statvfs(self.root)
        fragment = int(habits.get('FRSIZE', stats.f_frsize))
        scale = stats.f_frsize / fragment
        free = 0 if habits.get('NOINODES') else stats.f_ffree
        return {
            'f_bsize': int(habits.get('BSIZE', stats.f_bsize)), 'f_frsize': fragment, 'f_blocks': int(stats.f_blocks * scale), 'f_bfree': int(stats.f_bfree * scale),
            'f_bavail': int(stats.f_bavail * scale), 'f_files': stats.f_files, 'f_ffree': free, 'f_favail': free, 'f_namemax': int(habits.get('NAMEMAX', 255)),
        }


if __name__ == '__main__':
    FUSE(Odd(sys.argv[1]), sys.argv[2], foreground=True, nothreads=True, use_ino=True, allow_other=True, default_permissions=True, attr_timeout=0, entry_timeout=0, **({'direct_io': True} if habits.get('RENEW') else {}), **({'subtype': habits['SUBTYPE']} if habits.get('SUBTYPE') else {}))
