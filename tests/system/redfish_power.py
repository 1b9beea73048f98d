"""The machine behind a BMC: power, and what it boots from."""

import asyncio

FLOW = {                             # kind: from, what is done
    "On": ("Off", ("on",)), "ForceOn": ("Off", ("on",)),
    "ForceOff": ("On", ("off",)),
    "GracefulShutdown": ("On", ("shutdown",)),
    "GracefulRestart": ("On", ("shutdown", "on")),
    "ForceRestart": ("On", ("restart",)),
    "PowerCycle": (None, ("off", "on")),
    "FullPowerCycle": (None, ("off", "on")),
    "Nmi": ("On", ("nmi",))}


class Machine:

    def __init__(self, bmc, path):
        self.bmc = bmc
        self.path = path
        self.on = True
        self.boots = []              # what it booted from, and how
        self.nmis = 0
        self.hard = 0                # it was cut off while it ran
        self.kept = 0                # boots that an override has seen
        self.off_at = -3600
        self.post_until = 0
        self.todo = []
        self.timer = None

    @property
    def system(self):
        return self.bmc.tree[self.path]

    def now(self):
        return asyncio.get_running_loop().time()

    # resets

    def reset(self, kind):
        if kind == "PushPowerButton":
            kind = "GracefulShutdown" if self.on else "On"

        if kind == "GracefulRestart" and self.bmc.odd("restart-is-hard"):
            kind = "ForceRestart"

        self.stop()
        self.todo = list(FLOW[kind][1])

        # who is off is switched on by a cycle, too

        if not self.on and kind.endswith("Cycle"):
            self.todo = ["on"]

        self.next()

    def idle(self, kind):
        """is there nothing to do?"""

        needs = FLOW[kind][0] if kind in FLOW else None
        return needs == ("Off" if self.on else "On")

    def stop(self):
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def next(self):
        self.timer = None

        if not self.todo:
            return

        step = self.todo.pop(0)
        wait = self.bmc.times[step]

        if self.bmc.odd("slow-power"):
            wait = self.bmc.times["slow " + step.replace("shutdown", "off")]

        if self.bmc.p["shows"] and step in ("on", "off", "shutdown"):
            self.tell("PoweringOn" if step == "on" else "PoweringOff")

        self.timer = asyncio.get_running_loop().call_later(
            wait, self.done, step)

    def done(self, step):
        if step in ("off", "restart"):
            self.hard += self.on

        if step == "nmi":
            self.nmis += 1

        elif step in ("off", "shutdown"):
            self.off()

        else:
            self.up(step)

        self.next()

    def tell(self, state):
        if not self.bmc.odd("power-by-ipmi"):
            self.system["PowerState"] = state
            self.bmc.touch(self.path)

    def off(self):
        self.on = False
        self.off_at = self.now()
        self.system["Status"].update(State="StandbyOffline")
        self.tell("Off")
        self.bmc.powered(self)

    def up(self, step):
        self.on = True
        self.post_until = self.now() + self.bmc.times["post"]
        self.system["Status"].update(State="Enabled")
        self.boot(step)
        self.tell("On")
        self.bmc.powered(self)

    # booting

    def boots_from(self, target):
        if target == "Cd":
            if self.bmc.odd("media-usb-cd"):
                return "Hdd"

            if (self.bmc.odd("media-boot-dell")
                    and self.bmc.dell.get("ServerBoot.1.FirstBootDevice")
                    != "VCD-DVD"):
                return "Hdd"

        return "Cd" if target == "UsbCd" else target

    def boot(self, step):
        boot = self.system["Boot"]
        enabled = boot["BootSourceOverrideEnabled"]
        target = boot["BootSourceOverrideTarget"]
        source = self.first()

        if enabled != "Disabled" and target != "None":
            source = self.boots_from(target)

        self.boots.append({"from": source, "by": step,
                           "mode": boot["BootSourceOverrideMode"]})
        self.kept += 1

        if enabled == "Once" or (self.kept > 1 and self.bmc.odd(
                "boot-order-for-disk")):
            boot.update(BootSourceOverrideEnabled="Disabled",
                        BootSourceOverrideTarget="None")

        if self.bmc.dell is not None:
            self.bmc.dell["ServerBoot.1.FirstBootDevice"] = "Normal"

        self.bmc.touch(self.path)

    def first(self):
        """of BootOrder"""

        return {"Boot0000": "Pxe", "Boot0001": "Hdd", "Boot0002": "Cd"}[
            self.system["Boot"]["BootOrder"][0]]
