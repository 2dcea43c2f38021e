# tries: to write into any folder that takes it, the sandbox's own too
# stopped-by: landlock, limits, seccomp
# wins: raise
import os

places = []
for folder in (
    "/tmp",
    "/var/tmp",
    "/dev/shm",
    "/run",
    "/",
    os.getcwd(),
    os.path.expanduser("~"),
    "/dev/mqueue",
):
    path = f"{folder}/llmquiz-attack-{os.getpid()}"
    try:
        with open(path, "wb") as file:
            os.unlink(path)
            file.write(bytes(1 << 20))
            file.flush()
            places.append(folder)
    except OSError:
        pass
if places:
    raise RuntimeError(f"PWNED: writes in {places}")
