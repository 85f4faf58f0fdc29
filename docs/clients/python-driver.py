#!/usr/bin/env python3
"""A driver in Python: connects, sends numbered fixes until they are durable, takes an offer and drives the trip to its end.

    pip install --require-hashes -r requirements.txt
    RIDELINE_URL=http://127.0.0.1:8080 RIDELINE_TOKEN=... python3 python-driver.py --from 37.77,-122.42

docs/clients.md explains each step; the events are those of /v1/asyncapi.json. It ends after one trip, when every fix is durable.
"""

import argparse
import json
import math
import os
import queue
import random
import sys
import threading
import time
import urllib.request
import uuid

import socketio

NAMESPACE = "/driver"
ACK_S = 10.0  # no answer within this time: the connection may be dead
RESEND_AFTER_S = 15.0  # a fix that was sent and is not in the log is sent again
FIXES_PER_FRAME = 200
FIXES_IN_FLIGHT = 1000
MOST_HELD = 20_000  # five and a half hours of one fix a second
METRES_PER_SECOND = 12.0
METRES_PER_DEGREE = 111_195.0


class Refused(Exception):
    """A refusal that no repeat changes."""

    def __init__(self, refusal):
        super().__init__(f"{refusal['code']}: {refusal.get('detail', '')}")
        self.code = refusal["code"]


class Outbox:
    """Keeps every fix of one boot until it is durable, and says what to send next."""

    def __init__(self):
        # One start of the app. A number is never given to two fixes of a boot.
        self.boot = str(uuid.uuid4())
        self.lock = threading.Lock()
        self.next_seq = 0
        self.held = {}  # seq -> fix
        self.sent_at = {}  # seq -> monotonic seconds
        self.in_log = set()  # received, not durable yet
        self.durable = -1
        self.not_before = 0.0

    def add(self, fix):
        with self.lock:
            self.held[self.next_seq] = [self.next_seq, *fix]
            self.next_seq += 1
            if len(self.held) > MOST_HELD:
                self.held.pop(min(self.held))

    def take(self, now):
        """The next frame, or None. `lowest`: the server need not wait for fixes below it."""
        with self.lock:
            waiting = [seq for seq in self.held if seq not in self.in_log]
            flying = [seq for seq in waiting if now - self.sent_at.get(seq, -math.inf) < RESEND_AFTER_S]
            due = [seq for seq in waiting if now - self.sent_at.get(seq, -math.inf) >= RESEND_AFTER_S]
            free = FIXES_IN_FLIGHT - len(flying)
            if now < self.not_before or free <= 0 or not due:
                return None
            chosen = due[: min(FIXES_PER_FRAME, free)]
            for seq in chosen:
                self.sent_at[seq] = now
            return {"boot": self.boot, "fixes": [self.held[seq] for seq in chosen], "lowest": min(self.held)}

    def refused(self, frame, refusal, now):
        """BUSY and SCALE_003: keep the fixes, and send them later. VALIDATION: the server will never take them."""
        with self.lock:
            for seq, *_ in frame["fixes"]:
                self.sent_at.pop(seq, None)
                if refusal["code"] == "VALIDATION":
                    self.held.pop(seq, None)
            self.not_before = now + refusal.get("retryAfterMs", 1000) / 1000

    def acknowledged(self, ack):
        """Cumulative: `durable` may be forgotten, `gaps` were lost on the way, the rest up to `received` is in the log."""
        if ack is None or ack["boot"] != self.boot:
            return
        with self.lock:
            missing = {seq for low, high in ack["gaps"] for seq in range(low, high + 1)}
            self.durable = max(self.durable, ack["durable"])
            for seq in [seq for seq in self.held if seq <= self.durable]:
                del self.held[seq]
                self.sent_at.pop(seq, None)
            self.in_log = {seq for seq in self.held if seq <= ack["received"] and seq not in missing}
            for seq in missing:
                self.sent_at.pop(seq, None)

    def reconnected(self):
        """What was sent on the last connection may not have arrived; `sync` says what did."""
        with self.lock:
            self.sent_at.clear()

    def is_durable(self):
        with self.lock:
            return self.next_seq > 0 and not self.held


class Driver:
    def __init__(self, url, token, place):
        self.url = url
        self.token = token
        self.place = place
        self.goal = None
        self.outbox = Outbox()
        self.inbox = queue.Queue()
        self.offers = set()
        self.trip = None
        self.closed_for = None
        self.clock_offset_ms = 0.0
        self.interval_s = 1.0
        self.synchronised = threading.Event()
        self.done = threading.Event()
        self.retry_advice = {code: entry["retry"] for code, entry in self.get("/v1/errors").items()}
        # Its reconnection waits 1, 2, 4 ... 30 s, half of it random, so that a fleet does not return at once.
        self.sio = socketio.Client(reconnection_delay=1, reconnection_delay_max=30, randomization_factor=0.5)
        for event in ("connect", "location:ack", "location:refused", "offer:new", "offer:revoked", "trip:event"):
            self.listen(event)
        for event in ("notification", "uplink:policy", "goodbye"):
            self.listen(event)

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)

    def listen(self, event):
        # Handlers run in the thread that reads the connection: they must not wait. What they return is the acknowledgement.
        def take(*args):
            if event == "location:ack":
                self.outbox.acknowledged(args[0])
            else:
                self.inbox.put((event, args[0] if args else None))
            return {"ok": True}

        self.sio.on(event, take, namespace=NAMESPACE)

    # -- connecting ----------------------------------------------------------------------------------------------------

    def connect(self):
        """Tries until it is connected. @raises Refused when the server says that no repeat helps."""
        wait_s = 1.0
        while True:
            try:
                self.sio.connect(
                    self.url,
                    auth=lambda: {"token": self.token, "protocol": 1, "sdk": "python-example/1"},
                    namespaces=[NAMESPACE],
                    transports=["websocket"],
                    wait_timeout=ACK_S,
                )
                return
            except socketio.exceptions.ConnectionError as error:
                refusal = refusal_of(error)
                if refusal is not None and self.retry_advice.get(refusal["code"]) != "later":
                    raise Refused(refusal) from error
                print("not connected:", error, flush=True)
                time.sleep(wait_s * random.uniform(0.5, 1.5))
                wait_s = min(30.0, wait_s * 2)

    def synchronise(self):
        """After each connection: the clock, then what the server knows of this driver."""
        asked = time.time() * 1000
        clock = self.ask("time", {})
        answered = time.time() * 1000
        self.clock_offset_ms = clock["domainMs"] + (answered - asked) / 2 - answered
        self.outbox.reconnected()
        state = self.ask("sync", {})
        self.outbox.acknowledged(state["ack"])
        self.interval_s = state["policy"]["intervalMs"] / 1000
        if state["status"] == "offline":
            self.ask("driver:status", {"status": "available"})
        self.trip = state.get("trip")
        for offer in state["offers"]:
            self.inbox.put(("offer:new", offer))
        self.synchronised.set()
        print("synchronised:", state["status"], "trip:", self.trip and self.trip["state"], flush=True)

    def ask(self, event, body):
        """Asks until there is an answer. Bodies that change something have an id of ours, so that a repeat takes effect once."""
        while True:
            if self.closed_for is not None:
                raise Refused({"code": self.closed_for})
            try:
                reply = self.sio.call(event, body, namespace=NAMESPACE, timeout=ACK_S)
            except (socketio.exceptions.TimeoutError, socketio.exceptions.BadNamespaceError):
                time.sleep(random.uniform(0.5, 1.5))
                continue
            if reply["ok"]:
                return reply
            if self.retry_advice.get(reply["code"]) != "later":
                raise Refused(reply)
            time.sleep(reply.get("retryAfterMs", 1000) / 1000)

    # -- fixes ---------------------------------------------------------------------------------------------------------

    def report(self):
        """Takes a fix at each interval and sends what is due, until the trip is over and every fix is durable."""
        while not self.synchronised.wait(1.0):
            if self.done.is_set():
                return
        while not (self.done.is_set() and self.outbox.is_durable()):
            if not self.done.is_set():
                self.move()
                lat, lng = self.place
                now_ms = round(time.time() * 1000 + self.clock_offset_ms)
                self.outbox.add([now_ms, round(lat, 6), round(lng, 6), METRES_PER_SECOND, None, 5])
            self.send_due()
            time.sleep(self.interval_s)

    def send_due(self):
        while self.sio.connected and (frame := self.outbox.take(time.monotonic())) is not None:
            try:
                reply = self.sio.call("location:update", frame, namespace=NAMESPACE, timeout=ACK_S)
            except (socketio.exceptions.TimeoutError, socketio.exceptions.BadNamespaceError):
                return  # they are sent again after RESEND_AFTER_S, or on the next connection
            if not reply["ok"]:
                self.outbox.refused(frame, reply, time.monotonic())

    def move(self):
        """Drives towards the goal in a straight line."""
        goal = self.goal
        if goal is None:
            return
        north = (goal[0] - self.place[0]) * METRES_PER_DEGREE
        east = (goal[1] - self.place[1]) * METRES_PER_DEGREE * math.cos(math.radians(goal[0]))
        left = math.hypot(north, east)
        part = 1.0 if left == 0 else min(1.0, METRES_PER_SECOND * self.interval_s / left)
        self.place = tuple(here + (there - here) * part for here, there in zip(self.place, goal))
        if part == 1.0:
            self.goal = None
            self.inbox.put(("there", None))

    # -- the trip ------------------------------------------------------------------------------------------------------

    def work(self):
        """Handles events one after the other, and commands the trip."""
        while not self.done.is_set():
            try:
                event, body = self.inbox.get(timeout=1.0)
            except queue.Empty:
                continue
            if event == "connect":
                self.synchronise()
            elif event == "offer:new":
                self.accept(body)
            elif event == "trip:event":
                self.follow(body)
            elif event == "there":
                self.arrive()
            elif event == "uplink:policy":
                self.interval_s = body["intervalMs"] / 1000
            elif event == "goodbye":
                self.leave(body)
            elif event != "location:refused":
                print(event, json.dumps(body), flush=True)

    def accept(self, offer):
        # The same offer comes again until it is acknowledged, and with `sync`.
        if offer["offerId"] in self.offers:
            return
        self.offers.add(offer["offerId"])
        body = {"commandId": str(uuid.uuid4()), "offerId": offer["offerId"], "accept": True}
        try:
            self.trip = {**offer, **self.ask("offer:answer", body)}
        except Refused as refused:
            print("offer lost:", refused, flush=True)
            return
        print("accepted:", offer["tripId"], flush=True)
        self.goal = (offer["pickup"]["lat"], offer["pickup"]["lng"])

    def arrive(self):
        if self.trip["state"] == "accepted":
            self.command("arrived")
            self.command("start")
            self.goal = (self.trip["dropoff"]["lat"], self.trip["dropoff"]["lng"])
        elif self.trip["state"] == "in_progress":
            self.command("complete")
            self.done.set()

    def command(self, action):
        at = round(time.time() * 1000 + self.clock_offset_ms)
        body = {"commandId": str(uuid.uuid4()), "tripId": self.trip["tripId"], "action": action, "at": at}
        status = self.ask("trip:command", body)
        self.trip = {**self.trip, **status}
        print("trip:", status["state"], flush=True)

    def follow(self, event):
        if self.trip is None or event["tripId"] != self.trip["tripId"] or event["version"] <= self.trip["version"]:
            return
        if event["version"] > self.trip["version"] + 1:
            self.inbox.put(("connect", None))  # a hole: ask for the whole state
            return
        self.trip = {**self.trip, "state": event["state"], "version": event["version"]}
        if event["state"] in ("cancelled", "no_show", "failed"):
            print("trip ended:", event["state"], flush=True)
            self.done.set()

    def leave(self, goodbye):
        print("goodbye:", json.dumps(goodbye), flush=True)
        if goodbye["code"] in ("TOKEN_REVOKED", "CONNECTION_REPLACED", "CONNECTION_LIMIT", "UNKNOWN_EVENT"):
            self.closed_for = goodbye["code"]
            self.done.set()


def refusal_of(error):
    """The refusal in a connect_error, if that is what it is."""
    for argument in error.args:
        data = argument.get("data") if isinstance(argument, dict) else None
        if isinstance(data, dict) and "code" in data:
            return data
    return None


def place_of(text):
    lat, lng = (float(part) for part in text.split(","))
    return lat, lng


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--from", dest="place", type=place_of, default=(37.77, -122.42), help="where the car stands: lat,lng")
    place = arguments.parse_args().place
    driver = Driver(os.environ["RIDELINE_URL"], os.environ["RIDELINE_TOKEN"], place)
    driver.connect()
    reporter = threading.Thread(target=driver.report)
    reporter.start()
    try:
        driver.work()
    finally:
        driver.done.set()
        reporter.join(60)
    print("durable up to", driver.outbox.durable, "held", len(driver.outbox.held), flush=True)
    driver.sio.disconnect()
    if driver.closed_for is not None:
        sys.exit(f"closed: {driver.closed_for}")


if __name__ == "__main__":
    main()
