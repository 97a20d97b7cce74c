#!/usr/bin/env python3
"""
Judges a backup destination, whatever happened to the run that wrote it. Shares nothing with the program: what a set promises is read here
from its files with Python's own gzip, with gzip(1), zstd(1) and sha256sum(1).

	check.py snapshot DIR            a fingerprint of a tree, as JSON
	check.py check [options]         facts and violations, as JSON; ends with 1 if there is a violation
	check.py serve                   for each line of input, a JSON list of arguments as above, a line with what it comes to; Python starts but once

Names go in and out as text with surrogate escapes (PEP 383), JSON with \\udcXX for bytes that are not UTF-8.
"""
import argparse
import base64
import contextlib
import gzip
import hashlib
import io
import json
import os
import re
import stat
import struct
import subprocess
import sys
import traceback
import zlib

DATED = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
STAGING = re.compile(r"\.\d{4}-\d{2}-\d{2}\.partial\Z")
WORK = ".logbackup"
DONE = {"done": "done", "reused": "done"}
PACKED = (".gz", ".zst")
OWN_FILES = {"manifest.json", "SHA256SUMS"}
LAST_RUN = {".last-run.json", ".last-run.tmp"}


def read(path):
	with open(path, "rb") as file:
		return file.read()


def walk(root):
	"""Yields (path relative to root, lstat) of everything below it, directories too."""
	for name in sorted(os.listdir(root)):
		stats = os.lstat(os.path.join(root, name))
		yield name, stats
		if stat.S_ISDIR(stats.st_mode):
			for below, below_stats in walk(os.path.join(root, name)):
				yield f"{name}/{below}", below_stats


def describe(path, stats):
	"""What must not change. Not the access time: reading may move it."""
	kind = stat.S_IFMT(stats.st_mode)
	content = None
	if kind == stat.S_IFREG:
		content = hashlib.sha256(read(path)).hexdigest()
	elif kind == stat.S_IFLNK:
		content = os.readlink(path)
	size = None if kind == stat.S_IFDIR else stats.st_size
	# A directory that holds the destination is touched by making it.
	times = None if kind == stat.S_IFDIR else [stats.st_mtime_ns, stats.st_ctime_ns]
	return [oct(stats.st_mode), stats.st_uid, stats.st_gid, size, times, content]


def snapshot(root, left_out=()):
	found = {".": describe(root, os.lstat(root))}
	for path, stats in walk(root):
		full = os.path.join(root, path)
		if not any(full == out or full.startswith(f"{out}/") for out in left_out):
			found[path] = describe(full, stats)
	return found


class Checker:
	def __init__(self, options):
		self.options = options
		self.violations = []
		self.prefix = set(options.prefix)
		self.streams = dict(stream.split("=", 1) for stream in options.stream)
		self.facts = {"sets": {}, "staging": {}, "lock": None}
		self.originals = {}
		# Copies that stand both in a set and, until the merge is over, in the staging directory they come from.
		self.twins = set()
		# How many names each file has in the sets and staging directories, and in how many of those.
		self.names = {}
		self.holders = {}

	def blame(self, message):
		self.violations.append(message)

	def original(self, path):
		"""The content and lstat of a source file, by its path relative to the source."""
		if path not in self.originals:
			full = self.streams.get(path) or os.path.join(self.options.source, path)
			try:
				# What the copy is of: with --follow-symlinks, what a link leads to.
				stats = os.stat(full)
				self.originals[path] = (read(full), stats) if stat.S_ISREG(stats.st_mode) else None
			except OSError:
				self.originals[path] = None
		return self.originals[path]

	def is_content_of(self, content, path):
		source = self.original(path)
		if source is None:
			return False
		return source[0].startswith(content) if path in self.prefix else source[0] == content

	def unpack(self, full, shown):
		"""The content of a compressed file and the name and time in its header (of zstd, whose header has none: None), or None with a violation."""
		raw = read(full)
		if full.endswith(".zst"):
			unpacked = subprocess.run(["zstd", "--decompress", "--stdout", "--quiet"], input=raw, capture_output=True, check=False)
			# Of nothing at all, zstd makes nothing.
			if unpacked.returncode != 0 or not raw:
				self.blame(f"{shown}: not a whole zstd file: {unpacked.stderr.decode(errors='replace').strip()}")
				return None
			return unpacked.stdout, None, None
		try:
			content = gzip.decompress(raw)
			(flags, time) = struct.unpack("<BL", raw[3:8])
		except (OSError, EOFError, struct.error, zlib.error) as error:
			self.blame(f"{shown}: not a whole gzip file: {error}")
			return None
		name = raw[10:raw.index(b"\0", 10)] if flags & 8 else None
		return content, name, time

	def may_have_links(self, stats):
		"""Sets share unchanged copies; a copy has no name elsewhere, and but one in each."""
		names = self.names.get(stats.st_ino, 1)
		return stats.st_nlink == names and (names == self.holders.get(stats.st_ino, 1) or stats.st_ino in self.twins)

	def check_stricter(self, shown, stats, source, unkept):
		"""Where the file system refused to keep something: what is not the source's lets nobody in."""
		mode = stat.S_IMODE(stats.st_mode)
		wanted = stat.S_IMODE(source.st_mode) & 0o777
		if stats.st_gid != source.st_gid:
			wanted &= ~0o070 | (wanted & 0o007) << 3
		if mode & ~wanted & ~(0o600 if "mode" in unkept else 0) or ("mode" not in unkept and mode != wanted):
			self.blame(f"{shown}: mode {mode:04o}, without {', '.join(unkept)} it should be {wanted:04o}, or stricter without mode")
		if (stats.st_uid, stats.st_gid) != (source.st_uid, source.st_gid) and ("owner" not in unkept or stats.st_uid not in (source.st_uid, os.geteuid())):
			self.blame(f"{shown}: owner {stats.st_uid}:{stats.st_gid}, the source's is {source.st_uid}:{source.st_gid}")
		if "time" not in unkept and abs(stats.st_mtime_ns - source.st_mtime_ns) > 1000:
			self.blame(f"{shown}: mtime {stats.st_mtime_ns}, the source's is {source.st_mtime_ns}")

	def check_metadata(self, shown, stats, source, unkept=()):
		"""Mode, owner and time as the source's, and never a looser mode."""
		if not self.may_have_links(stats):
			found, holders = (counts.get(stats.st_ino, 0) for counts in (self.names, self.holders))
			self.blame(f"{shown}: has {stats.st_nlink} links, of which {found} names were found in {holders} sets and stagings")
		if set(unkept) - set(self.options.unkept):
			self.blame(f"{shown}: does not keep {', '.join(unkept)}, and nothing refused that")
		elif unkept:
			self.check_stricter(shown, stats, source, unkept)
			return
		mode = stat.S_IMODE(stats.st_mode)
		wanted = stat.S_IMODE(source.st_mode) & 0o777
		if self.options.as_user:
			if mode & ~wanted:
				self.blame(f"{shown}: mode {mode:04o} is looser than the source's {wanted:04o}")
		else:
			if mode != wanted:
				self.blame(f"{shown}: mode {mode:04o}, the source's is {wanted:04o}")
			if (stats.st_uid, stats.st_gid) != (source.st_uid, source.st_gid):
				self.blame(f"{shown}: owner {stats.st_uid}:{stats.st_gid}, the source's is {source.st_uid}:{source.st_gid}")
		# To the microsecond, or to as much as a double holds.
		if abs(stats.st_mtime_ns - source.st_mtime_ns) > 1000 + (abs(source.st_mtime_ns) >> 52) and not self.options.changing_times:
			self.blame(f"{shown}: mtime {stats.st_mtime_ns}, the source's is {source.st_mtime_ns}")

	def check_packed(self, full, shown, stats, path, unkept=()):
		unpacked = self.unpack(full, shown)
		if unpacked is None:
			return
		content, name, time = unpacked
		source = self.original(path)
		if not self.is_content_of(content, path):
			self.blame(f"{shown}: unpacks to {len(content)} bytes that are not those of {path!r}")
		if time is not None and name != os.fsencode(os.path.basename(path)):
			self.blame(f"{shown}: its header names {name!r}")
		if source is not None:
			seconds = source[1].st_mtime_ns // 10**9
			# RFC 1952: 0 where 32 bits do not hold it.
			if time is not None and time != (seconds if 0 < seconds < 1 << 32 else 0) and not self.options.changing_times:
				self.blame(f"{shown}: its header's time is {time}, the source's {seconds}")
			self.check_metadata(shown, stats, source[1], unkept)

	def check_sparse(self, unpacked, shown, path, extents):
		full = os.path.join(self.options.source, path)
		if unpacked is None or not os.path.isfile(full):
			return
		content = b""
		with open(full, "rb") as file:
			for offset, length in extents:
				file.seek(offset)
				content += file.read(length)
		if unpacked[0] != content:
			self.blame(f"{shown}: its extents are not those of {path!r}")

	def check_as_is(self, full, shown, stats, path, unkept=()):
		if not self.is_content_of(read(full), path):
			self.blame(f"{shown}: is not, byte for byte, {path!r}")
		source = self.original(path)
		if source is not None:
			self.check_metadata(shown, stats, source[1], unkept)

	def check_final_name(self, full, name, shown, stats):
		"""A file under a final name in a directory that has no manifest yet: it must be a whole copy of something it can be the copy of."""
		if not stat.S_ISREG(stats.st_mode):
			self.blame(f"{shown}: is no regular file")
			return
		if self.options.moves and self.is_reserved(stats):
			return
		if self.original(name) is not None and self.is_content_of(read(full), name):
			self.check_as_is(full, shown, stats, name)
			return
		if not name.endswith(PACKED):
			self.blame(f"{shown}: is a copy of nothing in the source")
			return
		plain = os.path.splitext(name)[0]
		candidates = [plain, plain.removesuffix(".export")]
		if re.search(r"~[0-9a-f]{16}\Z", plain):
			candidates = [path for path, _ in walk(self.options.source) if self.unpack(full, shown) and self.is_content_of(self.unpack(full, shown)[0], path)]
		candidates = [path for path in candidates if self.original(path) is not None]
		if not candidates:
			self.unpack(full, shown)
			if not self.options.vanished:
				self.blame(f"{shown}: is a copy of nothing in the source")
			return
		self.check_packed(full, shown, stats, candidates[0])

	def check_directory(self, full, shown):
		stats = os.lstat(full)
		if not stat.S_ISDIR(stats.st_mode) or stat.S_IMODE(stats.st_mode) != 0o700:
			self.blame(f"{shown}: mode {stat.S_IMODE(stats.st_mode):04o}, should be a directory of mode 0700")

	def check_staging(self, name):
		root = os.path.join(self.options.dest, name)
		self.check_directory(root, name)
		found = []
		for path, stats in walk(root):
			shown = f"{name}/{path}"
			if stat.S_ISDIR(stats.st_mode):
				self.check_directory(os.path.join(root, path), shown)
			elif path not in OWN_FILES and not path.startswith(f"{WORK}/"):
				self.check_final_name(os.path.join(root, path), path, shown, stats)
				found.append(path)
		self.facts["staging"][name] = found

	def read_manifest(self, root, name):
		try:
			manifest = json.loads(read(os.path.join(root, "manifest.json")).decode("utf-8"))
			entries = manifest["entries"]
		except (OSError, ValueError, KeyError, TypeError) as error:
			self.blame(f"{name}/manifest.json: {error!r}")
			return None
		for field, outcome in (("files_done", "done"), ("files_failed", "failed"), ("files_vanished", "vanished")):
			# One that is linked from an older set is done, too.
			count = sum(DONE.get(entry.get("outcome"), entry.get("outcome")) == outcome for entry in entries)
			if manifest.get(field) != count:
				self.blame(f"{name}/manifest.json: {field} is {manifest.get(field)}, and there are {count} such entries")
		for field in ("bytes_in", "bytes_out"):
			total = sum(entry.get(field, 0) for entry in entries)
			if manifest.get(field) != total:
				self.blame(f"{name}/manifest.json: {field} is {manifest.get(field)}, and the entries' sum is {total}")
		if manifest.get("manifest_version") is None or manifest.get("finished") is None:
			self.blame(f"{name}/manifest.json: does not say that the run finished")
		return entries

	@staticmethod
	def name_in(entry, field):
		encoded = entry.get(f"{field}_b64")
		return entry[field] if encoded is None else os.fsdecode(base64.b64decode(encoded, validate=True))

	def check_done(self, root, set_name, entry, present):
		file, path = self.name_in(entry, "file"), self.name_in(entry, "path")
		shown = f"{set_name}/{file}"
		stats = present.pop(file, None)
		if stats is None or not stat.S_ISREG(stats.st_mode):
			self.blame(f"{shown}: is done in the manifest, and is not there as a regular file")
			return None
		full = os.path.join(root, file)
		raw = read(full)
		if len(raw) != entry["bytes_out"] or hashlib.sha256(raw).hexdigest() != entry["sha256"]:
			self.blame(f"{shown}: length or SHA-256 differ from the manifest's")
		if entry["stored"] in ("gzip", "sparse", "zstd"):
			unpacked = self.unpack(full, shown)
			# The checksums in frames of zstd are for zstd(1) to look at.
			if unpacked and (len(unpacked[0]) != entry["bytes_in"] or (entry["stored"] != "zstd" and f"{zlib.crc32(unpacked[0]):08x}" != entry["crc32"])):
				self.blame(f"{shown}: length or CRC-32 of the content differ from the manifest's")
			if entry["stored"] == "sparse":
				self.check_sparse(unpacked, shown, path, entry["extents"])
			elif self.original(path) is not None or not self.options.vanished:
				self.check_packed(full, shown, stats, path, entry.get("unkept", ()))
		else:
			self.check_as_is(full, shown, stats, path, entry.get("unkept", ()))
		return path

	def check_sums(self, root, name, files, unlisted):
		done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=root, capture_output=True, env={**os.environ, "LC_ALL": "C"}, check=False)
		if done.returncode != 0:
			self.blame(f"{name}: sha256sum -c fails: {(done.stdout + done.stderr).decode(errors='replace').strip()}")
		try:
			lines = read(os.path.join(root, "SHA256SUMS")).split(b"\n")
		except OSError:
			return
		listed = set()
		for line in lines[:-1]:
			listed_name = line[67:] if line.startswith(b"\\") else line[66:]
			if line.startswith(b"\\"):
				listed_name = re.sub(rb"\\(.)", lambda match: {b"n": b"\n", b"r": b"\r", b"\\": b"\\"}[match[1]], listed_name)
			listed.add(os.fsdecode(listed_name))
		# A merge that was killed may have named copies that the manifest does not know yet, or renewed one of the two files and not the other.
		if lines[-1] != b"" or not listed <= files or not files - listed <= unlisted:
			self.blame(f"{name}/SHA256SUMS: lists {sorted(listed)!r}, and there are {sorted(files)!r}")

	def is_merging(self, name):
		return os.path.isfile(os.path.join(self.options.dest, f".{name}.partial", WORK, "merge"))

	def merged(self, name, present):
		"""Files in a set that its manifest does not name, but which a merge is about to name: the very files of its staging."""
		if not self.is_merging(name):
			return set()
		twins = {path for path, stats in present.items() if path not in OWN_FILES and stats.st_ino in self.twins}
		return twins | self.moved(name, present) if self.options.moves else twins

	@staticmethod
	def is_reserved(stats):
		"""Without hard links, an empty file keeps a name free for a copy that is about to take it."""
		return stats.st_size == 0 and stat.S_IMODE(stats.st_mode) & 0o077 == 0

	def moved(self, name, present):
		"""Without hard links: the copies that the merge is about to name, moved already, and names that are reserved."""
		record = json.loads(read(os.path.join(self.options.dest, f".{name}.partial", WORK, "merge")))
		sums = {self.name_in(entry, "file"): entry["sha256"] for entry in json.loads(record["manifest"])["entries"] if "sha256" in entry}
		found = set()
		for path in sums.keys() & present.keys():
			content = read(os.path.join(self.options.dest, name, path))
			if hashlib.sha256(content).hexdigest() == sums[path] or self.is_reserved(present[path]):
				found.add(path)
		return found

	def count_names(self):
		for name in os.listdir(self.options.dest):
			if DATED.match(name) or STAGING.match(name):
				inodes = [stats.st_ino for _, stats in walk(os.path.join(self.options.dest, name)) if stat.S_ISREG(stats.st_mode)]
				for inode in inodes:
					self.names[inode] = self.names.get(inode, 0) + 1
				for inode in set(inodes):
					self.holders[inode] = self.holders.get(inode, 0) + 1

	def find_twins(self):
		for name in os.listdir(self.options.dest):
			# A copy that got its final name, and was killed before it lost that of a draft.
			work = os.path.join(self.options.dest, name, WORK)
			if name.endswith(".partial") and os.path.isdir(work):
				self.twins |= {stats.st_ino for path, stats in walk(work) if path.endswith(".tmp") and stats.st_nlink > 1}
			staging = os.path.join(self.options.dest, f".{name}.partial")
			if DATED.match(name) and os.path.isdir(staging):
				for path, stats in walk(staging):
					twin = os.path.join(self.options.dest, name, path)
					if stat.S_ISREG(stats.st_mode) and os.path.lexists(twin) and os.path.samestat(os.lstat(twin), stats):
						self.twins.add(stats.st_ino)

	def check_set(self, name):
		root = os.path.join(self.options.dest, name)
		self.check_directory(root, name)
		present = {}
		for path, stats in walk(root):
			if stat.S_ISDIR(stats.st_mode):
				self.check_directory(os.path.join(root, path), f"{name}/{path}")
				if path == WORK:
					self.blame(f"{name}/{WORK}: stands in a finished set")
			else:
				present[path] = stats
		files = set(present)
		entries = self.read_manifest(root, name)
		merged = self.merged(name, present)
		for tool, suffix in zip(("gzip", "zstd"), PACKED, strict=True):
			packed = [path for path in files if path.endswith(suffix) and not (path in merged and present[path].st_size == 0)]
			if packed:
				tested = subprocess.run([tool, "--test", "--quiet", "--", *packed], cwd=root, capture_output=True, check=False)
				if tested.returncode != 0:
					self.blame(f"{name}: {tool} --test fails: {tested.stderr.decode(errors='replace').strip()}")
		if entries is None:
			return
		done = [self.check_done(root, name, entry, present) for entry in entries if DONE.get(entry.get("outcome")) == "done"]
		for path in merged:
			present.pop(path, None)
		self.check_sums(root, name, files - {"SHA256SUMS"}, merged | {"manifest.json"} if self.is_merging(name) else set())
		for own in OWN_FILES:
			stats = present.pop(own, None)
			if stats is None or not stat.S_ISREG(stats.st_mode) or stat.S_IMODE(stats.st_mode) & 0o077:
				self.blame(f"{name}/{own}: missing, or others can read it")
		for path in present:
			self.blame(f"{name}/{path}: is not in the manifest")
		self.facts["sets"][name] = {
			"files": {self.name_in(entry, "file"): self.name_in(entry, "path") for entry in entries if DONE.get(entry.get("outcome")) == "done"},
			"done": sorted(path for path in done if path is not None),
			"failed": sorted(self.name_in(entry, "path") for entry in entries if entry.get("outcome") == "failed"),
			"vanished": sorted(self.name_in(entry, "path") for entry in entries if entry.get("outcome") == "vanished"),
			"notes": {self.name_in(entry, "path"): entry["notes"] for entry in entries if entry.get("notes")},
		}

	def check_lock(self, full):
		stats = os.lstat(full)
		if not stat.S_ISREG(stats.st_mode) or stat.S_IMODE(stats.st_mode) != 0o600:
			self.blame(f".lock: mode {oct(stats.st_mode)}, should be a regular file of mode 0600")
		self.facts["lock"] = stats.st_size

	def check_last_run(self, full, name):
		stats = os.lstat(full)
		if not stat.S_ISREG(stats.st_mode) or stat.S_IMODE(stats.st_mode) != 0o600 or stats.st_nlink != 1:
			self.blame(f"{name}: mode {oct(stats.st_mode)}, should be a regular file of mode 0600")
			return
		if name == ".last-run.json":
			try:
				code = json.loads(read(full).decode("utf-8"))["code"]
			except (ValueError, KeyError, TypeError) as error:
				self.blame(f"{name}: {error!r}")
				return
			if code in (0, 3) and not self.facts["sets"]:
				self.blame(f"{name}: says that the run ended with {code}, and there is no set")

	def check_destination(self):
		dest = self.options.dest
		if not os.path.lexists(dest):
			return
		self.check_directory(dest, "the destination")
		self.count_names()
		self.find_twins()
		for name in sorted(os.listdir(dest)):
			if name in self.options.foreign:
				continue
			if DATED.match(name):
				self.check_set(name)
			elif STAGING.match(name):
				self.check_staging(name)
			elif name == ".lock":
				self.check_lock(os.path.join(dest, name))
			elif name == ".socket":
				if not stat.S_ISSOCK(os.lstat(os.path.join(dest, name)).st_mode):
					self.blame(f"{name}: is no socket")
			elif name in LAST_RUN:
				self.check_last_run(os.path.join(dest, name), name)
			else:
				self.blame(f"{name}: unexpected in the destination")

	def check_unchanged(self):
		for reference in self.options.unchanged:
			root, _, file = reference.partition("=")
			before = json.loads(read(file))
			# The destination may stand in the source.
			after = snapshot(root, [self.options.dest])
			for path in sorted({*before, *after}):
				if before.get(path) != after.get(path):
					self.blame(f"{os.path.join(root, path)}: was {before.get(path)}, is {after.get(path)}")

	def run(self):
		if self.options.source:
			self.check_destination()
		self.check_unchanged()
		print(json.dumps({**self.facts, "violations": self.violations}))
		return 1 if self.violations else 0


def make_parser():
	parser = argparse.ArgumentParser()
	commands = parser.add_subparsers(dest="command", required=True)
	taking = commands.add_parser("snapshot")
	taking.add_argument("directory")
	checking = commands.add_parser("check")
	checking.add_argument("--source")
	checking.add_argument("--dest")
	checking.add_argument("--unchanged", action="append", default=[], metavar="DIR=SNAPSHOT", help="a tree that must be as it was (the destination in it left out)")
	checking.add_argument("--prefix", action="append", default=[], metavar="PATH", help="a source that grows: its copy may be a beginning of it")
	checking.add_argument("--stream", action="append", default=[], metavar="PATH=FILE", help="an entry that is no file of the source: what it gives, with the mode, owner and time its copy should have")
	checking.add_argument("--foreign", action="append", default=[], metavar="NAME", help="something in the destination that is not the program's")
	checking.add_argument("--unkept", action="append", default=[], choices=["mode", "owner", "time"], help="what the file system refuses to keep of copies: then what they have lets nobody in")
	checking.add_argument("--moves", action="store_true", help="there are no hard links: a merge moves its copies")
	checking.add_argument("--as-user", action="store_true", help="run by an ordinary user: owners are not kept, modes may be stricter")
	checking.add_argument("--changing-times", action="store_true", help="sources are being written: do not compare times")
	checking.add_argument("--vanished", action="store_true", help="sources may be gone by now: their copies are only tested")
	commands.add_parser("serve")
	return parser


def answer(parser, arguments):
	options = parser.parse_args(arguments)
	if options.command == "snapshot":
		print(json.dumps(snapshot(options.directory)))
		return 0
	return Checker(options).run()


def serve(parser):
	"""An answer is a line of JSON: one of `output`, what would have been printed, and `error`."""
	# What the process that started this one left open would stay open for as long as this one lives.
	os.closerange(3, 1024)
	for line in sys.stdin:
		output = io.StringIO()
		try:
			with contextlib.redirect_stdout(output):
				answer(parser, json.loads(line))
			reply = {"output": output.getvalue()}
		except Exception:
			reply = {"error": traceback.format_exc()}
		print(json.dumps(reply), flush=True)
	return 0


def main():
	parser = make_parser()
	return serve(parser) if sys.argv[1:] == ["serve"] else answer(parser, sys.argv[1:])


if __name__ == "__main__":
	sys.exit(main())
