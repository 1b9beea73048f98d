"""Redfish BMCs that are not alike, each as one of its vendor's is."""

from redfish_quirky import CHASSIS, MANAGER, SYSTEM, V1, at, links


def status(health, state="Enabled"):
    return {"Status": {"State": state, "Health": health}}


def add(bmc, path, **more):
    bmc.tree[path] = dict({"Id": path.rpartition("/")[2]}, **at(path), **more)
    return bmc.tree[path]


def manager(bmc, name):
    add(bmc, MANAGER + "/EthernetInterfaces/host", InterfaceEnabled=True,
        MACAddress="0A:00:00:00:00:01", IPv4Addresses=[
            {"Address": "169.254.1.1", "SubnetMask": "255.255.0.0"}])
    add(bmc, MANAGER + "/EthernetInterfaces/" + name, InterfaceEnabled=True,
        MACAddress="94:18:82:AA:BB:CC", IPv4Addresses=[
            {"Address": "127.0.0.1", "SubnetMask": "255.0.0.0",
             "Gateway": "127.0.0.254", "AddressOrigin": "Static"}],
        VLAN={"VLANEnable": True, "VLANId": 12})
    bmc.tree[MANAGER + "/EthernetInterfaces"] = links(
        MANAGER + "/EthernetInterfaces/host",
        MANAGER + "/EthernetInterfaces/" + name)
    bmc.tree[MANAGER].update(
        EthernetInterfaces=at(MANAGER + "/EthernetInterfaces"),
        UUID="F3B4A1C0-9F2E-11E9-8000-3CECEF112233")


def hpe(make):
    """all in Thermal and Power, 0 where there is no threshold"""

    bmc = make("HPE", "ProLiant DL360 Gen10", "iLO 5 v2.44")
    manager(bmc, "1")
    bmc.tree[CHASSIS].update(Thermal=at(CHASSIS + "/Thermal"),
                             Power=at(CHASSIS + "/Power"),
                             SerialNumber="C7")
    add(bmc, CHASSIS + "/Thermal", Temperatures=[
        dict(Name="01-Inlet Ambient", MemberId="0", ReadingCelsius=21,
             UpperThresholdCritical=42, UpperThresholdFatal=47,
             **status("OK")),
        dict(Name="02-CPU 1", MemberId="1", ReadingCelsius=40,
             UpperThresholdCritical=70, UpperThresholdFatal=0,
             **status("Warning")),
        dict(Name="03-CPU 2", MemberId="2", ReadingCelsius=0,
             UpperThresholdCritical=0, Status={"State": "Absent"})],
        Fans=[dict(Name="Fan 1", MemberId="0", Reading=13,
                   ReadingUnits="Percent", **status("OK")),
              dict(Name="Fan 2", MemberId="1", Reading=14,
                   ReadingUnits="Percent", **status("Critical"))])
    add(bmc, CHASSIS + "/Power", PowerControl=[
        {"Name": "Server", "MemberId": "0", "PowerConsumedWatts": 151,
         "PowerMetrics": {
            "MinConsumedWatts": 140, "MaxConsumedWatts": 312,
            "AverageConsumedWatts": 152, "IntervalInMin": 20}}],
        PowerSupplies=[
            dict(Name="HpeServerPowerSupply", MemberId="0",
                 LastPowerOutputWatts=75, PowerCapacityWatts=800,
                 Manufacturer="LTEON", Model="865414-B21",
                 SerialNumber="5WBXT0", **status("OK")),
            dict(Name="HpeServerPowerSupply", MemberId="1",
                 Status={"State": "Absent"})])
    bmc.tree[SYSTEM].update(
        SKU="867959-B21", BiosVersion="U32 v2.42",
        ProcessorSummary={"Count": 2, "Model": "Xeon Gold 6130"},
        MemorySummary={"TotalSystemMemoryGiB": 384})
    return bmc


def dell(make):
    """members come with their collection"""

    bmc = make("Dell Inc.", "PowerEdge R740", "5.10.50.00")
    manager(bmc, "NIC.1")
    bmc.tree[V1 + "/"]["ProtocolFeaturesSupported"] = {
        "ExpandQuery": {"NoLinks": True, "MaxLevels": 1}}
    top = CHASSIS + "/Sensors"
    bmc.tree[CHASSIS].update(Sensors=at(top), Assembly=at(CHASSIS + "/A"),
                             EnvironmentMetrics=at(CHASSIS + "/E"),
                             PowerSubsystem=at(CHASSIS + "/PS"))
    bmc.tree[top] = {"Members": [
        dict(Name="System Board Inlet Temp", Reading=23, ReadingUnits="Cel",
             ReadingType="Temperature", **at(top + "/1"), **status("OK"),
             Thresholds={"UpperCritical": {"Reading": 47},
                         "UpperCaution": {"Reading": 43},
                         "LowerCritical": {"Reading": -7}}),
        dict(Name="System Board Fan1A", Reading=6120, ReadingUnits="RPM",
             ReadingType="Rotational", **at(top + "/2"), **status("OK")),
        dict(Name="PS1 Voltage 1", Reading=230.5, ReadingUnits="V",
             ReadingType="Voltage", **at(top + "/3"), **status("Critical")),
        dict(Name="PS2 Current 2", Reading=None, ReadingUnits="A",
             ReadingType="Current", **at(top + "/4"), **status(None))]}
    add(bmc, CHASSIS + "/E", PowerWatts={"Reading": 217})
    add(bmc, CHASSIS + "/A", Assemblies=[
        {"PhysicalContext": "SystemBoard", "Model": "PWA,PLN,R740",
         "PartNumber": "06WXJT", "SerialNumber": "CNIVC00"}])
    add(bmc, CHASSIS + "/PS", PowerSupplies=at(CHASSIS + "/PS/S"))
    bmc.tree[CHASSIS + "/PS/S"] = {"Members": [
        dict(Name="PS1 Status", PowerCapacityWatts=750, PartNumber="0V1YJ6",
             Manufacturer="DELL", **at(CHASSIS + "/PS/S/1"),
             **status("OK"))]}
    bmc.tree[SYSTEM].update(
        BiosVersion="2.12.2", Memory=at(SYSTEM + "/Memory"))
    bmc.tree[SYSTEM + "/Memory"] = {"Members": [
        dict(Name="DIMM A1", Manufacturer="Hynix", SerialNumber="H1",
             PartNumber="HMA82GR7", **at(SYSTEM + "/Memory/1"))]}
    return bmc


def openbmc(make):
    """a sensor an answer, in two chassis"""

    bmc = make("OpenBMC", "Witherspoon", "2.14.0")
    manager(bmc, "eth0")
    other = V1 + "/Chassis/cage"
    bmc.tree[SYSTEM]["Links"]["Chassis"].append(at(other))
    add(bmc, other, ChassisType="Enclosure", Sensors=at(other + "/Sensors"))
    bmc.tree[CHASSIS]["Sensors"] = at(CHASSIS + "/Sensors")

    for chassis, sensors in ((CHASSIS, (
            dict(Name="ambient", Reading=22.5, ReadingUnits="Cel",
                 **status("OK"), Thresholds={
                     "UpperCaution": {"Reading": 35},
                     "UpperCritical": {"Reading": 40}}),
            dict(Name="fan0 0", Reading=2800, ReadingUnits="RPM",
                 **status("OK")),
            dict(Name="total_power", Reading=141.25, ReadingUnits="W",
                 ReadingType="Power", **status("OK")),
            dict(Name="gone", Reading=1, Status={"State": "Absent"}))),
            (other, (
                dict(Name="disk temp", Reading=31, ReadingUnits="Cel",
                     **status("Warning")),))):
        paths = []

        for i, s in enumerate(sensors):
            paths.append("%s/Sensors/%d" % (chassis, i))
            bmc.tree[paths[-1]] = dict(s, **at(paths[-1]))

        bmc.tree[chassis + "/Sensors"] = links(*paths)

    return bmc
