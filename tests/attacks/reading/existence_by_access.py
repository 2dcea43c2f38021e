# tries: to learn that a hidden file exists by access, readlink, statfs and chdir
# stopped-by: bubblewrap
# wins: raise
import errno
import os

known = []
try:
    os.readlink("@HIDDEN@")
except OSError as error:
    if error.errno == errno.EINVAL:  # it is there, and no link
        known.append("readlink")
if os.access("@HIDDEN@", os.R_OK):
    known.append("access")
try:
    os.statvfs("@HIDDEN@")
    known.append("statfs")
except OSError:
    pass
if known:
    raise RuntimeError(f"PWNED: the file exists, by {known}")
