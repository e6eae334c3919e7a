#!/usr/bin/env python3
"""P19, P20: what readers of one long report cost the service.

    tests/bench/page_load.py PROGRAM [LINES] [READERS]

Seeds the sandbox with LINES tasks of a client, bills them in one report, and has READERS ask for its page at once, while the service's
health and its door for events are asked all the time. Prints one line of JSON. Needs nothing but the program and Python.
"""
import itertools, json, os, subprocess, sys, tempfile, threading, time, urllib.request

PROGRAM = os.path.abspath(sys.argv[1])
LINES = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
READERS = int(sys.argv[3]) if len(sys.argv) > 3 else 40
TOKEN, SECRET = "51856fefc120afa4b628cc82d3935cce", "0123456789abcdef0123456789abcdef"
folder = tempfile.mkdtemp(prefix="hourbridge-page-")


def request(url, body=None, kind="application/json", headers=None):
    ask = urllib.request.Request(url, data=body and body.encode(), headers=dict(headers or {}))
    if body is not None:
        ask.add_header("Content-Type", kind)
    with urllib.request.urlopen(ask, timeout=60) as answer:
        return answer.status, answer.read()


def start(*args):
    out = subprocess.PIPE
    running = subprocess.Popen([PROGRAM, *args, "--json"], stdout=out, stderr=open(folder + "/log", "a"), cwd=folder)
    return running, json.loads(running.stdout.readline())


def run(*args):
    done = subprocess.run([PROGRAM, *args, "--json", "--config", "c.json"], cwd=folder, capture_output=True)
    if done.returncode not in (0, 1):
        sys.exit("%s: %s" % (args, done.stderr.decode()))
    return json.loads(done.stdout)


def memory(pid):
    found = {}
    for file in ("smaps_rollup", "status"):
        for line in open(f"/proc/{pid}/{file}"):
            words = line.split()
            if words[0] in ("Rss:", "Pss:", "VmHWM:"):
                found[words[0][:-1]] = int(words[1]) // 1024
    return found


def cpu_ms(pid):
    return sum(int(x) for x in open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[11:13]) * 10


def threads(pid):
    return len(os.listdir(f"/proc/{pid}/task"))


def worst_of(seconds_of, stop, into):
    while not stop.is_set():
        begin = time.monotonic()
        seconds_of()
        into.append(time.monotonic() - begin)
        time.sleep(0.05)


sandbox, told = start("sandbox", "--port", "0")
webhook = next(v for v in told.values() if isinstance(v, str) and "/rest/" in v)
portal = webhook[: webhook.index("/rest/")]


def seed(what, row):
    return json.loads(request(f"{portal}/sandbox/{what}", json.dumps(row))[1])["id"]


client = seed("companies", {"title": "Acme Ltd"})
for i in range(LINES):
    task = seed("tasks", {"TITLE": f"{i} " + "Landing page of the shop " * 11, "RESPONSIBLE_ID": 1, "STATUS": 5, "UF_CRM_TASK": [f"CO_{client}"]})
    seed("entries", {"TASK_ID": task, "SECONDS": 600, "USER_ID": 1, "COMMENT_TEXT": "work", "CREATED_DATE": "2026-03-05T11:00:00+03:00"})
json.dump({"data_dir": "data", "listen": "127.0.0.1:0", "time_zone": "Europe/Minsk", "locale": "en", "crm": {"remote": "bitrix24"},
           "remotes": {"bitrix24": {"connector": "bitrix24", "webhook_url": webhook, "hook_secret": SECRET, "application_token": TOKEN,
                                    "limits": {"burst": 1000, "per_second": 100}}}}, open(folder + "/c.json", "w"))
json.dump({"client": f"bitrix24:company:{client}", "valid_from": "2026-01-01", "currency": "EUR", "vat": {"mode": "none"},
           "rates": [{"amount": "60.00"}]}, open(folder + "/k.json", "w"))
run("sync")
run("contract", "apply", "k.json")
report = run("report", "create", "--company", f"bitrix24:company:{client}", "--from", "2026-03-01", "--to", "2026-03-31")["id"]
run("report", "send", str(report))
service, told = start("serve", "--config", "c.json")
base = told["listening"]
link = base + (lambda url: url[url.index("/r/"):])(run("report", "show", str(report))["url"])
time.sleep(3)
result = {"lines": LINES, "readers": READERS, "at rest": memory(service.pid), "threads at rest": threads(service.pid)}

stop, health, hooks, statuses, sizes = threading.Event(), [], [], [], []
event = (f"event=ONTASKUPDATE&data%5BFIELDS_AFTER%5D%5BID%5D=1&ts=%d&auth%5Bdomain%5D=127.0.0.1"
         f"&auth%5Bapplication_token%5D={TOKEN}")
stamps = itertools.count(1766047124) # each event another one
asking = [threading.Thread(target=worst_of, args=(lambda: request(base + "/healthz"), stop, health)),
          threading.Thread(target=worst_of, args=(lambda: request(f"{base}/hook/bitrix24/{SECRET}", event.replace("%d", str(next(stamps))),
                                                                  "application/x-www-form-urlencoded"), stop, hooks))]


def read_page():
    try:
        status, body = request(link)
        statuses.append(status)
        sizes.append(len(body))
    except urllib.error.HTTPError as refused:
        statuses.append(refused.code)
    except OSError:
        statuses.append(0)


for each in asking:
    each.start()
begin, used = time.monotonic(), cpu_ms(service.pid)
readers = [threading.Thread(target=read_page) for _ in range(READERS)]
for each in readers:
    each.start()
for each in readers:
    each.join()
result["all answered after s"] = round(time.monotonic() - begin, 2)
stop.set()
for each in asking:
    each.join()
result["CPU ms"] = cpu_ms(service.pid) - used
result["answers"] = {str(code): statuses.count(code) for code in sorted(set(statuses))}
result["page bytes"] = max(sizes, default=0)
result["slowest healthz s"], result["slowest hook s"] = round(max(health), 3), round(max(hooks), 3)
result["after"] = memory(service.pid)
begin, used = time.monotonic(), cpu_ms(service.pid)
for _ in range(20):
    status, body = request(link, headers={"Accept-Encoding": "gzip"})
result["a later view"] = {"ms": round((time.monotonic() - begin) * 50, 2), "CPU ms": (cpu_ms(service.pid) - used) / 20, "bytes": len(body)}
time.sleep(30)
result["30 s later"], result["threads then"] = memory(service.pid), threads(service.pid)
print(json.dumps(result))
for each in (service, sandbox):
    each.terminate()
    each.wait()
subprocess.run(["rm", "-r", folder])
