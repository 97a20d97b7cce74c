"""What the system's libdeflate takes by itself: two threads, a file each, in blocks of 1 MiB at level 6, written and nothing more."""
import ctypes
import os
import sys
from concurrent.futures import ThreadPoolExecutor

block_size = 2 ** 20
library = ctypes.CDLL('libdeflate.so.0')
library.libdeflate_alloc_compressor.restype = ctypes.c_void_p
library.libdeflate_free_compressor.argtypes = [ctypes.c_void_p]
library.libdeflate_gzip_compress.restype = ctypes.c_size_t
library.libdeflate_gzip_compress.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
source, destination = sys.argv[1:]


def compress(entry):
    compressor = library.libdeflate_alloc_compressor(6)
    member = ctypes.create_string_buffer(block_size + 4096)

    with open(entry.path, 'rb') as content, open(os.path.join(destination, entry.name + '.gz'), 'wb') as copy:
        while block := content.read(block_size):
            copy.write(memoryview(member)[:library.libdeflate_gzip_compress(compressor, block, len(block), member, len(member))])

    library.libdeflate_free_compressor(compressor)


entries = sorted((entry for entry in os.scandir(source) if entry.is_file()), key=lambda entry: -entry.stat().st_size)

with ThreadPoolExecutor(2) as threads:
    list(threads.map(compress, entries))
