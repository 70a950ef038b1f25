"""The scripts of this folder read their input, write their result, and end with their parent process through these functions."""
import json
import os
import resource
import sys
import threading


def read_input():
    """One line of JSON. From then on the script ends when the other side of its input is gone."""
    line = sys.stdin.readline()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    return json.loads(line)


def _end_with_parent():
    sys.stdin.read()
    os._exit(3)


def write_result(result):
    """JSON in plain ASCII. A number that JSON does not have is a fault here, not a surprise there."""
    json.dump(result, sys.stdout, allow_nan=False, ensure_ascii=True)
    sys.stdout.flush()
    # Without waiting for the thread above.
    os._exit(0)


def limit(cpu_seconds, memory_bytes=2 * 1024**3):
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
