"""A chassis and what it measures, told in the new way or the old one."""

from redfish_tree import V1, at, led

# id, name, type, unit, context, reading when on, when off, thresholds

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


def status(there, absent):
    return ({"State": "Enabled", "Health": "OK"} if there
            else {"State": absent, "Health": None})


def legacy_thresholds(bounds):
    names = {"UpperCritical": "UpperThresholdCritical",
             "UpperCaution": "UpperThresholdNonCritical",
             "LowerCritical": "LowerThresholdCritical",
             "LowerCaution": "LowerThresholdNonCritical"}
    return {names[k]: v for k, v in bounds.items()}


class Readings:
    """of one chassis; power(on) says them anew"""

    def __init__(self, t, p, path):
        self.t = t
        self.p = p
        self.path = path

    def add(self, systems, manager):
        t, p, path = self.t, self.p, self.path
        t.add(path, "Chassis", "Chassis", ChassisType="RackMount",
              Manufacturer=p["manufacturer"], Model=p["model"],
              SerialNumber="C0001", PartNumber="CP-1", AssetTag="",
              PowerState="On", Status={"State": "Enabled", "Health": "OK"},
              **led(p, "Chassis"),
              Links={"ComputerSystems": [at(s) for s in systems],
                     "ManagedBy": [at(manager)]})

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
            "Sensors", "PowerSubsystem", "ThermalSubsystem",
            "EnvironmentMetrics")})
        t.collection(path + "/Sensors", "Sensor", "Sensors",
                     ["%s/Sensors/%s" % (path, s[0]) for s in SENSORS])

        for ident, name, kind, unit, context, _, _, bounds in SENSORS:
            t.add("%s/Sensors/%s" % (path, ident), "Sensor", name,
                  ReadingType=kind, ReadingUnits=unit,
                  PhysicalContext=context,
                  Thresholds={k: {"Reading": v} for k, v in bounds.items()})

        t.add(power, "PowerSubsystem", "Power", Status={
            "State": "Enabled", "Health": "OK"},
            PowerSupplies=at(power + "/PowerSupplies"))
        t.collection(power + "/PowerSupplies", "PowerSupply", "Supplies", [
            "%s/PowerSupplies/%s" % (power, s[0]) for s in SUPPLIES])

        for ident, _, _ in SUPPLIES:
            one = "%s/PowerSupplies/%s" % (power, ident)
            t.add(one, "PowerSupply", "Power Supply " + ident,
                  Manufacturer="Delta", Model="DPS-800AB",
                  SerialNumber="PSU000" + ident, PowerCapacityWatts=800,
                  PowerSupplyType="AC", Metrics=at(one + "/Metrics"),
                  Status={"State": "Enabled", "Health": "OK"})
            t.add(one + "/Metrics", "PowerSupplyMetrics", "Metrics")

        t.add(thermal, "ThermalSubsystem", "Thermal", Status={
            "State": "Enabled", "Health": "OK"}, Fans=at(thermal + "/Fans"),
            ThermalMetrics=at(thermal + "/ThermalMetrics"))
        fans = [s for s in SENSORS if s[2] == "Rotational"]
        t.collection(thermal + "/Fans", "Fan", "Fans",
                     ["%s/Fans/%s" % (thermal, s[0]) for s in fans])

        for ident, name, *_ in fans:
            t.add("%s/Fans/%s" % (thermal, ident), "Fan", name)

        t.add(thermal + "/ThermalMetrics", "ThermalMetrics", "Metrics")
        t.add(path + "/EnvironmentMetrics", "EnvironmentMetrics", "Metrics")

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
        changed, values = [], {}

        for ident, _, _, _, _, running, idle, _ in SENSORS:
            values[ident] = running if on else idle
            t["%s/Sensors/%s" % (path, ident)].update(
                Reading=values[ident],
                Status=status(values[ident] is not None,
                              "UnavailableOffline"))
            changed.append("%s/Sensors/%s" % (path, ident))

            if ident.startswith("fan"):
                fan = "%s/ThermalSubsystem/Fans/%s" % (path, ident)
                t[fan].update(Status=status(on, "StandbyOffline"),
                              SpeedPercent=self.source(
                                  ident, 30 if on else 0,
                                  SpeedRPM=values[ident]))
                changed.append(fan)

        for ident, watts_in, watts_out in SUPPLIES:
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

        for ident, name, kind, _, context, running, idle, bounds in SENSORS:
            value = running if on else idle
            common = dict({"Name": name, "Status": status(
                value is not None, "Absent")}, **legacy_thresholds(bounds))

            if kind == "Temperature":
                temperatures.append(dict(
                    common, MemberId=str(len(temperatures)),
                    ReadingCelsius=value or 0, PhysicalContext=context))

            elif kind == "Rotational":
                fans.append(dict(common, MemberId=str(len(fans)),
                                 Reading=value or 0, ReadingUnits="RPM"))

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
            PowerSupplies=[{
                "@odata.id": "%s#/PowerSupplies/%d" % (path, i),
                "MemberId": ident, "Name": "Power Supply " + ident,
                "Manufacturer": "Delta", "Model": "DPS-800AB",
                "SerialNumber": "PSU000" + ident, "PowerSupplyType": "AC",
                "PowerCapacityWatts": 800, "LineInputVoltage": 230,
                "PowerInputWatts": watts_in if on else 6,
                "LastPowerOutputWatts": watts_out if on else 5,
                "Status": status(True, "")}
                for i, (ident, watts_in, watts_out) in enumerate(SUPPLIES)])


def chassis(t, p, systems, manager):
    path = "%s/Chassis/%s" % (V1, p["chassis"])
    readings = Readings(t, p, path)
    readings.add(systems, manager)
    return readings
