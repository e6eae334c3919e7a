#!/usr/bin/env python3
"""P18, P24: many installations on one host.

    tests/bench/hosting.py PROGRAM [COUNT] [IDLE_SECONDS]

Starts a sandbox portal and COUNT services (100), each with a configuration, books and a standby copy of its own, all at once; waits until
every /healthz and every /readyz has answered 200, then lets them rest for IDLE_SECONDS (60) and reads /proc: PSS and private memory
(smaps_rollup), threads, files, CPU time. With "again" as a fourth word they are stopped and started once more: books that are there. Prints
one line of JSON. Loopback only; at most 300 services; everything is ended and removed. Needs nothing but the program and Python.
"""
import json, os, shutil, statistics, subprocess, sys, tempfile, time, urllib.error, urllib.request

PROGRAM = os.path.abspath(sys.argv[1])
COUNT = min(int(sys.argv[2]) if len(sys.argv) > 2 else 100, 300)
IDLE = min(int(sys.argv[3]) if len(sys.argv) > 3 else 60, 600)
AGAIN = "again" in sys.argv[4:]
PATIENCE = 600  # seconds until all are ready
TICK = os.sysconf("SC_CLK_TCK")
folder = tempfile.mkdtemp(prefix="hourbridge-hosting-")
started = []


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0


def begin(args, where):
    running = subprocess.Popen([PROGRAM, *args, "--json"], stdout=subprocess.PIPE, stderr=open(where + "/log", "a"), cwd=where)
    started.append(running)
    return running


def configure(i, webhook):
    where = "%s/%03d" % (folder, i)
    os.makedirs(where)
    config = {
        "data_dir": "data", "listen": "127.0.0.1:0", "public_url": "https://portal-%d.example" % i, "backup": {"folder": "safe"},
        "remotes": {"bitrix24": {"connector": "bitrix24", "webhook_url": webhook, "limits": {"burst": 1000, "per_second": 100}}},
        "crm": {"remote": "bitrix24"},
    }
    with open(where + "/hourbridge.json", "w") as out:
        json.dump(config, out)
    return where


def numbers(path):
    found = {}
    for line in open(path):
        name, _, value = line.partition(":")
        if value.split():
            found[name] = value.split()[0]
    return found


def cpu_seconds(pid):
    words = open("/proc/%d/stat" % pid).read().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICK


def machine_cpu():
    words = [int(word) for word in open("/proc/stat").readline().split()[1:]]
    return sum(words) / TICK, (words[3] + words[4]) / TICK


def serve_all(places):
    """How long until all are healthy and ready, in seconds; and the services with their addresses."""
    clock = time.monotonic()
    services = [begin(["serve", "--config", "hourbridge.json"], where) for where in places]
    urls = [json.loads(running.stdout.readline())["listening"] for running in services]
    told = time.monotonic() - clock
    at = {}
    for door in ("/healthz", "/readyz"):
        waiting = list(urls)
        while waiting and time.monotonic() - clock < PATIENCE:
            waiting = [url for url in waiting if get(url + door) != 200]
            if waiting:
                time.sleep(0.1)
        if waiting:
            raise SystemExit("%d of %d are not at %s: %s" % (len(waiting), len(urls), door, folder))
        at[door] = time.monotonic() - clock
    cpu = [cpu_seconds(running.pid) for running in services]
    return {"listening_s": round(told, 1), "healthy_s": round(at["/healthz"], 1), "ready_s": round(at["/readyz"], 1),
            "cpu_of_start_ms": round(1000 * statistics.median(cpu))}, services, urls


def mapped(pid):
    """Private and written memory by what it is, in KB: the heap, arenas and large blocks (anonymous), stacks, written pages of files."""
    sums, name = {}, ""
    for line in open("/proc/%d/smaps" % pid):
        words = line.split()
        if "-" in words[0] and not words[0].endswith(":"):
            name = words[5] if len(words) > 5 else "anonymous"
            name = "files" if name.startswith("/") else name
            largest = int(words[0].split("-")[1], 16) - int(words[0].split("-")[0], 16)
            if name == "anonymous" and largest == 64 << 20:
                name = "arenas"
        elif words[0] == "Private_Dirty:":
            sums[name] = sums.get(name, 0) + int(words[1])
    return sums


def mean_of_mapped(services):
    all_sums = [mapped(running.pid) for running in services]
    names = sorted({name for sums in all_sums for name in sums})
    return {name: round(statistics.mean(sums.get(name, 0) for sums in all_sums)) for name in names}


def rest(services):
    before, busy = [cpu_seconds(running.pid) for running in services], machine_cpu()
    time.sleep(IDLE)
    used = [cpu_seconds(running.pid) - was for running, was in zip(services, before)]
    total, idle = (now - was for now, was in zip(machine_cpu(), busy))
    rollups = [numbers("/proc/%d/smaps_rollup" % running.pid) for running in services]
    kb = lambda name: [int(found[name]) for found in rollups]
    return {
        "pss_mb": round(statistics.mean(kb("Pss")) / 1024, 2), "pss_most_mb": round(max(kb("Pss")) / 1024, 2),
        "private_dirty_mb": round(statistics.mean(kb("Private_Dirty")) / 1024, 2), "rss_mb": round(statistics.mean(kb("Rss")) / 1024, 1),
        "private_dirty_kb_by_kind": mean_of_mapped(services),
        "threads": statistics.median([int(numbers("/proc/%d/status" % running.pid)["Threads"]) for running in services]),
        "files": statistics.median([len(os.listdir("/proc/%d/fd" % running.pid)) for running in services]),
        "cpu_percent_of_a_core_each": round(100 * sum(used) / len(used) / IDLE, 4),
        "cpu_percent_of_a_core_all": round(100 * sum(used) / IDLE, 2),
        "machine_busy_percent": round(100 * (1 - idle / total)),
    }


def stop(services):
    for running in services:
        running.terminate()
    for running in services:
        running.wait(timeout=60)


def first_page(urls):
    """The slowest and the median of one request to each, in milliseconds."""
    took = []
    for url in urls:
        clock = time.monotonic()
        get(url + "/r/no-such-link")
        took.append(1000 * (time.monotonic() - clock))
    return {"page_ms": round(statistics.median(took), 1), "page_most_ms": round(max(took), 1)}


try:
    sandbox = json.loads(begin(["sandbox", "--port", "0"], folder).stdout.readline())
    without = urllib.request.Request(sandbox["url"] + "/sandbox/options", b'{"request_limit":false,"operating_limit":false}')
    urllib.request.urlopen(without, timeout=10).close()
    webhook = sandbox["webhook"]
    places = [configure(i, webhook) for i in range(COUNT)]
    result = {"services": COUNT, "cores": os.cpu_count(), "load_before": os.getloadavg()[0]}
    result["first_start"], services, urls = serve_all(places)
    result["idle"] = rest(services)
    result["first_page"] = first_page(urls)
    stop(services)
    if AGAIN:
        result["second_start"], services, urls = serve_all(places)
        logs = [open(where + "/log").read() for where in places]
        result["idle_after_second_start"] = rest(services)
        result["standby_resumed"] = sum("standby resumed" in log for log in logs)
        stop(services)
    print(json.dumps(result))
finally:
    for running in started:
        if running.poll() is None:
            running.kill()
    for running in started:
        running.wait()
    if "HB_KEEP" not in os.environ:
        shutil.rmtree(folder, ignore_errors=True)
