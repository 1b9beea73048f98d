"""A chassis and what it measures, told in the new way or the old one."""

from redfish_tree import V1, at, led

# id, name, type, unit, context, reading when on, when off, thresholds; and
# its Status, if that is another than of one that reads

SENSORS = (
    ("inlet", "Inlet Temp", "Temperature", "Cel", "Intake", 23, 22,
     {"UpperCritical": 47, "UpperCaution": 43, "LowerCritical": -7}),
    ("cpu1", "CPU1 Temp", "Temperature", "Cel", "CPU", 48, None,
     {"UpperCritical": 100, "UpperCaution": 90}),
    ("cpu2", "CPU2 Temp", "Temperature", "Cel", "CPU", 46, None,
     {"UpperCritical": 100, "UpperCaution": 90}),
    ("fan1", "Fan 1", "Rotational", "RPM", "SystemBoard", 5400, None,
     {"LowerCritical": 1000, "LowerCaution": 1500}),
    ("fan2", "Fan 2", "Rotational", "RPM", "SystemBoard", 5280, None,
     {"LowerCritical": 1000, "LowerCaution": 1500}),
    ("p12v", "12V Rail", "Voltage", "V", "SystemBoard", 12.06, None,
     {"UpperCritical": 13.2, "LowerCritical": 10.8}),
    ("power", "System Power", "Power", "W", "SystemBoard", 151, 12,
     {"UpperCritical": 800}))

SUPPLIES = (("1", 82, 75), ("2", 79, 72))     # id, W in and out when on


def told(**words):
    """of them those that it says"""

    return {k: v for k, v in words.items() if v is not None}


def status(there, absent):
    return ({"State": "Enabled", "Health": "OK"} if there
            else {"State": absent, "Health": None})


def legacy_thresholds(bounds):
    names = {"UpperCritical": "UpperThresholdCritical",
             "UpperCaution": "UpperThresholdNonCritical",
             "UpperFatal": "UpperThresholdFatal",
             "LowerCritical": "LowerThresholdCritical",
             "LowerCaution": "LowerThresholdNonCritical"}
    return {names[k]: v for k, v in bounds.items()}


def sensors(t, path, rows):
    """without their readings"""

    t[path]["Sensors"] = t.collection(
        path + "/Sensors", "Sensor", "Sensors",
        ["%s/Sensors/%s" % (path, s[0]) for s in rows])

    for ident, name, kind, unit, context, _, _, bounds, *_ in rows:
        t.add("%s/Sensors/%s" % (path, ident), "Sensor", name,
              Thresholds={k: {"Reading": v} for k, v in bounds.items()},
              **told(ReadingType=kind, ReadingUnits=unit,
                     PhysicalContext=context))


def read(t, path, rows, on):
    """{id: reading}"""

    values = {}

    for ident, _, _, _, _, running, idle, _, *other in rows:
        values[ident] = value = running if on else idle
        t["%s/Sensors/%s" % (path, ident)].update(
            Reading=value, Status=other[0] if on and other
            else status(value is not None, "UnavailableOffline"))

    return values


class Readings:
    """of one chassis; power(on) says them anew"""

    def __init__(self, t, p, name, path):
        self.t = t
        self.p = p
        self.name = name.upper()
        self.path = path
        self.sensors = SENSORS + tuple(map(tuple, p["more"]))
        self.fans = [s for s in self.sensors if s[2] == "Rotational"]
        self.bays = SUPPLIES[:p["supplied"]]

    def add(self, systems, manager):
        t, p, path = self.t, self.p, self.path
        t.add(path, "Chassis", "Chassis", ChassisType="RackMount",
              Manufacturer=p["manufacturer"], Model=p["model"],
              SerialNumber="C" + self.name, PartNumber="CP-1", AssetTag="",
              PowerState="On", Status={"State": "Enabled", "Health": "OK"},
              **led(p, "Chassis"),
              Links={"ComputerSystems": [at(s) for s in systems],
                     "ManagedBy": [at(manager)]})

        if p["board"]:
            t[path]["Assembly"] = at(path + "/Assembly")
            t.add(path + "/Assembly", "Assembly", "Boards",
                  Assemblies=[p["board"]])

        if "modern" in p["readings"]:
            self.add_modern()

        if "legacy" in p["readings"]:
            t[path].update(Thermal=at(path + "/Thermal"),
                           Power=at(path + "/Power"))
            t.add(path + "/Thermal", "Thermal", "Thermal")
            t.add(path + "/Power", "Power", "Power")

        self.power(True)

    def add_modern(self):
        t, path = self.t, self.path
        power, thermal = path + "/PowerSubsystem", path + "/ThermalSubsystem"
        t[path].update({name: at("%s/%s" % (path, name)) for name in (
            "PowerSubsystem", "ThermalSubsystem", "EnvironmentMetrics")})
        sensors(t, path, self.sensors)
        t.add(power, "PowerSubsystem", "Power", Status={
            "State": "Enabled", "Health": "OK"},
            PowerSupplies=at(power + "/PowerSupplies"))
        t.collection(power + "/PowerSupplies", "PowerSupply", "Supplies", [
            "%s/PowerSupplies/%s" % (power, s[0]) for s in self.bays])

        for ident, _, _ in self.bays:
            one = "%s/PowerSupplies/%s" % (power, ident)
            words = self.supply(ident)
            t.add(one, "PowerSupply", words.pop("Name"),
                  Metrics=at(one + "/Metrics"), **words)
            t.add(one + "/Metrics", "PowerSupplyMetrics", "Metrics")

        t.add(thermal, "ThermalSubsystem", "Thermal", Status={
            "State": "Enabled", "Health": "OK"}, Fans=at(thermal + "/Fans"),
            ThermalMetrics=at(thermal + "/ThermalMetrics"))
        t.collection(thermal + "/Fans", "Fan", "Fans",
                     ["%s/Fans/%s" % (thermal, s[0]) for s in self.fans])

        for ident, name, *_ in self.fans:
            t.add("%s/Fans/%s" % (thermal, ident), "Fan", name)

        t.add(thermal + "/ThermalMetrics", "ThermalMetrics", "Metrics")
        t.add(path + "/EnvironmentMetrics", "EnvironmentMetrics", "Metrics")

    def supply(self, ident):
        more = self.p["supply"]
        return dict(more, Name=more["Name"].format(ident),
                    SerialNumber="PSU%s%s" % (self.name, ident),
                    PowerCapacityWatts=800, PowerSupplyType="AC",
                    Status={"State": "Enabled", "Health": "OK"})

    def power(self, on):
        """the paths that changed"""

        changed = [self.path]
        self.t[self.path]["PowerState"] = "On" if on else "Off"

        if "modern" in self.p["readings"]:
            changed += self.modern(on)

        if "legacy" in self.p["readings"]:
            self.thermal(on)
            self.supplies(on)
            changed += [self.path + "/Thermal", self.path + "/Power"]

        return changed

    def source(self, ident, value, **more):
        return dict({"DataSourceUri": "%s/Sensors/%s" % (self.path, ident),
                     "Reading": value}, **more)

    def modern(self, on):
        t, path = self.t, self.path
        values = read(t, path, self.sensors, on)
        changed = ["%s/Sensors/%s" % (path, ident) for ident in values]

        for ident, *_ in self.fans:
            fan = "%s/ThermalSubsystem/Fans/%s" % (path, ident)
            t[fan].update(Status=status(on, "StandbyOffline"),
                          SpeedPercent=self.source(
                              ident, 30 if on else 0,
                              SpeedRPM=values[ident]))
            changed.append(fan)

        for ident, watts_in, watts_out in self.bays:
            one = "%s/PowerSubsystem/PowerSupplies/%s/Metrics" % (path, ident)
            t[one].update(Status=status(True, ""),
                          InputVoltage={"Reading": 230.5},
                          InputPowerWatts={"Reading": watts_in if on else 6},
                          OutputPowerWatts={
                              "Reading": watts_out if on else 5})
            changed.append(one)

        metrics = path + "/ThermalSubsystem/ThermalMetrics"
        t[metrics].update(
            TemperatureSummaryCelsius={
                "Intake": self.source("inlet", values["inlet"])},
            TemperatureReadingsCelsius=[
                self.source(i, values[i], DeviceName=i)
                for i in ("inlet", "cpu1", "cpu2")
                if values[i] is not None])
        t[path + "/EnvironmentMetrics"].update(
            TemperatureCelsius=self.source("inlet", values["inlet"]),
            PowerWatts=self.source("power", values["power"]))
        return changed + [metrics, path + "/EnvironmentMetrics"]

    def thermal(self, on):
        temperatures, fans = [], []

        for (ident, name, kind, unit, context, running, idle, bounds,
             *other) in self.sensors:
            value = running if on else idle
            common = dict({"Name": name, "Status": other[0] if on and other
                           else status(value is not None, "Absent")},
                          **legacy_thresholds(bounds))

            if kind == "Temperature":
                temperatures.append(dict(
                    common, MemberId=str(len(temperatures)),
                    ReadingCelsius=value or 0, PhysicalContext=context))

            elif kind == "Rotational":
                fans.append(dict(common, MemberId=str(len(fans)),
                                 Reading=value or 0, ReadingUnits=unit))

        for kind, values in (("Temperatures", temperatures), ("Fans", fans)):
            for i, value in enumerate(values):
                value["@odata.id"] = "%s/Thermal#/%s/%d" % (self.path, kind,
                                                            i)

        self.t[self.path + "/Thermal"].update(Temperatures=temperatures,
                                              Fans=fans)

    def supplies(self, on):
        path = self.path + "/Power"
        watts, rail = (151, 12.06) if on else (12, 0)
        self.t[path].update(
            PowerControl=[{
                "@odata.id": path + "#/PowerControl/0", "MemberId": "0",
                "Name": "Server Power Control", "PowerConsumedWatts": watts,
                "PowerCapacityWatts": 1600, "PowerMetrics": {
                    "IntervalInMin": 20, "MinConsumedWatts": 12,
                    "MaxConsumedWatts": 312,
                    "AverageConsumedWatts": watts + 1}}],
            Voltages=[{
                "@odata.id": path + "#/Voltages/0", "MemberId": "0",
                "Name": "12V Rail", "ReadingVolts": rail,
                "UpperThresholdCritical": 13.2,
                "LowerThresholdCritical": 10.8,
                "Status": status(on, "Absent")}],
            PowerSupplies=[self.bay(i, on) for i in range(len(SUPPLIES))])

    def bay(self, i, on):
        ident, watts_in, watts_out = SUPPLIES[i]
        words = self.supply(ident)
        words.update({"@odata.id": "%s/Power#/PowerSupplies/%d" % (
            self.path, i), "MemberId": ident})

        if i >= self.p["supplied"]:
            return dict({k: v for k, v in words.items() if k in (
                "@odata.id", "MemberId", "Name")}, Status={"State": "Absent"})

        watts = {"PowerInputWatts": watts_in if on else 6,
                 "LastPowerOutputWatts": watts_out if on else 5}
        return dict(words, LineInputVoltage=230,
                    **{k: watts[k] for k in self.p["watts"]})


def chassis(t, p, name, systems, manager):
    """the readings of the one that systems are in"""

    top = V1 + "/Chassis"
    path = "%s/%s" % (top, p["chassis"])
    readings = Readings(t, p, name, path)
    readings.add(systems, manager)
    t.collection(top, "Chassis", "Chassis", [path])

    for ident, rows in p["enclosures"].items():
        more = "%s/%s" % (top, ident)
        t.add(more, "Chassis", "Enclosure", ChassisType="Enclosure")
        t.join(more)
        sensors(t, more, rows)
        read(t, more, rows, True)

    return readings
